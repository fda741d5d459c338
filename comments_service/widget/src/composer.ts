/** What a form has once somebody writes in it: who writes, what is sent to whom, and one button. It
 * keeps the text until somebody says it arrived; where it goes is the caller's. */

import { initials } from "./avatar";
import type { Context } from "./context";
import { button, words } from "./dom";
import { choice, clear, complain, emailField, field, incomplete, trap } from "./fields";
import type { Choice, Control, Field } from "./fields";
import { dress } from "./dress";
import css from "./forms.css";
import { onSubmit } from "./sending";
import { published } from "./storage";
import type { Line } from "./writing";

export interface Values {
  body: string;
  author: { name: string; email?: string; website?: string };
  notify_of: string | null;
}

export interface Purpose {
  button: string;
  busy: string;
  /** The text to begin with; an edit has one and asks nobody's name. */
  text?: string;
  note?: HTMLElement;
  /** Under which name an unsent text is kept; none keeps none. */
  draft?: string;
  send(values: Values, form: object): Promise<void>;
  cancel?(): void;
}

/** Remembered between the forms of this page view, and nowhere else. */
const person = { name: "", email: "", website: "" };

export class Composer {
  readonly #form: HTMLFormElement;
  readonly #area: HTMLTextAreaElement;
  readonly #post: HTMLButtonElement;
  readonly #avatar: Element;
  #controls: Record<string, Control> = {};
  #notify: Choice | undefined;
  #extras: Element[] = [];
  #trap = trap();

  constructor(
    readonly context: Context,
    { form, area, avatar }: Line,
    readonly purpose: Purpose,
  ) {
    this.#form = form;
    this.#area = area;
    this.#avatar = avatar;
    this.#controls["/body"] = area;
    this.#post = words("button", "post", purpose.button);
    dress(context, css);
    this.#listen();
    this.#expand();
  }

  /** Empty and at rest again. */
  #reset(): void {
    this.#area.value = "";
    this.#form.classList.remove("open");
    for (const element of this.#extras) element.remove();
    this.#extras = [];
    this.#avatar.textContent = "";
    clear(this.#area);
  }

  #listen(): void {
    const { context, purpose } = this;
    const form = this.#form;
    const { t } = context;
    const untouched = () => this.#area.value.trim() === (purpose.text ?? "");
    this.#area.addEventListener("focus", () => this.#expand());
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      if (event.key === "Escape" && untouched()) purpose.cancel?.();
    });
    // At rest again once it is left empty; not at once, so that the click that left it still lands.
    form.addEventListener("focusout", () =>
      setTimeout(() => !purpose.cancel && !form.matches(":focus-within") && untouched() && this.#reset(), 300),
    );
    onSubmit(form, context, {
      button: this.#post,
      busy: purpose.busy,
      check: () => this.#check(this.#values()),
      send: async () => {
        await purpose.send(this.#values(), this.#trap.facts());
        if (!purpose.cancel) this.#reset();
      },
      control: (pointer) => this.#controls[pointer],
      failed: t.notSent,
      limited: t.limited,
    });
  }

  #expand(): void {
    if (this.#extras.length) return;
    const { t, rules } = this.context;
    const { cancel, note, text } = this.purpose;
    const asks = text === undefined;
    const { moderation } = rules;
    const first = moderation === "newcomers" && !published() && t.firstIsRead;
    const read = asks && (moderation === "all" ? t.allAreRead : first);
    this.#trap = trap();
    const foot = words(
      "div",
      "foot",
      cancel && button("quiet", cancel, t.cancel),
      note ?? (read && words("p", "fine", read)),
      this.#post,
    );
    this.#extras = [this.#trap.input, ...(asks ? this.#who() : []), foot];
    this.#form.classList.add("open");
    this.#form.append(...this.#extras);
  }

  #who(): Element[] {
    const { t, rules } = this.context;
    const note = rules.email === "required" ? t.neverShown : t.optionalNeverShown;
    const fields: Partial<Record<keyof typeof person, Field>> = {
      name: field(t.name, "", { autocomplete: "name", dir: "auto" }),
      email: emailField(t.email, note),
    };
    if (rules.website) fields.website = field(t.website, t.optional, { type: "url", autocomplete: "url", dir: "ltr" });
    const who = words("div", "who");
    for (const key of Object.keys(fields) as (keyof typeof person)[]) {
      const { element, input } = fields[key]!;
      input.value = person[key];
      input.addEventListener("input", () => {
        person[key] = input.value;
        this.#avatar.textContent = initials(person.name);
      });
      this.#controls[`/author/${key}`] = input;
      who.append(element);
    }
    this.#avatar.textContent = initials(person.name);
    const notify: [string | null, string][] = [[null, t.nothing], ["replies", t.replies], ["thread", t.all]];
    this.#notify = rules.notify ? choice(t.emailMe, notify) : undefined;
    this.#notify?.element.addEventListener("change", () => this.#notify!.value() || clear(fields.email!.input));
    const small = [rules.house_rules, rules.consent_text].filter(Boolean).join(" ");
    return [who, this.#notify?.element, small && words("p", "fine", small)].filter((one) => !!one) as Element[];
  }

  #values(): Values {
    const value = (key: string) => this.#controls[key]?.value.trim() ?? "";
    const [email, website] = [value("/author/email"), value("/author/website")];
    return {
      body: value("/body"),
      author: { name: value("/author/name"), ...(email && { email }), ...(website && { website }) },
      notify_of: this.#notify?.value() ?? null,
    };
  }

  #check({ body, author: { name, email }, notify_of }: Values): void {
    const { t, rules } = this.context;
    const { "/author/name": nameInput, "/author/email": emailInput } = this.#controls;
    if (!body) complain(this.#area, t.writeFirst);
    if (!nameInput || !emailInput) return;
    if (!name) complain(nameInput, t.nameNeeded);
    if (email && incomplete(email)) complain(emailInput, t.emailIncomplete);
    if (!email && (notify_of || rules.email === "required")) complain(emailInput, t.emailNeeded);
  }
}
