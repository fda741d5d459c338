/** One vote a visitor, taken back or turned at any time. What one sees at once is what the service
 * then says, or what it said before. */

import { vote, type Problem } from "./api";
import type { Context } from "./context";
import { words } from "./dom";
import { keepVisitor, visitor } from "./storage";
import type { Comment, Vote, Votes } from "./wire";

/** What the service knows of a comment that is being voted on, and how often it was clicked since. */
const asked = new Map<string, { mine: Vote; counted: Votes; clicks: number }>();

/** One after the other: the token that answers the first vote is the second's. */
let former: Promise<unknown> = Promise.resolve();

export async function cast(
  comment: Comment,
  context: Context,
  value: 1 | -1,
  show: (mine: Vote, counted: Votes) => void,
): Promise<void> {
  const { id } = comment;
  const { votes, t } = context;
  const before = votes.get(id) ?? 0;
  const wish = before === value ? 0 : value;
  const counted = { ...comment.votes };
  const change = (which: Vote, by: number) => which && (counted[which > 0 ? "up" : "down"] += by);
  change(before, -1);
  change(wish, 1);
  const known = asked.get(id) ?? { mine: before, counted: comment.votes, clicks: 0 };
  asked.set(id, known);
  const click = ++known.clicks;
  const isLast = () => known.clicks === click;
  tell(context, id, "");
  show(wish, counted);
  const sent = former.then(async () => {
    if (!isLast()) return; // clicked again before it could be sent
    const answer = await vote(id, wish, visitor());
    keepVisitor(answer.visitor);
    Object.assign(known, { mine: answer.my_vote, counted: answer.votes });
  });
  former = sent.catch(() => {});
  try {
    await sent;
  } catch (problem) {
    const { status, retryAfter } = problem as Problem;
    if (isLast()) tell(context, id, status === 429 ? t.tryAgainIn(retryAfter || 60) : t.notVoted);
  }
  if (!isLast()) return;
  asked.delete(id);
  show(known.mine, known.counted);
}

/** Below the comment and to the ear; nothing to tell takes away what was told. */
function tell({ root, say }: Context, id: string, sentence: string): void {
  const acts = root.querySelector(`#comment-${id} > .acts`);
  if (acts?.nextElementSibling?.matches(".bad")) acts.nextElementSibling.remove();
  if (!sentence) return;
  acts?.after(words("p", "alert bad", sentence));
  say(sentence);
}
