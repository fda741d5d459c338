/** Unsent texts in this browser, each under a key of its own, so that two tabs never write over each
 * other's. Where nothing may be stored, it says so instead of pretending. */

import { service } from "./api";

export interface Draft {
  text: string;
  /** When it was written, in milliseconds. */
  at: number;
}

const prefix = `comments-service:${service}draft:`;
const keptFor = 30 * 86_400_000;

/** `place` tells apart what is written on one page. */
export const draftKey = (page: string, place: string) => `${prefix}${page}:${place}`;

export function readDraft(key: string): Draft | undefined {
  try {
    const { text, at }: Partial<Draft> = JSON.parse(localStorage.getItem(key)!) ?? {};
    if (text && at && at > Date.now() - keptFor) return { text, at };
  } catch {} // blocked, or not ours
  return undefined;
}

/** Whether it could be kept. */
export function keepDraft(key: string, text: string): boolean {
  try {
    localStorage.setItem(key, JSON.stringify({ text, at: Date.now() } satisfies Draft));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {} // then there is none
}

/** What nobody came back to for a month. */
export function dropOldDrafts(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix) && !readDraft(key)) dropDraft(key);
  } catch {} // then there is none
}
