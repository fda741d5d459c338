/** Keeps what is typed in one form while it is typed, brings it back, and warns before it is lost.
 * Never changes a text that somebody in this tab is at work on. */

import type { Context } from "./context";
import { button, h, listen, unlisten } from "./dom";
import { draftKey, dropDraft, dropOldDrafts, keepDraft, readDraft } from "./drafts";
import { changed, put } from "./marking";
import { pageKey } from "./page";
import { relative } from "./time";
import type { Line } from "./writing";

const pause = 400;
const minute = 60_000;

export interface Drafting {
  /** Brings back what was left here; the notice to show, if there was something. */
  restore(): HTMLElement | null;
  /** Writes down what isn't yet; whether it is safe. */
  flush(): boolean;
  /** The text arrived: a newer one of another tab's is left alone. */
  done(): void;
}

/** `place` tells the form from the page's others, `begin` is the text it starts with. */
export function drafting(context: Context, { form, area }: Line, place: string, begin: string): Drafting {
  const { t, url, locale, signal } = context;
  const key = draftKey(pageKey(url), place);
  let stored = begin;
  let timer = 0;
  const touched = () => area.value.trim() !== begin.trim();

  function flush(): boolean {
    clearTimeout(timer);
    if (area.value === stored) return true;
    if (!touched()) dropDraft(key);
    else if (!keepDraft(key, area.value)) return false;
    stored = area.value;
    return true;
  }

  // A kept draft comes back by itself, so leaving it needs no warning. What can't be kept does, and what was
  // posted and is still on its way. However many forms ask, the browser warns once.
  const guard = (event: Event) => {
    if (!form.isConnected) return unlisten(window, "beforeunload", guard); // cancelled
    if (touched() && (!flush() || form.inert || form.matches(".waits"))) event.preventDefault();
  };

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(flush, pause);
    // Listening only while there is something to lose: some browsers keep no page that listens.
    if (touched()) listen(window, "beforeunload", guard, signal);
    else unlisten(window, "beforeunload", guard);
  });
  listen(window, "pagehide", flush, signal);
  signal.addEventListener("abort", flush);
  listen(window, "storage", follow, signal);
  dropOldDrafts();

  /** Another tab wrote this text, or sent it. */
  function follow(event: StorageEvent): void {
    if (event.key !== key || form.inert) return;
    const text = readDraft(key)?.text ?? begin;
    const ours = area.value !== stored;
    stored = text;
    if (ours || !form.matches(".open")) return;
    area.value = text;
    changed(area);
  }

  /** Stands until the text is worked on: from then on it is today's. */
  function notice(at: number, rest: string): HTMLElement {
    const discard = () => put(area, { from: 0, to: area.value.length, text: rest, start: rest.length, end: rest.length });
    const when = new Date(Math.min(at, Date.now() - minute)).toISOString(); // "from now" says nothing
    const said = h("p", "alert", { role: "alert" }, t.draftFrom(relative(when, locale)), button("", discard, t.discard));
    area.addEventListener("input", () => said.remove(), { once: true });
    return said;
  }

  return {
    flush,
    restore() {
      const draft = readDraft(key);
      const typed = touched() ? area.value : "";
      const found = draft && draft.text !== area.value;
      if (found) {
        area.value = typed ? `${draft.text}\n\n${typed}` : draft.text;
        stored = draft.text;
        area.setSelectionRange(area.value.length, area.value.length);
      }
      changed(area);
      return found ? notice(draft.at, typed || begin) : null;
    },
    done() {
      if (readDraft(key)?.text === area.value) dropDraft(key);
      stored = begin;
    },
  };
}
