/** Times in words, relative to read, exact to know, and numbers. Knows no clock but the browser's. */

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["minute", 60],
  ["hour", 60],
  ["day", 24],
  ["week", 7],
  ["month", 4.35],
  ["year", 12],
];

const made = new Map<string, { relative: Intl.RelativeTimeFormat; exact: Intl.DateTimeFormat; number: Intl.NumberFormat }>();

/** Made once a language: a format costs more than a comment. */
function formats(locale: string) {
  const one = made.get(locale) ?? {
    relative: new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
    exact: new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }),
    number: new Intl.NumberFormat(locale),
  };
  made.set(locale, one);
  return one;
}

/** "now", "6 hours ago", "yesterday", "last week". */
export function relative(iso: string, locale: string): string {
  let amount = Math.max(0, (Date.now() - Date.parse(iso)) / 1000);
  let unit: Intl.RelativeTimeFormatUnit = "second";
  let whole = 0; // under a minute it is now
  for (const [next, size] of units) {
    if (amount < size) break;
    amount /= size;
    whole = Math.floor(amount);
    unit = next;
  }
  return formats(locale).relative.format(-whole, unit);
}

export const exact = (iso: string, locale: string) => formats(locale).exact.format(new Date(iso));

export const number = (value: number, locale: string) => formats(locale).number.format(value);
