/** Chooses the language of the words and of dates: the element's, the page's, the browser's wish. English is
 * here, another one is fetched; where it can't be had, English has to do. */

import { reading } from "./messages/en";
import { part } from "./parts";
import { speak, type Language, type Messages, type Pack } from "./speak";

/** English and the others there are; written in by the build. */
declare const LANGUAGES: string[];

/** `phrases='{"clickToComment": "Have your say"}'`: a page's own words. */
function ownPhrases(element: Element): Record<string, unknown> {
  try {
    return JSON.parse(element.getAttribute("phrases")!) ?? {}; // without any: null
  } catch (problem) {
    console.warn("comment-thread:", problem);
    return {};
  }
}

export async function language(element: Element): Promise<Language> {
  const wishes = [element.closest("[lang]")?.getAttribute("lang") ?? "", ...navigator.languages];
  const wished = wishes.map((wish) => wish.split(/[-_]/)[0]!.toLowerCase()).find((one) => LANGUAGES.includes(one)) ?? "en";
  const other = wished !== "en" && (await part<Pack>(wished).catch(console.warn));
  const [lang, pack] = other ? [wished, other] : ["en", {}];
  // "en-GB" writes its dates in its own way; without a region the language's plain form has to do.
  const locale = wishes.find((wish) => RegExp(`^${lang}-[a-z]{2}$`, "i").test(wish)) ?? lang;
  const spoken = { t: {} as Messages, locale, pack, own: ownPhrases(element) };
  speak(spoken, "reading", reading);
  return spoken;
}
