/** The part for front pages: fills a list with the newest comments of a site, or with the threads that
 * have most. Asks once for what a list wants; when nothing comes, the page's own content stays. */

import { call } from "./api";
import { h, words, type Child } from "./dom";
import css from "./lists.css";
import type { Language } from "./speak";
import { exact, relative } from "./time";
import type { Latest, MostDiscussed } from "./wire";

const most = 20;
const usual = 5;
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** What each list asked for last. */
const wanted = new WeakMap<Element, string>();

export async function fill(list: Element, language: Language): Promise<void> {
  const given = list.getAttribute("origin");
  const origin = given && URL.canParse(given) ? new URL(given).origin : location.origin;
  const limit = Math.min(most, Math.max(0, Math.floor(Number(list.getAttribute("limit"))) || 0) || usual);
  const query = new URLSearchParams({ origin, limit: String(limit) });
  const discussed = list.getAttribute("kind") === "most-discussed";
  const path = `${discussed ? "most-discussed" : "latest"}?${query}`;
  if (wanted.get(list) === path) return;
  wanted.set(list, path);
  try {
    const items = discussed ? await threads(path, language) : await comments(path, language);
    if (wanted.get(list) === path) show(list, items, language);
  } catch (problem) {
    if (wanted.get(list) === path) wanted.delete(list);
    console.warn("comment-list:", problem);
  }
}

function show(list: Element, items: Element[], { t }: Language): void {
  const root = list.shadowRoot ?? list.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  // A site without comments has nothing better to say than its page.
  root.replaceChildren(items.length ? h("ol", "", { part: "list", lang: t.lang, dir: t.dir }, ...items) : h("slot"));
}

async function comments(path: string, { locale }: Language): Promise<Element[]> {
  const answer = await call<Latest>(path, {});
  return answer.comments.map(({ url, title, author, excerpt, created_at }) => {
    const time = h("time", "", { datetime: created_at, title: exact(created_at, locale) }, relative(created_at, locale));
    const name = h("bdi", "", { part: "name" }, author.name);
    return item(words("p", "by", name, time), link(url, excerpt || author.name), title && meta({ dir: "auto" }, title));
  });
}

async function threads(path: string, { t }: Language): Promise<Element[]> {
  const answer = await call<MostDiscussed>(path, {});
  return answer.threads.map(({ url, title, count }) => item(link(url, title ?? place(url)), meta({}, t.count(count))));
}

const item = (...children: Child[]) => h("li", "", { part: "item" }, ...children);

const meta = (attributes: Record<string, string>, text: string) => h("p", "meta", { part: "meta", ...attributes }, text);

/** A page by its address, while no moderator has seen a title for it. */
function place(url: string): string {
  const { host, pathname } = new URL(url);
  return host + pathname;
}

/** Pages are http or https; what isn't leads nowhere. */
const link = (url: string, text: string) =>
  h("a", "", { part: "link", dir: "auto", href: /^https?:/i.test(url) && url }, text);

export interface Lists {
  fill: typeof fill;
}
