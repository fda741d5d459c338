/** One loaded thread: head, form, list, and what is fetched while somebody reads. Keeps what is
 * typed whatever fails. */

import { readMine, readReplies, readThread, type Problem } from "./api";
import type { CommentView } from "./comment-view";
import { heading, type Context } from "./context";
import { button, chevron, h, land, listen, reach, words } from "./dom";
import type { Forms } from "./forms";
import type { Later } from "./later";
import { linkedComment, pageKey } from "./page";
import { part } from "./parts";
import { forgetVisitor, keepRead, readUpTo, visitor } from "./storage";
import { number } from "./time";
import { Tree } from "./tree";
import type { Comment, CommentPage, Sort, ThreadPage } from "./wire";
import { forms, write, writing, type Line } from "./writing";

const sorts: Sort[] = ["newest", "oldest", "top"];
const firstLook = 20_000;
/** For so many milliseconds comments are placed at a stretch. */
const stretch = 10;
/** Lets the page do what waits. */
const pause = () => new Promise((go) => setTimeout(go));

export class ThreadView {
  readonly title: HTMLElement;
  /** Where one is told of what is new. */
  readonly news = h("div");
  readonly #head: HTMLElement;
  readonly #tools = h("div");
  readonly #empty: HTMLElement;
  readonly #all: HTMLElement;
  readonly #main: Line;
  readonly #replies = new Map<string, Line>();
  readonly #own = new Map<string, Comment>();
  #tree: Tree;
  #placing: Promise<unknown> = Promise.resolve();
  #cursor: string | null = null;
  count = 0;
  sort: Sort;

  constructor(
    readonly context: Context,
    readonly box: HTMLElement,
    sort: string | null,
  ) {
    const { t, level } = context;
    this.sort = sorts.find((one) => one === sort) ?? "oldest";
    this.title = words(heading(level), "title", t.comments);
    this.#head = words("header", "head", this.title);
    this.#empty = h("p", "say", { hidden: true }, t.empty);
    this.#all = button("edge all", () => this.#showMore(), t.moreComments);
    this.#tree = this.#grow();
    this.#main = writing(context, t.leaveReply, (forms, line) => forms.posting(this, null, line));
  }

