/** One comment as an article: who, when, what, and what one can do with it. Where it stands is
 * tree.ts's business. */

import { avatar } from "./avatar";
import type { Context } from "./context";
import { button, chevron, h, land, svg, words } from "./dom";
import { fenced, linkRel, safeLink } from "./fence";
import { isHidden, own, unhide } from "./storage";
import { exact, number, relative } from "./time";
import type { ThreadView } from "./thread-view";
import { votes } from "./votes";
import type { Comment } from "./wire";
import type { Line } from "./writing";

const pin = () => svg(11, "M3.5 1h4M4 1v3.2L2.5 6.5h6L7 4.2V1M5.5 6.5V10");
const dots = () => svg(16, "M2 9h.01M7 9h.01M12 9h.01", { "stroke-width": 2 });

export class CommentView {
  readonly element: HTMLElement;
  readonly kids = words("div", "kids");
  /** 0 for a root, 4 for the last step, 5 for what lies flat under it. */
  readonly level: number;
  readonly #count = words("span", "");
  readonly #fold = button("fold", () => this.#collapse(true), chevron(), this.#count);
  readonly #unfold = button("more", () => this.#collapse(false));
  /** What one can do with it. */
  acts = words("div", "acts");
  /** Whether it was ever seen by everybody: then it is an edit that waits. */
  published = false;
  #time = h("time");

  constructor(
    public comment: Comment,
    readonly parent: CommentView | null,
    readonly context: Context,
    readonly thread: ThreadView,
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

  /** The comment's own address. */
  get link(): string {
    return `${this.context.url.split("#")[0]}#${this.element.id}`;
  }

  get #editing(): boolean {
    return !!this.element.querySelector(":scope > .edit");
  }

  get #isHidden(): boolean {
    const { author } = this.comment;
    return !!author?.avatar && isHidden(author.avatar);
  }

  /** Draws the comment again, and leaves its branch and its open forms alone. */
  draw(comment: Comment = this.comment): void {
    const { element } = this;
    this.comment = comment;
    this.published ||= comment.state === "approved";
    if (this.#editing) return; // its form's end draws it
    for (const child of [...element.children]) if (!child.matches(".kids, .fold, .more, .form")) child.remove();
    element.classList.toggle("held", comment.state === "pending");
    const shown = comment.author && !this.#isHidden;
    element.prepend(avatar(shown ? comment.author : null), ...(shown ? this.#content() : [this.#gone()]));
    this.tick();
    this.fold();
  }

  /** What stands for a comment that is gone, or is hidden in this browser. */
  #gone(): Element {
    const { t } = this.context;
    const { author } = this.comment;
    if (!author) return words("p", "gone", this.name);
    const show = button("", () => {
      unhide(author.avatar!);
      this.draw();
      land(this.element);
    }, t.showAgain);
    return words("p", "gone", `${t.hiddenByYou} `, show);
  }

  #content(): Element[] {
    const { comment, context, thread } = this;
    const mine = !!own(comment.id);
    const approved = comment.state === "approved";
    const body = h("div", "body", { dir: "auto" }, fenced(comment.body_html ?? ""));
    this.acts = h("div", "acts", { part: "actions" });
    if (approved) this.acts.append(...votes(this, mine));
    if ((mine && !comment.reply_count) || !approved) thread.with(this.acts, (forms) => forms.owned(this));
    else this.acts.append(...(context.accepts ? [this.#reply()] : []), this.#menu());
    return [this.#by(!mine && approved), body, this.acts];
  }

  #by(readable: boolean): HTMLElement {
    const { context, parent, comment } = this;
    const { t, locale } = context;
    const { author, created_at, edited_at, pinned } = comment;
    const { badge, website } = author!;
    const href = safeLink(website);
    const name = words("bdi", "name", this.name);
    const { readBefore } = context;
    const fresh = readable && readBefore && created_at > readBefore;
    this.#time = h("time", "", { datetime: created_at, title: exact(created_at, locale) });
    return words(
      "header",
      "by",
      href ? h("a", "name", { href, rel: linkRel }, name) : name,
      badge && words("span", "badge", t[badge]),
      parent?.comment.author && this.#to(parent.name),
      comment.state === "pending" ? this.#time : h("a", "", { href: this.link }, this.#time),
      edited_at && h("span", "", { title: t.editedAt(exact(edited_at, locale)) }, t.edited),
      pinned && words("span", "pin", pin(), ` ${t.pinned}`),
      fresh && words("span", "new", t.fresh),
    );
  }

  /** Around the name as the language orders it, with the name kept apart from the line's direction. */
  #to(name: string): HTMLElement {
    const [before, after] = this.context.t.inReplyTo("\n").split("\n");
    return words("span", "to", before, words("bdi", "", name), after);
  }

  /** Brings the words about time up to date. */
  tick(): void {
    const { comment, context, parent, name } = this;
    const { t, locale } = context;
    const when = relative(comment.created_at, locale);
    const label = comment.author ? [name, parent?.comment.author && t.inReplyTo(parent.name), when] : [name];
    this.#time.textContent = when;
    this.element.setAttribute("aria-label", label.filter(Boolean).join(", "));
  }

  #reply(): Element {
    const { t } = this.context;
    const reply = button("", () => this.thread.reply(this), t.reply);
    reply.setAttribute("aria-label", `${t.reply}: ${this.name}`);
    return reply;
  }

  #menu(): Element {
    const menu = button("", () => this.thread.with(this.acts, (forms) => forms.openMenu(this, menu)), dots());
    menu.setAttribute("aria-label", this.context.t.moreFor(this.name));
    menu.setAttribute("aria-haspopup", "menu");
    menu.setAttribute("aria-expanded", "false");
    return menu;
  }

  /** Opens a form below the words, in front of the branch. */
  insert({ form }: Line): void {
    if (!form.isConnected) this.acts.after(form);
  }

  /** Takes a form away and puts the focus back where it was opened from. */
  withdraw(form: Element): void {
    form.remove();
    const opener = this.acts.querySelector<HTMLElement>("button:not(.vote)");
    if (opener) opener.focus();
    else land(this.element);
  }

  /** So many more stand below it, or fewer. */
  answered(by: number): void {
    this.comment.reply_count += by;
    this.fold();
    this.thread.more(this);
  }

  /** Shows the fold button when there is a branch to fold, and how much it hides. */
  fold(): void {
    const { t, locale } = this.context;
    if (this.level > 3 || !this.kids.isConnected) return;
    const count = Math.max(this.comment.reply_count, this.kids.querySelectorAll(".c").length);
    if (!count) return [this.#fold, this.#unfold, this.kids].forEach((part) => part.remove());
    if (!this.#fold.isConnected) this.kids.before(this.#fold, this.#unfold);
    this.#fold.setAttribute("aria-label", t.hide(count));
    this.#count.textContent = number(count, locale);
    this.#unfold.replaceChildren(chevron(), t.show(count));
  }

  unfold(): void {
    this.kids.hidden = this.#fold.hidden = false;
    this.#unfold.hidden = true;
  }

  #collapse(folded: boolean): void {
    this.kids.hidden = this.#fold.hidden = folded;
    this.#unfold.hidden = !folded;
    (folded ? this.#unfold : this.#fold).focus();
  }
}
