/** Shows the text in the editor's place as the service would render it, through the same fence as every
 * comment. The text itself stays where it is. */

import { call, type Problem } from "./api";
import type { Context } from "./context";
import { button, h, land, reach } from "./dom";
import { complain } from "./fields";
import { alertFor } from "./sending";

export interface Preview {
  button: HTMLButtonElement;
  /** Back to the text; false when it was there already. */
  close(): boolean;
}

export function preview(context: Context, area: HTMLTextAreaElement): Preview {
  const { t } = context;
  const toggle = button("quiet", () => void (close() ? area.focus() : show()), t.preview);
  let shown: HTMLElement | null = null;
  let alert: Element | null = null;
  let asked = 0;
  area.addEventListener("input", close); // another text is another preview
  return { button: toggle, close };

  function close(): boolean {
    asked++; // what is still on its way comes too late
    alert?.remove();
    if (!shown) return false;
    shown.remove();
    shown = null;
    toggle.textContent = t.preview;
    hideEditor(false);
    return true;
  }

  function hideEditor(state: boolean): void {
    for (const part of area.parentElement!.children) part.toggleAttribute("hidden", state);
  }

  async function show(): Promise<void> {
    const body = area.value.trim();
    if (!body) return refuse(t.writeFirst);
    const mine = ++asked;
    alert?.remove();
    try {
      const { body_html } = await call<{ body_html: string }>("comments/preview", { method: "POST", body: JSON.stringify({ body }) });
      if (mine === asked) open(body_html);
    } catch (problem) {
      if (mine === asked) tell(problem as Problem);
    }
  }

  function open(html: string): void {
    hideEditor(true);
    shown = h("div", "body", { dir: "auto", role: "group", "aria-label": t.preview }, context.fenced(html));
    area.parentElement!.append(shown);
    toggle.textContent = t.keepWriting;
    reach(shown);
    land(shown);
  }

  function refuse(sentence: string): void {
    complain(area, sentence);
    area.focus();
  }

  function tell(problem: Problem): void {
    const body = problem.errors?.find(({ pointer }) => pointer === "/body");
    if (body) return refuse(body.detail);
    alert = alertFor(problem, context, { failed: t.noPreview, limited: t.tryAgainIn, again: () => void show() });
    toggle.parentElement!.before(alert);
  }
}
