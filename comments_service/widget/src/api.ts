/** Speaks to the service this script came from, and turns every failure into a `Problem`.
 * Sends no cookies, and on public reads no header that would cost a preflight. */

import type { Comment, CommentPage, Mine, Permalink, ThreadPage, Vote, Voted, Written } from "./wire";

/** The way from a script to the service; written in by the build. */
declare const ABOVE: string;

/** Where the service is, sub-path and all. */
export const service = new URL(ABOVE, import.meta.url).href;

/** What the service refused, in its own words; without `status` no usable answer came at all. */
export interface Problem {
  status?: number;
  retryAfter?: number;
  type?: string;
  title?: string;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
}

interface Options {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/** Rejects with a `Problem`, or with the error of a network that gave no answer. */
export async function call<T>(path: string, { headers = {}, signal, ...options }: Options): Promise<T> {
  const late = AbortSignal.timeout(20_000);
  if (options.body) headers["Content-Type"] = "application/json";
  const response = await fetch(`${service}api/v1/${path}`, {
    ...options,
    headers,
    credentials: "omit",
    cache: "no-cache",
    signal: signal ? AbortSignal.any([signal, late]) : late,
  });
  const text = await response.text();
  const data = text ? JSON.parse(text) : null;
  if (response.ok) return data;
  throw { ...data, status: response.status, retryAfter: Number(response.headers.get("Retry-After")) } satisfies Problem;
}

const query = (...pairs: [string, string | null][]) =>
  new URLSearchParams(pairs.filter((pair): pair is [string, string] => !!pair[1]));

export const readThread = (url: string, sort: string, cursor: string | null, signal: AbortSignal) =>
  call<ThreadPage>(`comments?${query(["url", url], ["sort", sort], ["cursor", cursor])}`, { signal });

export const readReplies = (root: Comment, signal: AbortSignal) =>
  call<CommentPage>(`comments/${root.id}/replies?${query(["cursor", root.replies_cursor])}`, { signal });

export const readComment = (id: string, sort: string, signal: AbortSignal) =>
  call<Permalink>(`comments/${id}?${query(["sort", sort])}`, { signal });

/** Who asks, where the browser knows. */
export const asked = (visitor: string | undefined): Record<string, string> => (visitor ? { "Comments-Visitor": visitor } : {});

export const readMine = (url: string, visitor: string, signal: AbortSignal) =>
  call<Mine>(`mine?${query(["url", url])}`, { headers: asked(visitor), signal });

export const vote = (id: string, value: Vote, visitor: string | undefined) =>
  call<Voted>(`comments/${id}/vote`, { method: "PUT", headers: asked(visitor), body: JSON.stringify({ value }) });

export const readCounts = (urls: string[]) =>
  call<{ counts: Record<string, number> }>(`counts?${query(...urls.map((url): [string, string] => ["url", url]))}`, {});

export const edit = (id: string, token: string, body: string) =>
  call<Written>(`comments/${id}`, {
    method: "PATCH",
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify({ body }),
  });

/** Sends one thing as often as it takes: until it is answered, the same content keeps the same key,
 * so that it lands once. Sent again after that, it is another thing. */
export function sender<T>(path: string) {
  let sent = "";
  let key = "";
  return async (content: object, form: object, visitor?: string) => {
    const text = JSON.stringify(content);
    if (text !== sent) key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    sent = text;
    const headers = { "Idempotency-Key": key, ...asked(visitor) };
    const answer = await call<T>(path, { method: "POST", headers, body: JSON.stringify({ ...content, form }) });
    sent = "";
    return answer;
  };
}
