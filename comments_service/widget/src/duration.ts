/** Spans of time in words, in the place of the seconds a sentence is said with. */

import { number } from "./time";

/** "40 seconds", "15 min"; `{n}` is a number all the same. */
export function duration(seconds: number, locale: string, name: string): string {
  if (name === "n") return number(seconds, locale);
  // Who waits shall not come too early, and who is in a hurry not too late.
  const round = name === "left" ? Math.floor : Math.ceil;
  const [amount, unit, unitDisplay] =
    seconds < 60 ? ([seconds, "second", "long"] as const) : ([round(seconds / 60), "minute", "short"] as const);
  // Without its region: "min" is "mins" in some.
  return amount.toLocaleString(locale.split("-")[0], { style: "unit", unit, unitDisplay });
}
