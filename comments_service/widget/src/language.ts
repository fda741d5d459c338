/** Chooses the language of the words and of dates: the element's, the page's, the browser's wish,
 * as far as there are messages for it. */

import { reading, type Messages } from "./messages/en";

export interface Language {
  t: Messages;
  locale: string;
}

// English is whole once the forms are there, which bring their phrases with them.
const en = reading as Messages;
const languages: Record<string, Messages | undefined> = { en };

export function language(element: Element): Language {
  const wishes = [element.closest("[lang]")?.getAttribute("lang"), ...navigator.languages];
  const t = wishes.map((wish) => languages[wish?.split("-")[0] ?? ""]).find(Boolean) ?? en;
  // "en-GB" writes its dates in its own way; without a region the language's plain form has to do.
  return { t, locale: wishes.find((wish) => wish?.startsWith(t.lang) && /^\w+-\w\w$/.test(wish)) ?? t.lang };
}
