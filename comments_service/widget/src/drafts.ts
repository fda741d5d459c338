/** Unsent texts in this browser, each under a key of its own, so that two tabs never write over each
 * other's. */

import { drop, keep, keyFor, read } from "./kept";

export interface Draft {
  text: string;
  /** When it was written, in milliseconds. */
  at: number;
}

const prefix = keyFor("draft:");
const keptFor = 30 * 86_400_000;

/** `place` tells apart what is written on one page. */
export const draftKey = (page: string, place: string) => `${prefix}${page}:${place}`;

export function readDraft(key: string): Draft | undefined {
  const { text, at } = read<Draft>(key);
  return text && at && at > Date.now() - keptFor ? { text, at } : undefined;
}

/** Whether it could be kept. */
export const keepDraft = (key: string, text: string) => keep<Draft>(key, { text, at: Date.now() });

export const dropDraft = drop;

/** What nobody came back to for a month. */
export function dropOldDrafts(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix) && !readDraft(key)) drop(key);
  } catch {} // then there is none
}
