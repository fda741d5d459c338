/** One loaded thread: head, form, list, and what is fetched while somebody reads. Keeps what is
 * typed whatever fails. */

import { readMine, readReplies, readThread, sender, type Problem } from "./api";
import type { CommentView } from "./comment-view";
import { Composer, type Values } from "./composer";
import { heading, type Context } from "./context";
import { button, land, words } from "./dom";
import { forgetVisitor, remember, visitor } from "./storage";
import { checkInbox, subscribeButton } from "./subscribe";
import { Tree } from "./tree";
import type { Comment, ThreadPage, Written } from "./wire";

export class ThreadView {
  readonly #title: HTMLElement;
  readonly #head: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #tree: Tree;
  readonly #all: HTMLElement;
  readonly #replies = new Map<CommentView, Composer>();
  #count = 0;
  #cursor: string | null = null;
  #timer = 0;

  constructor(
    readonly context: Context,
    readonly box: HTMLElement,
    readonly sort: string | null,
  ) {
    const { t, level, signal } = context;
    this.#title = words(heading(level), "title", t.comments);
    this.#head = words("header", "head", this.#title);
    this.#empty = words("p", "say", t.empty);
    this.#all = button("edge all", () => this.#showMore(), t.moreComments);
    this.#tree = new Tree(
      context,
      (view) => view.insert(this.#reply(view)),
      (root, more) => this.#showReplies(root, more),
      /^(newest|top)$/.test(sort ?? ""),
    );
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** Loads and shows the thread; on failure says so and offers to try again. */
  async load(focus: boolean): Promise<void> {
    const { t, url, say, signal } = this.context;
    const wait = words("p", "say wait", t.loading);
    this.box.replaceChildren(this.#head, wait);
    say(t.loading);
    const mine = this.#mine();
    try {
      this.#show(await readThread(url, this.sort, null, signal));
    } catch (problem) {
      if (signal.aborted) return;
      console.warn("comment-thread:", url, problem);
      const again = button("", () => this.load(true), t.tryAgain);
      wait.replaceChildren(`${t.notLoaded} `, again);
      say(t.notLoaded);
      if (focus) again.focus();
      return;
    }
    if (focus) land(this.#title);
    this.#place(await mine, true);
    this.#tick();
  }

  /** One's own that wait for a moderator; nobody to ask for without a token. */
  async #mine(): Promise<Comment[]> {
    const { url, signal } = this.context;
    const token = visitor();
    try {
      return token ? (await readMine(url, token, signal)).comments : [];
    } catch (problem) {
      if ((problem as Problem).status === 401) forgetVisitor();
      return [];
    }
  }

  #show({ thread, comments, next_cursor }: ThreadPage): void {
    const { context } = this;
    const { t, url } = context;
    context.rules = thread.rules;
    context.accepts = thread.state === "open";
    this.#count = thread.count;
    this.#cursor = next_cursor;
    if (thread.rules.notify) this.#head.append(subscribeButton(context, this.#head));
    const composer: Composer = this.#compose(t.leaveReply, null, () => composer.reset());
    const form = context.accepts ? composer.form : words("p", "say", t.closed);
    this.box.replaceChildren(this.#head, form, this.#empty, this.#tree.list, this.#all);
    this.#place(comments);
    context.say("");
    context.emit("comments:loaded", { url, count: thread.count });
  }

  #place(comments: Comment[], own = false): CommentView[] {
    const { t, accepts } = this.context;
    const fresh = comments.flatMap((comment) => this.#tree.place(comment, own));
    this.#title.textContent = this.#count ? t.count(this.#count) : t.comments;
    this.#empty.hidden = this.#tree.views.size > 0 || !accepts;
    this.#all.hidden = !this.#cursor;
    // What scrolls sideways has to be reachable by keyboard.
    for (const wide of this.#tree.list.querySelectorAll<HTMLElement>("pre, table")) {
      if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    }
    return fresh;
  }

  /** All twice a minute; every second those whose window counts down. */
  #tick(counting: Iterable<CommentView> = [], beat = 0): void {
    clearTimeout(this.#timer);
    if (this.context.signal.aborted) return;
    const due = [...(beat % 30 ? counting : this.#tree.views.values())].filter((view) => view.tick());
    this.#timer = setTimeout(() => this.#tick(due, due.length && beat + 1), due.length ? 1000 : 30_000);
  }

  /** The reply form of a comment, with what was typed in it before. */
  #reply(view: CommentView): Composer {
    const { t } = this.context;
    const close = () => view.withdraw(composer);
    const composer =
      this.#replies.get(view) ??
      this.#compose(t.replyTo(view.name), view, () => {
        this.#replies.delete(view);
        composer.form.remove();
      }, close);
    this.#replies.set(view, composer);
    return composer;
  }

  #compose(heading: string, parent: CommentView | null, done: () => void, cancel?: () => void): Composer {
    const { context } = this;
    const { t, url, title } = context;
    const post = sender<Written>("comments");
    return new Composer(context, {
      heading,
      button: t.post,
      busy: t.posting,
      ...(cancel && { cancel }),
      send: async (values, form) => {
        const where = { url, ...(title && { title }), ...(parent && { parent_id: parent.comment.id }) };
        const answer = await post({ ...where, ...values, lang: t.lang }, form, visitor());
        remember(answer, values.body);
        done();
        this.#arrived(answer.comment, values);
      },
    });
  }

  /** Shows what was just written where it will stand, and tells what happens to it. */
  #arrived(comment: Comment, { notify_of }: Values): void {
    const { t, say, emit } = this.context;
    const { id, state } = comment;
    const approved = state === "approved";
    if (approved) this.#count++;
    this.#place([comment], true);
    const view = this.#tree.views.get(id)!;
    for (let above = view.parent; approved && above; above = above.parent) {
      above.comment.reply_count++;
      above.fold();
      this.#tree.more(above);
    }
    this.#tick();
    land(view.element);
    if (notify_of) checkInbox(this.context, view.element.querySelector(".acts")!);
    say(view.note ?? t.posted, notify_of && t.checkInbox);
    emit("comments:posted", { id, state });
  }

  #showMore(): void {
    const { url, signal } = this.context;
    void this.#fetch(this.#all, async () => {
      const { comments, next_cursor } = await readThread(url, this.sort, this.#cursor, signal);
      this.#cursor = next_cursor;
      return this.#place(comments);
    });
  }

  #showReplies(root: CommentView, more: HTMLElement): void {
    void this.#fetch(more, async () => {
      const { comments, next_cursor } = await readReplies(root.comment, this.context.signal);
      root.comment.replies_cursor = next_cursor;
      const fresh = this.#place(comments);
      this.#tree.more(root);
      return fresh;
    });
  }

  /** Fetches once at a time; the focus goes on to the first new comment, nothing scrolls. */
  async #fetch(opener: HTMLElement, get: () => Promise<CommentView[]>): Promise<void> {
    const { t, say, signal } = this.context;
    const busy = "aria-busy";
    if (opener.hasAttribute(busy)) return;
    opener.setAttribute(busy, "true");
    try {
      const [first] = await get();
      if (first) land(first.element);
    } catch {
      if (!signal.aborted) {
        opener.textContent = `${t.notLoaded} ${t.tryAgain}`;
        say(t.notLoaded);
      }
    }
    opener.removeAttribute(busy);
  }
}
