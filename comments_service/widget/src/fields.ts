/** Inputs with their label and a place for the sentence about what is wrong with them. */

import { h, nextId, words } from "./dom";

export type Control = HTMLInputElement | HTMLTextAreaElement;

const described = "aria-describedby";
const invalid = "aria-invalid";

/** Puts the sentence beside its control, and takes it away when the text changes. */
export function complain(control: Control, sentence: string): void {
  clear(control);
  const id = nextId();
  (control.closest(".editor") ?? control).after(h("p", "error", { id }, sentence));
  control.setAttribute(invalid, "true");
  control.setAttribute(described, id);
  control.addEventListener("input", () => clear(control), { once: true });
}

export function clear(control: Control): void {
  const id = control.getAttribute(described);
  if (id) (control.getRootNode() as ShadowRoot).getElementById(id)?.remove();
  control.removeAttribute(invalid);
  control.removeAttribute(described);
}

/** The first control with a complaint, if there is one. */
export const wrong = (form: Element) => form.querySelector<Control>(`[${invalid}]`);

export interface Field {
  element: HTMLElement;
  input: HTMLInputElement;
}

export function field(label: string, note: string, values: Record<string, string>): Field {
  const id = nextId();
  const input = h("input", "", { id, ...values });
  const text = h("label", "", { for: id }, label, note && " ", note && words("small", "", note));
  return { element: words("div", "field", text, input), input };
}

export const emailField = (label: string, note: string) =>
  field(label, note, { type: "email", autocomplete: "email", dir: "ltr" });

const complete = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Whether the text can't be anybody's address; the service has the last word. */
export const incomplete = (email: string) => !complete.test(email);

export interface Choice {
  element: HTMLElement;
  value(): string | null;
}

/** One of several; the first is chosen. */
export function choice(legend: string, options: [string | null, string][]): Choice {
  const name = nextId();
  const inputs = options.map((_, index) => h("input", "", { type: "radio", name, checked: !index }));
  const labels = inputs.map((input, index) => words("label", "", input, ` ${options[index]![1]}`));
  return {
    element: words("fieldset", "choice", words("legend", "", legend), ...labels),
    value: () => options[inputs.findIndex((input) => input.checked)]![0],
  };
}

/** A field no person sees, and the time it took: what a form tells about who fills it. */
export function trap() {
  const input = h("input", "vh", { name: "subject", tabindex: -1, autocomplete: "off", "aria-hidden": "true" });
  const start = Date.now();
  return { input, facts: () => ({ trap: input.value, elapsed: (Date.now() - start) / 1000 }) };
}
