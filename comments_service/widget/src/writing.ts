/** A form at rest: one line to write in. What more it needs is fetched when somebody goes there, and
 * what he types meanwhile stays. */

import { avatar } from "./avatar";
import type { Purpose } from "./composer";
import { heading, type Context } from "./context";
import { button, h, words } from "./dom";
import type { Forms } from "./forms";
import { part } from "./parts";

export const forms = () => part<Forms>("forms");

/** What a form is made of from the beginning. */
export interface Line {
  form: HTMLFormElement;
  area: HTMLTextAreaElement;
  avatar: Element;
}

export function line({ t, level }: Context, label: string, text = ""): Line {
  const area = h("textarea", "", { rows: 1, dir: "auto", "aria-label": t.yourComment, placeholder: t.placeholder });
  const face = avatar(null);
  area.value = text;
  const parts = [words(heading(level + 1), "vh", label), face, words("div", "editor", area)];
  const form = h("form", "form", { novalidate: true, "aria-label": label }, ...parts);
  form.addEventListener("submit", (event) => event.preventDefault());
  return { form, area, avatar: face };
}

/** A line that becomes a whole form when it is gone to. */
export function writing(context: Context, label: string, purpose: (forms: Forms, line: Line) => Purpose): Line {
  const made = line(context, label);
  const { t } = context;
  let asked = false;
  const open = async () => {
    if (asked) return;
    asked = true;
    made.form.querySelector(".fail")?.remove();
    try {
      const all = await forms();
      all.speak(context);
      new all.Composer(context, made, purpose(all, made));
    } catch (problem) {
      console.warn("comment-thread:", problem);
      asked = false;
      made.form.append(words("p", "say fail", `${t.notSent} `, button("", () => void open(), t.tryAgain)));
    }
  };
  made.area.addEventListener("focus", () => void open());
  return made;
}

/** Goes to the end of what is written there. */
export function write({ area }: Line): void {
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}