  /** Loads and shows the thread; on failure says so and offers to try again. */
  async load(focus: boolean): Promise<void> {
    const { t, url, say, signal, locale, votes } = this.context;
    const wait = words("p", "say wait", t.loading);
    this.box.replaceChildren(this.#head, wait);
    say(t.loading);
    const asked = readThread(url, this.sort, null, signal);
    const mine = this.#mine();
    setTimeout(() => number(0, locale)); // a browser's first format takes as long as ten comments
    try {
      await this.#show(await asked);
    } catch (problem) {
      if (signal.aborted) return;
      const failure = this.#failure(problem, () => this.load(true));
      wait.replaceWith(failure);
      if (focus) failure.querySelector("button")!.focus();
      return;
    }
    if (focus) land(this.title);
    const own = await mine;
    if (own.length) await forms().catch(() => {}); // so that what is told about them comes with them
    if (signal.aborted) return;
    this.#watch();
    for (const view of [...this.views.values()].filter((one) => votes.has(one.comment.id))) {
      view.draw();
      await pause();
    }
    await this.attempt(this.#head, () => this.place(own, true));
    this.follow();
  }

  #failure(problem: unknown, again: () => void): HTMLElement {
    const { t, say } = this.context;
    console.warn("comment-thread:", problem);
    say(t.notLoaded);
    return words("p", "say fail", `${t.notLoaded} `, button("", again, t.tryAgain));
  }

  /** Does what may fail, and says so below the place where it was asked for. */
  async attempt(place: Element, act: () => Promise<unknown>): Promise<void> {
    const told = place.nextElementSibling;
    if (told?.matches(".fail")) told.remove();
    try {
      await act();
    } catch (problem) {
      if (!this.context.signal.aborted) place.after(this.#failure(problem, () => this.attempt(place, act)));
    }
  }

  /** Does what needs the forms, which are fetched when they are first wanted. */
  with(place: Element, act: (forms: Forms) => void): void {
    void this.attempt(place, async () => {
      const all = await forms();
      all.speak(this.context);
      act(all);
    });
  }

  /** What is shown, by the comments' ids. */
  get views(): Map<string, CommentView> {
    return this.#tree.views;
  }

  more = (view: CommentView): void => this.#tree.more(view);

  /** Opens the reply form of a comment, with what was typed in it before. */
  reply(view: CommentView): void {
    const { id } = view.comment;
    const label = this.context.t.replyTo(view.name);
    const line =
      this.#replies.get(id) ?? writing(this.context, label, (forms, made) => forms.posting(this, view, made));
    this.#replies.set(id, line);
    view.insert(line);
    write(line);
  }

  /** An answer was sent: its form is gone. */
  forget(view: CommentView): void {
    this.#replies.get(view.comment.id)?.form.remove();
    this.#replies.delete(view.comment.id);
  }

  remove(view: CommentView): void {
    this.#own.delete(view.comment.id);
    this.#tree.remove(view);
    void this.place([]);
  }

  #grow(): Tree {
    return new Tree(this.context, this, (root, more) => this.#showReplies(root, more), this.sort);
  }

  /** One's own that wait for a moderator, and one's votes; nobody to ask for without a token. */
  async #mine(): Promise<Comment[]> {
    const { url, signal, votes } = this.context;
    const token = visitor();
    try {
      if (!token) return [];
      const mine = await readMine(url, token, signal);
      for (const one of Object.entries(mine.votes)) votes.set(...one);
      return mine.comments;
    } catch (problem) {
      if ((problem as Problem).status === 401) forgetVisitor();
      return [];
    }
  }

  async #show({ thread, comments, next_cursor }: ThreadPage): Promise<void> {
    const { context } = this;
    const { t, url, signal } = context;
    const { rules, count } = thread;
    context.rules = rules;
    context.accepts = thread.state === "open";
    this.count = count;
    this.#cursor = next_cursor;
    context.readBefore = readUpTo(pageKey(url));
    this.#tools.replaceChildren(...(count > 1 ? [this.#order()] : []), ...(rules.notify ? [this.#subscribe()] : []));
    this.#head.append(this.#tools);
    await pause();
    signal.throwIfAborted();
    const form = context.accepts ? this.#main.form : words("p", "say", t.closed);
    this.box.replaceChildren(this.#head, form, this.news, this.#empty, this.#tree.list);
    await this.place(comments);
    this.box.append(this.#all);
    context.say("");
    context.emit("comments:loaded", { url, count });
  }

  /** "Newest ▾": which roots come first. */
  #order(): Element {
    const { t, rules } = this.context;
    const options = sorts
      .filter((one) => one !== "top" || rules.votes !== "off")
      .map((one) => h("option", "", { value: one, selected: one === this.sort }, t[one]));
    const change = () => {
      const wish = select.value as Sort;
      select.value = this.sort; // until it is so
      void this.attempt(this.#head, () => this.reload(wish).then(() => (select.value = this.sort)));
    };
    const select = h("select", "", { change }, ...options);
    return words("label", "order", words("span", "vh", t.order), select, chevron());
  }

  #subscribe(): HTMLButtonElement {
    const { context } = this;
    const open = () => this.with(this.#head, (forms) => forms.subscribePanel(context, this.#head, toggle));
    const toggle = button("", open, context.t.subscribe);
    toggle.setAttribute("aria-expanded", "false");
    return toggle;
  }

  /** In another order, or from another place: the forms and the focus are left alone. */
  async reload(sort = this.sort, cursor: string | null = null): Promise<void> {
    const { url, signal } = this.context;
    const page = await readThread(url, sort, cursor, signal);
    this.#placing = this.#placing.then(() => {
      const { list } = this.#tree;
      this.sort = sort;
      this.#tree = this.#grow();
      this.#tree.list.style.minBlockSize = `${list.offsetHeight}px`; // a page that shrinks meanwhile would scroll
      list.replaceWith(this.#tree.list);
      this.#cursor = page.next_cursor;
    });
    await this.place(page.comments);
    await this.place([...this.#own.values()], true);
    this.#tree.list.style.minBlockSize = "";
  }

  /** Places many in stretches, so that one can scroll and type meanwhile; what comes meanwhile, and another
   * order, waits until they all stand. Returns what is new. */
  place(comments: Comment[], own = false): Promise<CommentView[]> {
    if (own) for (const comment of comments) this.#own.set(comment.id, comment);
    const placed = this.#placing.then(() => this.#place(comments, own));
    this.#placing = placed.catch(() => {});
    return placed;
  }

  async #place(comments: Comment[], own: boolean): Promise<CommentView[]> {
    const { t, url, accepts, signal } = this.context;
    const fresh = [];
    let rest = Date.now() + stretch;
    for (const comment of comments) {
      if (Date.now() > rest) {
        await pause();
        signal.throwIfAborted();
        rest = Date.now() + stretch;
      }
      fresh.push(...this.#tree.place(comment, own));
    }
    const read = [...this.views.values()].map((view) => view.comment.created_at).sort().at(-1);
    if (read) keepRead(pageKey(url), read);
    this.title.textContent = this.count ? t.count(this.count) : t.comments;
    this.#empty.hidden = this.views.size > 0 || !accepts;
    this.#all.hidden = !this.#cursor;
    reach(this.#tree.list);
    return fresh;
  }

  /** Keeps the words about time true, and looks for what others write unless data is to be saved. */
  #watch(): void {
    const { signal } = this.context;
    listen(window, "resize", () => reach(this.#tree.list), signal);
    const clock = setInterval(() => this.views.forEach((view) => view.tick()), 30_000);
    const timer = setTimeout(async () => {
      if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return;
      try {
        (await part<Later>("later")).watch(this);
      } catch {} // one reads on without
    }, firstLook);
    signal.addEventListener("abort", () => {
      clearInterval(clock);
      clearTimeout(timer);
    });
  }

  /** Goes where a link to one comment leads, be it on another page of the thread. */
  follow(): void {
    const id = linkedComment(this.context.url);
    if (!id || !this.#all.isConnected) return; // still loading: it follows at the end
    void this.attempt(this.#head, async () => (await part<Later>("later")).follow(this, id));
  }

  #showMore(): void {
    const { url, signal } = this.context;
    const read = () => readThread(url, this.sort, this.#cursor, signal);
    void this.#fetch(this.#all, read, (cursor) => (this.#cursor = cursor));
  }

  #showReplies(root: CommentView, more: HTMLElement): void {
    const read = () => readReplies(root.comment, this.context.signal);
    void this.#fetch(more, read, (cursor) => {
      root.comment.replies_cursor = cursor;
      this.more(root);
    });
  }

  /** Fetches once at a time; the focus goes on to the first new comment, nothing scrolls. */
  async #fetch(opener: HTMLElement, read: () => Promise<CommentPage>, keep: (cursor: string | null) => void): Promise<void> {
    const { t, say, signal } = this.context;
    const busy = "aria-busy";
    if (opener.hasAttribute(busy)) return;
    opener.setAttribute(busy, "true");
    try {
      const tree = this.#tree;
      const { comments, next_cursor } = await read();
      if (tree === this.#tree) {
        // else it is in another order by now
        keep(next_cursor);
        const [first] = await this.place(comments);
        if (first) land(first.element);
      }
    } catch {
      if (!signal.aborted) {
        opener.textContent = `${t.notLoaded} ${t.tryAgain}`;
        say(t.notLoaded);
      }
    }
    opener.removeAttribute(busy);
  }
}
