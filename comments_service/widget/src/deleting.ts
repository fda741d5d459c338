/** Asks once whether a comment of one's own is to go for good, and takes it away. */

import { asked, call } from "./api";
import type { CommentView } from "./comment-view";
import { button, land, words } from "./dom";
import { stopClock } from "./own";
import { removed } from "./posting";
import { forgetOwn, own, visitor, type Own } from "./storage";

export function askToDelete(view: CommentView, { token }: Own, opener: HTMLElement): void {
  const { context, comment, thread } = view;
  const { t, say } = context;
  const acts = opener.parentElement!;
  const keep = button("", () => {
    line.remove();
    acts.hidden = false;
    opener.focus();
    if (!own(comment.id)) {
      view.draw(); // the window has closed meanwhile
      land(view.element);
    }
  }, t.keep);
  const go = button("sure", () => void remove(), t.delete);
  const question = words("span", "", t.deleteForGood);
  const line = words("p", "acts asks", question, go, keep);
  acts.hidden = true;
  acts.after(line);
  say(t.deleteForGood);
  go.focus();

  async function remove(): Promise<void> {
    const told = visitor();
    const headers = told ? asked(told) : { Authorization: `Bearer ${token}` };
    go.disabled = true;
    try {
      await call(`comments/${comment.id}`, { method: "DELETE", headers });
      forgetOwn(comment.id);
      stopClock(view);
      line.remove();
      removed(thread, view);
    } catch {
      go.disabled = false;
      say(t.notDeleted);
      question.textContent = t.notDeleted;
    }
  }
}
