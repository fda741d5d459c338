/** What this browser keeps for one service: the visitor token, its own comments while they can be
 * edited, whom it hides, how far each page was read. Falls back to memory where nothing may be stored. */

import { service } from "./api";
import type { Written } from "./wire";

export interface Own {
  token: string;
  until: string;
  body: string;
  held: string | undefined;
}

interface Kept {
  visitor?: string | undefined;
  /** Whether a comment of this visitor's appeared at once, or after his edit. */
  published?: boolean | undefined;
  own: Record<string, Own>;
  /** Names by the tags of their avatars. */
  hidden: Record<string, string>;
  /** The newest moment read, by page; those read last stand last. */
  seen: Record<string, string>;
}

const storageKey = `comments-service:${service}`;
const pagesKept = 200;

/** What all parts of the widget know together where nothing may be stored. */
const memory = ((globalThis as unknown as Record<symbol, { text: string }>)[Symbol.for(storageKey)] ??= { text: "{}" });

let known = "";
let parsed: Partial<Kept>;

function read(): Kept {
  try {
    memory.text = localStorage.getItem(storageKey) ?? memory.text;
  } catch {} // storage is blocked: memory has to do
  if (known !== memory.text) parsed = JSON.parse(memory.text);
  known = memory.text;
  const { own = {}, hidden = {}, seen = {}, ...kept } = parsed;
  const alive = Object.entries(own).filter(([, one]) => Date.parse(one.until) > Date.now());
  return { ...kept, own: Object.fromEntries(alive), hidden, seen };
}

/** Reads anew before it writes: other tabs write, too. */
function change(how: (kept: Kept) => void): void {
  const kept = read();
  how(kept);
  memory.text = JSON.stringify(kept);
  try {
    localStorage.setItem(storageKey, memory.text);
  } catch {} // full or blocked: it lives as long as the page
}

export const visitor = () => read().visitor;
export const published = () => read().published;
export const forgetVisitor = () => change((kept) => (kept.visitor = undefined));
export const own = (id: string): Own | undefined => read().own[id];

export const keepVisitor = (token: string | undefined) => token && change((kept) => (kept.visitor = token));

export function remember(answer: Written, body: string): void {
  change((kept) => {
    const { id } = answer.comment;
    const before = kept.own[id];
    const token = answer.edit_token ?? before?.token;
    const until = answer.editable_until ?? before?.until;
    kept.visitor = answer.visitor ?? kept.visitor;
    kept.published ||= answer.comment.state === "approved";
    if (token && until) kept.own[id] = { token, until, body, held: answer.held_because?.code };
  });
}

export const forgetOwn = (id: string) => change((kept) => delete kept.own[id]);

export const isHidden = (tag: string) => tag in read().hidden;

export const hide = (tag: string, name: string) => change((kept) => (kept.hidden[tag] = name));

export const unhide = (tag: string) => change((kept) => delete kept.hidden[tag]);

/** Up to when this page was read. */
export const readUpTo = (page: string): string | undefined => read().seen[page];

/** It was read up to `moment` at least. */
export function keepRead(page: string, moment: string): void {
  change((kept) => {
    const { [page]: before = "", ...others } = kept.seen;
    kept.seen = Object.fromEntries(Object.entries(others).slice(1 - pagesKept));
    kept.seen[page] = before > moment ? before : moment;
  });
}
