/** Asks who writes and what to mail: the fields, or one line for somebody this browser remembers. */

import { avatar } from "./avatar";
import type { Context } from "./context";
import { button, h, words } from "./dom";
import { choice, clear, complain, emailField, field, incomplete } from "./fields";
import type { Choice, Control, Field } from "./fields";
import { forgetName, person, recall, rememberName, writer } from "./person";
import type { Comment } from "./wire";

type Key = "name" | "email" | "website";

export class Who {
  /** What stands above the foot. */
  readonly element = words("div", "asked");
  /** What stands in the foot: "As NAME, Change". */
  readonly line: HTMLElement | null = null;
  readonly #controls: Partial<Record<Key, HTMLInputElement>> = {};
  #notify: Choice | undefined;
  #keep: HTMLInputElement | undefined;
  /** Who writes as long as no field says otherwise. */
  readonly #name: string;

  constructor(
    readonly context: Context,
    readonly showFace: (face: Element) => void,
  ) {
    const known = recall();
    this.#name = person.name;
    if (known && context.rules.email !== "required") this.line = this.#line();
    else this.#ask(known);
    this.#face();
  }

  /** The control a problem points to. */
  control(pointer: string): Control | undefined {
    const key = pointer.replace("/author/", "") as Key;
    if (key === "name") this.#change();
    return this.#controls[key];
  }

  /** What one sees is what is sent: behind the line there is a name and nothing else. */
  values() {
    const value = (key: Key) => this.#controls[key]?.value.trim();
    const [email, website] = [value("email"), value("website")];
    return {
      author: { name: value("name") ?? this.#name, ...(email && { email }), ...(website && { website }) },
      notify_of: this.#notify?.value() ?? null,
    };
  }

  check(): void {
    const { t, rules } = this.context;
    const { name, email } = this.#controls;
    if (!name || !email) return;
    const address = email.value.trim();
    if (!name.value.trim()) complain(name, t.nameNeeded);
    if (address && incomplete(address)) complain(email, t.emailIncomplete);
    if (!address && (this.#notify?.value() || rules.email === "required")) complain(email, t.emailNeeded);
  }

  /** It arrived: the name is kept where that was asked for. */
  arrived({ author }: Comment): void {
    Object.assign(person, { name: author?.name ?? "", avatar: author?.avatar ?? "" });
    if (this.#keep?.checked) rememberName();
  }

  #line(): HTMLElement {
    const { t } = this.context;
    const [before, after] = t.as("\n").split("\n");
    const name = words("span", "", before, words("bdi", "", person.name), after);
    return words("p", "as fine", name, button("", () => this.#change(), t.change));
  }

  /** The fields instead of the line. */
  #change(): void {
    if (!this.line?.isConnected) return;
    this.line.remove();
    this.#ask(true);
    this.#controls.name!.focus();
  }

  #ask(keep: boolean): void {
    const { t, rules } = this.context;
    const note = rules.email === "required" ? t.neverShown : t.optionalNeverShown;
    const fields: Partial<Record<Key, Field>> = {
      name: field(t.name, "", { autocomplete: "name", dir: "auto" }),
      email: emailField(t.email, note),
    };
    if (rules.website) fields.website = field(t.website, t.optional, { type: "url", autocomplete: "url", dir: "ltr" });
    const who = words("div", "who");
    for (const [key, { element, input }] of Object.entries(fields) as [Key, Field][]) {
      input.value = person[key];
      input.addEventListener("input", () => this.#typed(key, input.value));
      this.#controls[key] = input;
      who.append(element);
    }
    this.element.append(who);
    if (rules.notify) this.element.append(this.#choice(fields.email!.input));
    this.element.append(this.#remember(keep));
  }

  #typed(key: Key, value: string): void {
    person[key] = value;
    if (key !== "name") return;
    person.avatar = ""; // it goes with the name
    this.#face();
  }

  #choice(email: HTMLInputElement): Element {
    const { t } = this.context;
    const notify = choice(t.emailMe, [[null, t.nothing], ["replies", t.replies], ["thread", t.all]]);
    notify.element.addEventListener("change", () => notify.value() || clear(email));
    this.#notify = notify;
    return notify.element;
  }

  /** Kept when a comment has arrived; forgotten as soon as it is unchecked. */
  #remember(keep: boolean): Element {
    const box = h("input", "", { type: "checkbox", checked: keep });
    box.addEventListener("change", () => box.checked || forgetName());
    this.#keep = box;
    return words("label", "choice check", box, ` ${this.context.t.rememberName}`);
  }

  #face(): void {
    this.showFace(avatar(writer()));
  }
}
