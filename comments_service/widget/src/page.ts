/** Finds out which page a thread belongs to and what it is called. Reads the host page, never
 * writes to it. */

import { find } from "./dom";

const heading = ":is(h1,h2,h3,h4,h5,h6)";
const tracking = /^(utm_|mc_)|clid$|^(msclkid|igshid|replytocom|preview|amp)$/i;

/** The attribute, the nearest article, the canonical link, the address: the first that is there. */
export function pageUrl(element: Element): string {
  const article = element.closest("article");
  const link = (selector: string) => article?.querySelector(selector)?.getAttribute("href");
  const candidates = [
    element.getAttribute("url"),
    article?.getAttribute("data-url"),
    link("a[rel~=bookmark][href]"),
    link(`${heading} a[href],a[href]:has(${heading})`),
    find("link[rel~=canonical]")?.getAttribute("href"),
  ];
  const url = candidates.find((candidate) => candidate && URL.canParse(candidate, element.baseURI));
  return new URL(url ?? "", url ? element.baseURI : location.href).href;
}

export function pageTitle(element: Element): string {
  const words =
    element.getAttribute("page-title") ||
    element.closest("article")?.querySelector(heading)?.textContent ||
    find("title")?.textContent ||
    "";
  return [...words.replace(/\s+/g, " ").trim()].slice(0, 200).join("");
}

/** The comment that the address bar leads to, if it stands below this page. */
export function linkedComment(url: string): string | undefined {
  const id = /^#comment-(\d+)$/.exec(location.hash)?.[1];
  return id && pageKey(url) === pageKey(location.href) ? id : undefined;
}

/** Near enough to the service's own key to notice two threads that would be one. */
export function pageKey(address: string): string {
  const url = new URL(address);
  const kept = [...url.searchParams].filter(([name]) => !tracking.test(name)).sort();
  return `${url.host}${url.pathname.replace(/\/+$/, "")}?${new URLSearchParams(kept)}`;
}
