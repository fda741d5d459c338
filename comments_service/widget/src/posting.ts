/** What a form is for: a comment, an answer, another text for one's own. Sends it, and shows it where
 * it will stand. */

import { edit, sender } from "./api";
import type { CommentView } from "./comment-view";
import { Composer, type Purpose, type Values } from "./composer";
import { isElsewhere, land } from "./dom";
import { note, owned } from "./own";
import { provisional } from "./provisional";
import { remember, visitor, type Own } from "./storage";
import { checkInbox } from "./subscribe";
import type { ThreadView } from "./thread-view";
import type { Comment, Written } from "./wire";
import { line, write, type Line } from "./writing";

/** A comment, or an answer to `parent`. */
export function posting(thread: ThreadView, parent: CommentView | null, { form }: Line): Purpose {
  const { t, url, title } = thread.context;
  const post = sender<Written>("comments");
  const where = { url, ...(title && { title }), ...(parent && { parent_id: parent.comment.id }) };
  // Drawn anew in another order, it is another view.
  const above = () => parent && (thread.views.get(parent.comment.id) ?? parent);
  return {
    button: t.post,
    busy: t.posting,
    draft: parent?.comment.id ?? "",
    ...(parent && { cancel: () => above()!.withdraw(form) }),
    send: async (values, facts) => {
      const takeAway = provisional(thread, above(), values);
      const answer = await post({ ...where, ...values, lang: t.lang }, facts, visitor()).finally(takeAway);
      remember(answer, values.body);
      if (thread.context.signal.aborted) return answer.comment;
      const stay = isElsewhere(form);
      if (parent) thread.forget(parent);
      await arrived(thread, answer.comment, values, stay);
      return answer.comment;
    },
  };
}

/** Shows what was just written where it will stand, and tells what happens to it. */
async function arrived(
  thread: ThreadView,
  comment: Comment,
  { notify_of }: Values,
  stay: boolean,
): Promise<void> {
  const { context } = thread;
  const { id, state } = comment;
  const approved = state === "approved";
  if (approved) thread.count++;
  await thread.place([comment], true);
  const view = thread.views.get(id)!;
  for (let above = view.parent; above; above = above.parent) {
    above.unfold();
    if (approved) above.answered(1);
  }
  if (!stay) land(view.element);
  if (notify_of) checkInbox(context, view.element.querySelector(".acts")!);
  context.say(note(view) ?? context.t.posted, notify_of && context.t.checkInbox);
  context.emit("comments:posted", { id, state: approved ? state : "pending" });
}

/** Opens one's own comment to be written again; `left` says how long that is possible. */
export function editing(view: CommentView, { body, token }: Own, left: HTMLElement): void {
  const { context } = view;
  const { t } = context;
  const made = line(context, t.edit, body);
  const close = (comment: Comment) => {
    made.form.remove();
    view.draw(comment);
    owned(view);
    view.withdraw(made.form);
  };
  new Composer(context, made, {
    text: body,
    button: t.save,
    busy: t.saving,
    note: left,
    draft: `${view.comment.id}:edit`,
    cancel: () => close(view.comment),
    send: async (values) => {
      const answer = await edit(view.comment.id, token, values.body);
      remember(answer, values.body);
      const comment = { ...view.comment, ...answer.comment };
      await view.thread.place([comment], true); // in another order it is shown as it is now
      close(comment);
      context.say(t.saved, note(view));
      return answer.comment;
    },
  });
  made.form.classList.add("edit");
  left.className = "fine";
  const parts = view.element.querySelectorAll(":scope > .body, :scope > .acts");
  for (const part of parts) part.toggleAttribute("hidden", true);
  view.insert(made);
  write(made);
}

/** Takes back what its author deleted. */
export function removed(thread: ThreadView, view: CommentView): void {
  const { t, say } = thread.context;
  const { parent, comment } = view;
  if (comment.state === "approved") thread.count--;
  thread.remove(view);
  say(t.deleted);
  land(view.element.isConnected ? view.element : (parent?.element ?? thread.title));
}
