/** What this browser keeps for one service: the visitor token and, while they can be edited, its own
 * comments. Falls back to memory where the page may store nothing. */

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
}

const storageKey = `comments-service:${service}`;
let memory = "{}";

function read(): Kept {
  try {
    memory = localStorage.getItem(storageKey) ?? memory;
  } catch {} // storage is blocked: memory has to do
  const { visitor, published, own = {} }: Partial<Kept> = JSON.parse(memory);
  const alive = Object.entries(own).filter(([, one]) => Date.parse(one.until) > Date.now());
  return { visitor, published, own: Object.fromEntries(alive) };
}

function write(kept: Kept): void {
  memory = JSON.stringify(kept);
  try {
    localStorage.setItem(storageKey, memory);
  } catch {} // full or blocked: the tokens live as long as the page
}

export const visitor = () => read().visitor;
export const published = () => read().published;
export const forgetVisitor = () => write({ own: read().own });
export const own = (id: string): Own | undefined => read().own[id];

export function remember(answer: Written, body: string): void {
  const kept = read();
  const { id } = answer.comment;
  const before = kept.own[id];
  const token = answer.edit_token ?? before?.token;
  const until = answer.editable_until ?? before?.until;
  kept.visitor = answer.visitor ?? kept.visitor;
  kept.published ||= answer.comment.state === "approved";
  if (token && until) kept.own[id] = { token, until, body, held: answer.held_because?.code };
  write(kept);
}
