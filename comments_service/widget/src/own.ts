/** What stands at one's own comments and nowhere else: what their author is told about them, and how long
 * they can still be changed. */

import type { CommentView } from "./comment-view";
import { askToDelete } from "./deleting";
import { button, land, words } from "./dom";
import { editing } from "./posting";
import { own, type Own } from "./storage";

/** For which actions this was done already. */
const done = new WeakSet<Element>();

/** What counts down, by the comment's id. */
const clocks = new Map<string, number>();

export const stopClock = ({ comment }: CommentView): void => clearInterval(clocks.get(comment.id));

/** What its author is told about it, null when everybody sees it as it is. */
export function note({ comment, published, context }: CommentView): string | null {
  const { t } = context;
  if (comment.state !== "pending") return null;
  if (published) return t.heldEdit;
  return own(comment.id)?.held === "links" ? t.heldLinks : t.held;
}

/** Called each time the view is drawn. */
export function owned(view: CommentView): void {
  const { element, context, comment, acts } = view;
  if (done.has(acts)) return;
  done.add(acts);
  const told = note(view);
  if (told) element.querySelector(":scope > .body")!.before(words("p", "note", told));
  stopClock(view);
  const mine = own(comment.id);
  if (mine && !comment.reply_count && !context.signal.aborted) changeable(view, mine);
}

/** Edit and Delete, and the time left for them: not after the first answer. */
function changeable(view: CommentView, mine: Own): void {
  const { t, signal } = view.context;
  const left = words("span", "");
  const edit = button("", () => editing(view, mine, left), t.edit);
  const remove = button("", () => askToDelete(view, mine, remove), t.delete);
  view.acts.append(edit, remove, left);
  const tick = () => {
    const seconds = Math.ceil((Date.parse(mine.until) - Date.now()) / 1000);
    left.textContent = t.left(Math.max(0, seconds));
    if (seconds > 0 && !view.comment.reply_count) return;
    stopClock(view);
    if (view.element.querySelector(":scope > .asks")) return; // the question stands until it is answered
    const here = view.acts.matches(":focus-within");
    view.draw();
    if (here) land(view.element);
  };
  clocks.set(view.comment.id, setInterval(tick, 1000));
  signal.addEventListener("abort", () => stopClock(view));
  tick();
}
