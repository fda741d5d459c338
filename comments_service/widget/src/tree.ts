/** Places comments: nested by their true parent down to the fourth step, flat below it, each where its
 * time puts it, whenever it comes. A comment that comes twice is drawn again, never doubled. */

import { CommentView } from "./comment-view";
import type { Context } from "./context";
import { button, words } from "./dom";
import type { ThreadView } from "./thread-view";
import type { Comment, Sort } from "./wire";

export class Tree {
  readonly list = words("div", "list");
  readonly views = new Map<string, CommentView>();
  readonly #more = new Map<CommentView, HTMLElement>();

  constructor(
    readonly context: Context,
    readonly thread: ThreadView,
    readonly loadMore: (root: CommentView, button: HTMLElement) => void,
    /** Which roots stand first; those with the most votes come in order, and one's own before them. */
    readonly sort: Sort,
  ) {}

  /** Places a comment and what is nested in it; returns what is new. */
  place(comment: Comment, own = false): CommentView[] {
    const fresh: CommentView[] = [];
    const waiting = [comment];
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const known = this.views.get(next.id);
      // How far a root's replies were fetched is known here, until there was no more to fetch.
      if (known) known.draw({ ...next, replies_cursor: known.comment.replies_cursor ?? next.replies_cursor });
      else fresh.push(this.#add(next, own));
      waiting.unshift(...next.replies);
    }
    const above = new Set<CommentView>();
    for (const view of fresh) for (let one = view.parent; one; one = one.parent) above.add(one);
    for (const view of above) view.fold();
    const root = this.views.get(comment.root_id);
    if (root) this.more(root);
    return fresh;
  }

  /** Takes away what its author deleted; what others answered stays, below a tombstone. */
  remove(view: CommentView): void {
    if (view.kids.querySelector(".c")) return view.draw({ ...view.comment, state: "removed", author: null, body_html: null });
    view.element.remove();
    this.views.delete(view.comment.id);
    for (let above = view.parent; above; above = above.parent) above.answered(view.comment.state === "approved" ? -1 : 0);
  }

  /** Writes how many replies of a root wait on the server, or takes the button away. */
  more(root: CommentView): void {
    const { reply_count, replies_cursor } = root.comment;
    const shown = root.kids.querySelectorAll(".c:not(.held) > .by").length;
    let button = this.#more.get(root);
    if (button) button.hidden = !replies_cursor || reply_count <= shown;
    if (!replies_cursor || reply_count <= shown) return;
    button ??= this.#addMore(root);
    button.textContent = this.context.t.moreReplies(reply_count - shown);
  }

  #addMore(root: CommentView): HTMLElement {
    const more = button("more", () => this.loadMore(root, more));
    this.#more.set(root, more);
    this.#branch(root).append(more);
    root.fold();
    return more;
  }

  #add(comment: Comment, own: boolean): CommentView {
    const { views } = this;
    const { id, parent_id, root_id } = comment;
    const parent = (parent_id && (views.get(parent_id) ?? views.get(root_id))) || null;
    const view = new CommentView(comment, parent, this.context, this.thread);
    views.set(id, view);
    if (parent) this.#insert(view, this.#branch(parent), 1);
    else if (this.sort !== "top") this.#insert(view, this.list, this.sort === "oldest" ? 1 : -1);
    else this.list.insertBefore(view.element, own ? this.list.firstChild : null);
    return view;
  }

  /** Ids are given by arrival; the button for more stays last. */
  #insert(view: CommentView, place: HTMLElement, direction: 1 | -1): void {
    const arrival = (element: Element) => BigInt(element.id.replace("comment-", "")) * BigInt(direction);
    const mine = arrival(view.element);
    const next = [...place.children].find((one) => one.matches(".more") || arrival(one) > mine);
    place.insertBefore(view.element, next ?? null);
  }

  #branch(view: CommentView): HTMLElement {
    let host = view;
    while (host.level > 4) host = host.parent!;
    if (!host.kids.isConnected) host.element.append(host.kids);
    return host.kids;
  }
}
