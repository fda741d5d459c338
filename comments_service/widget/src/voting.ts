/** One vote a visitor, taken back or turned at any time. What one sees at once is what the service
 * then says, or what stood before. */

import { vote, type Problem } from "./api";
import type { Context } from "./context";
import { keepVisitor, visitor } from "./storage";
import type { Comment, Vote, Votes } from "./wire";

/** How often each comment was voted on here: of several clicks the last answer counts. */
const asked = new Map<string, number>();

export async function cast(
  comment: Comment,
  { votes, t, say }: Context,
  value: 1 | -1,
  show: (mine: Vote, counted: Votes) => void,
): Promise<void> {
  const { id, votes: former } = comment;
  const before = votes.get(id) ?? 0;
  const wish = before === value ? 0 : value;
  const counted = { ...former };
  const change = (which: Vote, by: number) => which && (counted[which > 0 ? "up" : "down"] += by);
  change(before, -1);
  change(wish, 1);
  const turn = (asked.get(id) ?? 0) + 1;
  asked.set(id, turn);
  const isLast = () => asked.get(id) === turn;
  show(wish, counted);
  try {
    const answer = await vote(id, wish, visitor());
    keepVisitor(answer.visitor);
    if (isLast()) show(answer.my_vote, answer.votes);
  } catch (problem) {
    if (isLast()) show(before, former);
    const { status, retryAfter } = problem as Problem;
    say(status === 429 ? t.tryAgainIn(retryAfter || 60) : t.notVoted);
  }
}
