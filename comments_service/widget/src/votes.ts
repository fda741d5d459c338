/** The arrows below a comment and their numbers. Casting a vote is voting.ts's business. */

import type { CommentView } from "./comment-view";
import { button, svg, words } from "./dom";
import { number } from "./time";
import type { Vote, Votes } from "./wire";

const arrow = (value: 1 | -1) => svg(11, value > 0 ? "M5.5 1.5l4.5 8H1z" : "M5.5 9.5l4.5-8H1z");

/** The buttons for a comment; none where nobody votes, a number where it is one's own. */
export function votes({ comment, context, thread, element }: CommentView, own: boolean): Element[] {
  const { t, rules, locale } = context;
  const told = (value: 1 | -1) => comment.votes[value > 0 ? "up" : "down"];
  if (rules.votes === "off" || (own && !told(1))) return [];
  if (own) return [words("span", "vote", arrow(1), number(told(1), locale))];
  const values = ([1, -1] as const).slice(0, rules.votes === "both" ? 2 : 1);
  const buttons = values.map((value) =>
    button("vote", () => thread.with(element.querySelector(":scope > .acts")!, (forms) => forms.cast(comment, context, value, show)), arrow(value), words("span", "")),
  );
  const show = (mine: Vote, counted: Votes) => {
    mine ? context.votes.set(comment.id, mine) : context.votes.delete(comment.id);
    comment.votes = counted;
    buttons.forEach((one, index) => {
      const value = values[index]!;
      const many = number(told(value), locale);
      one.lastChild!.textContent = told(value) ? many : "";
      one.setAttribute("aria-pressed", String(mine === value));
      one.setAttribute("aria-label", (value > 0 ? t.voteUp : t.voteDown)(many));
    });
  };
  show(context.votes.get(comment.id) ?? 0, comment.votes);
  return buttons;
}
