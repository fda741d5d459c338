/** Turns phrases of plain text into what the widget says: English ones into the page's language where
 * there is one, those into the page's own words, and sentences around a value into functions. They come in
 * groups, each with the part that says it. */

import type { later, reading, writing } from "./messages/en";
import { number } from "./time";

/** A language without names, a line each in the order of the English phrases. */
export interface Pack {
  reading: string;
  writing: string;
  later: string;
}

type Said<T> = { [K in keyof T]: T[K] extends `${string}{${string}` ? (value: string | number) => string : string };

export type Messages = Said<typeof reading & typeof writing & typeof later>;

export interface Language {
  /** Whole once the other parts have said their groups. */
  t: Messages;
  locale: string;
  pack: Partial<Pack>;
  /** The page's own words, by the names of the phrases. */
  own: Record<string, unknown>;
}

/** Writes the value that a sentence has by this name. */
type Format = (value: number, locale: string, name: string) => string;

const forms = ["zero", "one", "two", "few", "many", "other"];

/** A plural has two forms, one of them for one, or all six. */
function sentence(all: string[], locale: string, plural: Intl.PluralRules, format: Format) {
  return (value: string | number) => {
    const form = all[1] ? plural.select(value as number) : "";
    const said = all[2] ? all[forms.indexOf(form)] : all[form && form !== "one" ? 1 : 0];
    return (said ?? all.at(-1)!).replace(/{(\w+)}/, (_, name: string) =>
      typeof value === "string" ? value : format(value, locale, name),
    );
  };
}

export function speak(
  { t, locale, pack, own }: Language,
  group: keyof Pack,
  english: Record<string, string>,
  format: Format = number,
): void {
  const plural = new Intl.PluralRules(locale);
  const phrases = Object.entries(english);
  const lines = pack[group]?.split("\n") ?? [];
  phrases.forEach(([name, phrase], index) => {
    const text = String(own[name] ?? (lines[phrases.length] === "" ? lines[index] : phrase));
    (t as Record<string, unknown>)[name] = phrase.includes("{") ? sentence(text.split("|"), locale, plural, format) : text;
  });
}
