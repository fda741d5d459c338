/** What every part of one thread's view shares for the length of one connection. */

import type { CommentsEventDetails } from "../embed";
import type { Language } from "./speak";
import type { Rules, Vote } from "./wire";

export interface Context extends Language {
  /** Frozen when the element was connected. */
  readonly url: string;
  readonly title: string;
  /** The level of the thread's heading. */
  readonly level: number;
  /** Aborted when the element leaves the page. */
  readonly signal: AbortSignal;
  readonly root: ShadowRoot;
  /** The fence, one for all parts: a page that allows its policy by name allows it once. */
  fenced(html: string): DocumentFragment;
  rules: Rules;
  /** Whether the thread takes comments. */
  accepts: boolean;
  /** One's own votes by comment. */
  votes: Map<string, Vote>;
  /** Up to when this browser had read the thread before, if it had. */
  readBefore?: string | undefined;
  /** Says sentences through the thread's live region. */
  say(...texts: (string | null)[]): void;
  emit<Name extends keyof CommentsEventDetails>(name: Name, detail: CommentsEventDetails[Name]): void;
}

export const heading = (level: number) => `h${Math.min(6, level)}` as "h2";
