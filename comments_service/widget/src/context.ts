/** What every part of one thread's view shares for the length of one connection. */

import type { Language } from "./language";
import type { Rules } from "./wire";

export interface Context extends Language {
  /** Frozen when the element was connected. */
  readonly url: string;
  readonly title: string;
  /** The level of the thread's heading. */
  readonly level: number;
  /** Aborted when the element leaves the page. */
  readonly signal: AbortSignal;
  rules: Rules;
  /** Whether the thread takes comments. */
  accepts: boolean;
  /** Says sentences through the thread's live region. */
  say(...texts: (string | null)[]): void;
  emit(name: "comments:loaded" | "comments:posted", detail: object): void;
}

export const heading = (level: number) => `h${Math.min(6, level)}` as "h2";
