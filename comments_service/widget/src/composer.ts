/** What a form has once somebody writes in it: tools, who writes, what is sent to whom, and one button.
 * It keeps the text until somebody says it arrived; where it goes is the caller's. */

import type { Context } from "./context";
import { counter, roomLeft } from "./counter";
import { button, words } from "./dom";
import { drafting, type Drafting } from "./drafting";
import { complain, trap } from "./fields";
import { changed } from "./marking";
import { preview, type Preview } from "./preview";
import { onSubmit } from "./sending";
import { published } from "./storage";
import { toolbar } from "./toolbar";
import { Who } from "./who";
import type { Comment } from "./wire";
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
  /** Under which name, among the page's forms, an unsent text is kept. */
  draft: string;
  send(values: Values, form: object): Promise<Comment>;
  cancel?(): void;
}

export class Composer {
  readonly #form: HTMLFormElement;
  readonly #area: HTMLTextAreaElement;
  readonly #post: HTMLButtonElement;
  readonly #tools: HTMLElement;
  readonly #preview: Preview;
  readonly #drafting: Drafting;
  readonly #begin: string;
  #avatar: Element;
  #who: Who | undefined;
  #extras: Element[] = [];
  #trap = trap();

  constructor(
    readonly context: Context,
    line: Line,
    readonly purpose: Purpose,
  ) {
    const { form, area, avatar } = line;
    this.#form = form;
    this.#area = area;
    this.#avatar = avatar;
    this.#begin = purpose.text ?? "";
    this.#post = words("button", "post", purpose.button);
    this.#tools = words("div", "tools", toolbar(context, area), counter(context, area));
    this.#preview = preview(context, area);
    this.#drafting = drafting(context, line, purpose.draft, this.#begin);
    this.#listen();
    this.#expand();
  }

  get #untouched(): boolean {
    return this.#area.value.trim() === this.#begin;
  }

  /** As it began, and at rest again. */
  #reset(): void {
    this.#form.classList.remove("open");
    for (const element of this.#extras) element.remove();
    this.#extras = [];
    this.#face(words("span", "avatar"));
    this.#area.value = this.#begin;
    changed(this.#area);
  }

  #listen(): void {
    const { context, purpose } = this;
    const form = this.#form;
    const area = this.#area;
    const { t } = context;
    area.addEventListener("focus", () => this.#expand());
    area.addEventListener("input", () => grow(area));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      if (event.key === "Escape" && this.#untouched) purpose.cancel?.();
    });
    // At rest again once it is left empty; not at once, so that the click that left it still lands.
    form.addEventListener("focusout", () =>
      setTimeout(() => !purpose.cancel && !form.matches(":focus-within") && this.#untouched && this.#reset(), 300),
    );
    onSubmit(form, context, {
      button: this.#post,
      busy: purpose.busy,
      check: () => this.#check(),
      send: () => this.#send(),
      control: (pointer) => (pointer === "/body" ? area : this.#who?.control(pointer)),
      failed: t.notSent,
      limited: t.limited,
      waits: t.offline,
    });
  }

  #expand(): void {
    const form = this.#form;
    if (form.matches(".open")) return;
    const { t, rules } = this.context;
    const { cancel, note, text } = this.purpose;
    const who = text === undefined ? new Who(this.context, (face) => this.#face(face)) : undefined;
    const read = who && this.#isRead();
    const small = who && [rules.house_rules, rules.consent_text, who.line && read].filter(Boolean).join(" ");
    const fine = note ?? who?.line ?? (read && words("p", "fine", read));
    const foot = words("div", "foot", this.#preview.button, cancel && button("quiet", cancel, t.cancel), fine, this.#post);
    this.#trap = trap();
    this.#who = who;
    this.#extras = [this.#tools, this.#trap.input, who?.element, small && words("p", "fine", small), foot].filter((one) => !!one);
    form.classList.add("open");
    form.append(...this.#extras);
    this.#area.after(this.#tools);
    const draft = this.#drafting.restore();
    if (!draft) return;
    this.#extras.push(draft);
    foot.before(draft);
  }

  /** What a moderator reads first, in words; nothing when it appears at once. */
  #isRead(): string {
    const { t, rules } = this.context;
    if (rules.moderation === "all") return t.allAreRead;
    return rules.moderation === "newcomers" && !published() ? t.firstIsRead : "";
  }

  #face(face: Element): void {
    this.#avatar.replaceWith(face);
    this.#avatar = face;
  }

  #check(): void {
    const { t } = this.context;
    this.#preview.close();
    const body = this.#area.value;
    const left = roomLeft(body, this.context);
    if (!body.trim()) complain(this.#area, t.writeFirst);
    if (left < 0) complain(this.#area, t.tooLong(-left));
    this.#who?.check();
  }

  async #send(): Promise<void> {
    this.#drafting.flush();
    const who = this.#who?.values() ?? { author: { name: "" }, notify_of: null };
    const comment = await this.purpose.send({ body: this.#area.value.trim(), ...who }, this.#trap.facts());
    this.#who?.arrived(comment);
    this.#drafting.done();
    this.#reset();
  }
}

/** Where the stylesheet alone can't make it as high as its text. */
function grow(area: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.blockSize = "";
  if (area.value) area.style.blockSize = `${area.scrollHeight}px`;
}
