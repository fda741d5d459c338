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

const forms = ["zero", "one", "two", "few", "many", "other"];

/** "40 seconds", "15 min". */
function duration(seconds: number, round: "ceil" | "floor", locale: string): string {
  const [amount, unit, unitDisplay] =
    seconds < 60 ? ([seconds, "second", "long"] as const) : ([Math[round](seconds / 60), "minute", "short"] as const);
  // Without its region: "min" is "mins" in some.
  return amount.toLocaleString(locale.split("-")[0], { style: "unit", unit, unitDisplay });
}

/** A plural has two forms, one of them for one, or all six. */
function sentence(all: string[], locale: string, plural: Intl.PluralRules) {
  return (value: string | number) => {
    const form = all[1] ? plural.select(value as number) : "";
    const said = all[2] ? all[forms.indexOf(form)] : all[form && form !== "one" ? 1 : 0];
    // Who waits shall not come too early, and who is in a hurry not too late.
    return (said ?? all.at(-1)!).replace(/{(\w+)}/, (_, name: string) =>
      typeof value === "string"
        ? value
        : name === "n"
          ? number(value, locale)
          : duration(value, name === "left" ? "floor" : "ceil", locale),
    );
  };
}

export function speak({ t, locale, pack, own }: Language, group: keyof Pack, english: Record<string, string>): void {
  const plural = new Intl.PluralRules(locale);
  const phrases = Object.entries(english);
  const lines = pack[group]?.split("\n") ?? [];
  phrases.forEach(([name, phrase], index) => {
    const text = String(own[name] ?? (lines[phrases.length] === "" ? lines[index] : phrase));
    (t as Record<string, unknown>)[name] = phrase.includes("{") ? sentence(text.split("|"), locale, plural) : text;
  });
}
