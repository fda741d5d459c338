/** The last fence: the service's HTML is parsed in an inert document and rebuilt node by node from
 * an allow-list. What isn't on the list loses its tag; scripts and styles lose their text too. */

import { h } from "./dom";

interface Policy {
  createHTML(html: string): string;
}

const allowed = /^(a|blockquote|br|code|del|em|hr|li|ol|p|pre|s|strong|table|tbody|td|tfoot|th|thead|tr|ul)$/;

let policy: Policy | undefined;

/** By the browser's own sanitizer where it has one, which needs nobody's trust; else by one policy with a
 * fixed name, made when it is first needed, so that a host can allow it by name. */
function parsed(html: string): Document {
  const { parseHTML } = Document as { parseHTML?(html: string, options: object): Document };
  if (parseHTML) return parseHTML.call(Document, html, { sanitizer: { attributes: ["class", "href", "start", "title"] } });
  const plain: Policy = { createHTML: (text) => text };
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } };
  policy ??= trustedTypes?.createPolicy("comments-service", plain) ?? plain;
  return new DOMParser().parseFromString(policy.createHTML(html), "text/html");
}

export const safeLink = (href: string | null) =>
  href && URL.canParse(href) && /^(https?|mailto):$/.test(new URL(href).protocol) ? href : null;

export const linkRel = "nofollow ugc noopener noreferrer";

function attributes(tag: string, from: Element): Record<string, string | null> {
  const get = (name: string) => from.getAttribute(name) ?? "";
  if (tag === "a") return { href: safeLink(get("href")), rel: linkRel, title: get("title") || null };
  if (tag === "code" && /^language-[\w+#.-]+$/.test(get("class"))) return { class: get("class") };
  if (tag === "ol" && /^\d{1,9}$/.test(get("start"))) return { start: get("start") };
  return {};
}

function copy(from: Node, to: Node): void {
  for (const node of from.childNodes) {
    if (node instanceof Text) to.appendChild(new Text(node.data));
    if (!(node instanceof Element) || /^(script|style)$/.test(node.localName)) continue;
    const tag = node.localName;
    copy(node, allowed.test(tag) ? to.appendChild(h(tag as "p", "", attributes(tag, node))) : to);
  }
}

export function fenced(html: string): DocumentFragment {
  const fragment = new DocumentFragment();
  copy(parsed(html).body, fragment);
  return fragment;
}
