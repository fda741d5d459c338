/** How much room is left, once it gets scarce. Counts as the service does: code points of what is
 * left when the ends are trimmed. */

import type { Context } from "./context";
import { words } from "./dom";

const near = 300;

export const roomLeft = (text: string, { rules }: Context): number => rules.max_length - [...text.trim()].length;

/** For the eye it counts; the ear hears it when it appears and when the limit is passed. */
export function counter(context: Context, area: HTMLTextAreaElement): HTMLElement {
  const { t, say } = context;
  const element = words("span", "count");
  let told = 0;
  area.addEventListener("input", () => {
    const left = roomLeft(area.value, context);
    const stage = left < 0 ? 2 : left <= near ? 1 : 0;
    const sentence = left < 0 ? t.tooLong(-left) : t.charactersLeft(left);
    element.textContent = stage ? sentence : "";
    element.classList.toggle("error", stage === 2);
    if (stage > told) say(sentence);
    told = stage;
  });
  return element;
}
