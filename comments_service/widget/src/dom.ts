/** Builds elements one by one. Never takes markup, never sets a style attribute, and keeps working
 * when the page has clobbered `document.createElement` with a named form or image. */

export type Child = Node | string | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: Event) => void);
type Attributes = Record<string, Value>;

const create = Document.prototype.createElementNS.bind(document);
const add = EventTarget.prototype.addEventListener;
// Marked pure, so that the build leaves it out where nobody stops listening.
const remove = /* @__PURE__ */ (() => EventTarget.prototype.removeEventListener)();
export const find: (selector: string) => Element | null = Document.prototype.querySelector.bind(document);

/** On what the page owns, which may have clobbered this name, too. */
export const listen = (target: EventTarget, type: string, act: (event: never) => void, signal: AbortSignal) =>
  add.call(target, type, act as EventListener, { signal });

export const unlisten = (target: EventTarget, type: string, act: (event: never) => void) =>
  remove.call(target, type, act as EventListener);

/** Functions become listeners, `false` and null leave an attribute out. */
function build(space: string, tag: string, attributes: Attributes, children: Child[]): Element {
  const element = create(`http://www.w3.org/${space}`, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...(children.filter(Boolean) as Node[]));
  return element;
}

/** What a host page may style with `::part()`, under the names of our classes. */
const parts = /^(head|form|post|name|body)$/;

/** `h("p", "say", …)`: tag, classes, attributes and listeners, children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  names = "",
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const named = { class: names || null, part: parts.test(names) && names, ...attributes };
  return build("1999/xhtml", tag, named, children) as HTMLElementTagNameMap[K];
}

/** A paragraph or the like that holds nothing but words. */
export const words = <K extends keyof HTMLElementTagNameMap>(tag: K, names: string, ...children: Child[]) =>
  h(tag, names, {}, ...children);

export const button = (names: string, click: () => void, ...children: Child[]) =>
  h("button", names, { type: "button", click }, ...children);

export const svg = (size: number, path: string, attributes: Attributes = {}) =>
  build("2000/svg", "svg", { viewBox: `0 0 ${size} ${size}`, width: size, height: size, "aria-hidden": "true", ...attributes }, [
    build("2000/svg", "path", { d: path }, []),
  ]) as SVGElement;

export const chevron = () => svg(10, "m2 3.5 3 3 3-3");

/** A number that makes an id unique in the page's shadow roots. */
let last = 0;
export const nextId = () => `ct${++last}`;

/** Whether somebody is at work in another form, here or on the page: what was sent meanwhile leaves him there. */
export function isElsewhere(form: Element): boolean {
  const root = form.getRootNode() as ShadowRoot;
  if (root.activeElement) return !form.contains(root.activeElement);
  const focused = find(":focus");
  return !!focused && focused !== root.host;
}

/** What scrolls sideways has to be reachable by keyboard. */
export function reach(within: Element): void {
  for (const wide of within.querySelectorAll<HTMLElement>("pre, table")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }
}

/** Focuses something that is no control: a heading, a comment. */
export function land(element: HTMLElement): void {
  element.tabIndex = -1;
  element.focus();
}
