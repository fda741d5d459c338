/** One comment as an article: who, when, what, and what one can do with it. Where it stands is
 * tree.ts's business. */

import { edit } from "./api";
import { avatar } from "./avatar";
import { Composer } from "./composer";
import type { Context } from "./context";
import { button, chevron, h, land, words } from "./dom";
import { fenced, linkRel, safeLink } from "./fence";
import { own, remember, type Own } from "./storage";
import { exact, relative, secondsLeft } from "./time";
import type { Comment } from "./wire";

export class CommentView {
  readonly element: HTMLElement;
  readonly kids = words("div", "kids");
  /** 0 for a root, 4 for the last step, 5 for what lies flat under it. */
  readonly level: number;
  readonly #count = words("span", "");
  readonly #fold = button("fold", () => this.#collapse(true), chevron(), this.#count);
  readonly #unfold = button("more", () => this.#collapse(false));
  #acts = words("div", "acts");
  #time = h("time");
  #left: HTMLElement | null = null;
  #mine: Own | undefined;
  #heldEdit = false;

  constructor(
    public comment: Comment,
    readonly parent: CommentView | null,
    readonly context: Context,
    readonly reply: (view: CommentView) => void,
  ) {
    this.level = parent ? Math.min(5, parent.level + 1) : 0;
    this.element = h("article", "c", { part: "comment", id: `comment-${comment.id}` });
    this.kids.classList.toggle("flat", this.level === 4);
    this.#fold.setAttribute("aria-expanded", "true");
    this.#unfold.setAttribute("aria-expanded", "false");
    this.#unfold.hidden = true;
    this.draw(comment);
  }

  get name(): string {
    const { author, state } = this.comment;
    const { t } = this.context;
    return author?.name ?? (state === "in_review" ? t.inReview : t.removed);
  }

  /** What its author is told about it, null when everybody sees it. */
  get note(): string | null {
    const { t } = this.context;
    if (this.#heldEdit) return t.heldEdit;
    if (this.comment.state !== "pending") return null;
    return this.#mine?.held === "links" ? t.heldLinks : t.held;
  }

  get #editing(): boolean {
    return !!this.element.querySelector(":scope > .edit");
  }

  /** Draws the comment again, and leaves its branch and its open forms alone. */
  draw(comment: Comment): void {
    const { element } = this;
    this.#heldEdit = comment.state === "pending" && (this.#heldEdit || this.comment.state === "approved");
    this.comment = comment;
    if (this.#editing) return; // its form's end draws it
    this.#mine = own(comment.id);
    for (const child of [...element.children]) if (!child.matches(".kids, .fold, .more, .form")) child.remove();
    element.classList.toggle("held", this.note !== null);
    element.prepend(avatar(comment.author), ...(comment.author ? this.#content() : [words("p", "gone", this.name)]));
    this.#fill();
    this.tick();
    this.fold();
  }

  #content(): Element[] {
    const { comment, note } = this;
    const body = h("div", "body", { dir: "auto" }, fenced(comment.body_html ?? ""));
    this.#acts = h("div", "acts", { part: "actions" });
    return [this.#by(), ...(note ? [words("p", "note", note)] : []), body, this.#acts];
  }

  #by(): HTMLElement {
    const { context, parent, comment } = this;
    const { t, locale } = context;
    const { author, created_at, edited_at } = comment;
    const { badge, website } = author!;
    const href = safeLink(website);
    const name = words("bdi", "name", this.name);
    this.#time = h("time", "", { datetime: created_at, title: exact(created_at, locale) });
    return words(
      "header",
      "by",
      href ? h("a", "name", { href, rel: linkRel }, name) : name,
      badge && words("span", "badge", t.badges[badge] ?? badge),
      parent?.comment.author && this.#to(parent.name),
      this.#time,
      edited_at && h("span", "", { title: t.editedAt(exact(edited_at, locale)) }, t.edited),
    );
  }

  /** Around the name as the language orders it, with the name kept apart from the line's direction. */
  #to(name: string): HTMLElement {
    const [before, after] = this.context.t.inReplyTo("\n").split("\n");
    return words("span", "to", before, words("bdi", "", name), after);
  }

  /** Brings the words about time up to date; true while there is a window to count down. */
  tick(): boolean {
    const { comment, context, parent, name } = this;
    const { t, locale } = context;
    const when = relative(comment.created_at, locale);
    const label = comment.author ? [name, parent?.comment.author && t.inReplyTo(parent.name), when] : [name];
    this.#time.textContent = when;
    this.element.setAttribute("aria-label", label.filter(Boolean).join(", "));
    const seconds = this.#seconds();
    if (this.#left) this.#left.textContent = t.left(Math.max(0, seconds));
    if (this.#left && seconds <= 0 && !this.#editing) this.#fill();
    return seconds > 0;
  }

  /** How long its author may still change it: not after the first answer. */
  #seconds(): number {
    return this.#mine && !this.comment.reply_count ? secondsLeft(this.#mine.until) : 0;
  }

  #fill(): void {
    const { t, accepts } = this.context;
    const { state } = this.comment;
    const buttons: Element[] = [];
    this.#left = null;
    if (this.#seconds() > 0) {
      this.#left = words("span", "");
      buttons.push(button("", () => this.#edit(this.#mine!), t.edit), this.#left);
    } else if (state === "approved" && accepts) {
      const reply = button("", () => this.reply(this), t.reply);
      reply.setAttribute("aria-label", `${t.reply}: ${this.name}`);
      buttons.push(reply);
    }
    this.#acts.replaceChildren(...buttons);
  }

  /** Opens a form below the words, in front of the branch. */
  insert(composer: Composer): void {
    if (!composer.form.isConnected) this.#acts.after(composer.form);
    composer.focus();
  }

  /** Takes a form away and puts the focus back where it was opened from. */
  withdraw(composer: Composer): void {
    composer.form.remove();
    const opener = this.#acts.querySelector("button");
    if (opener) opener.focus();
    else land(this.element);
  }

  #edit({ body, token }: Own): void {
    const { t } = this.context;
    const close = (comment: Comment) => {
      composer.form.remove();
      this.draw(comment);
      this.withdraw(composer);
    };
    const composer = new Composer(this.context, {
      heading: t.edit,
      text: body,
      button: t.save,
      busy: t.saving,
      note: this.#left!,
      cancel: () => close(this.comment),
      send: async (values) => {
        const answer = await edit(this.comment.id, token, values.body);
        remember(answer, values.body);
        close({ ...this.comment, ...answer.comment });
        this.context.say(t.saved, this.note);
      },
    });
    composer.form.classList.add("edit");
    this.#left!.className = "fine";
    const parts = this.element.querySelectorAll(":scope > .body, :scope > .acts");
    for (const part of parts) part.toggleAttribute("hidden", true);
    this.insert(composer);
  }

  /** Shows the fold button when there is a branch to fold, and how much it hides. */
  fold(): void {
    const { t, locale } = this.context;
    if (this.level > 3 || !this.kids.isConnected) return;
    const count = Math.max(this.comment.reply_count, this.kids.querySelectorAll(".c").length);
    if (!this.#fold.isConnected) this.kids.before(this.#fold, this.#unfold);
    this.#fold.setAttribute("aria-label", t.hide(count));
    this.#count.textContent = count.toLocaleString(locale);
    this.#unfold.replaceChildren(chevron(), t.show(count));
  }

  #collapse(folded: boolean): void {
    this.kids.hidden = this.#fold.hidden = folded;
    this.#unfold.hidden = !folded;
    (folded ? this.#unfold : this.#fold).focus();
  }
}
