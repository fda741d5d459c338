/** English comes in pieces, each with the part that says it. Other languages are whole. */

import type { Context } from "./context";

export function speak({ t }: Context, phrases: object): void {
  if (t.lang === "en") Object.assign(t, { ...phrases, ...t });
}
