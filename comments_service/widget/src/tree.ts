/** Places comments: nested by their true parent down to the fourth step, flat below it, loaded ones
 * by arrival, one's own at the end. A comment that comes twice is drawn again, never doubled. */

import { CommentView } from "./comment-view";
import type { Context } from "./context";
import { button, words } from "./dom";
import type { Comment } from "./wire";

export class Tree {
  readonly list = words("div", "list");
  readonly views = new Map<string, CommentView>();
  readonly #more = new Map<CommentView, HTMLElement>();

  constructor(
    readonly context: Context,
    readonly reply: (view: CommentView) => void,
    readonly loadMore: (root: CommentView, button: HTMLElement) => void,
    /** Whether newer roots stand first, so that one's own goes to the top. */
    readonly newestFirst: boolean,
  ) {}

  /** Places a comment and what is nested in it; returns what is new. */
  place(comment: Comment, own = false): CommentView[] {
    const fresh: CommentView[] = [];
    const waiting = [comment];
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const known = this.views.get(next.id);
      if (known) known.draw({ ...next, replies_cursor: known.comment.replies_cursor });
      else fresh.push(this.#add(next, own));
      waiting.unshift(...next.replies);
    }
    const root = this.views.get(comment.root_id);
    if (root) this.more(root);
    return fresh;
  }

  /** Writes how many replies of a root wait on the server, or takes the button away. */
  more(root: CommentView): void {
    const { reply_count, replies_cursor } = root.comment;
    let button = this.#more.get(root);
    if (button) button.hidden = !replies_cursor;
    if (!replies_cursor) return;
    button ??= this.#addMore(root);
    const shown = root.kids.querySelectorAll(".c:not(.held) > .by").length;
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
    const view = new CommentView(comment, parent, this.context, this.reply);
    views.set(id, view);
    view.element.classList.toggle("own", own);
    const place = parent ? this.#branch(parent) : this.list;
    const newest = this.newestFirst && !parent;
    // The button for more and one's own stay last; where newer ones come first, one's own is on top.
    const last = [...place.children].find((one) => one.matches(".more, .own"));
    const before = own ? newest && place.firstChild : !newest && last;
    place.insertBefore(view.element, before || null);
    for (let above = parent; above; above = above.parent) above.fold();
    return view;
  }

  #branch(view: CommentView): HTMLElement {
    let host = view;
    while (host.level > 4) host = host.parent!;
    if (!host.kids.isConnected) host.element.append(host.kids);
    return host.kids;
  }
}
