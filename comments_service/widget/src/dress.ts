/** Gives a thread the looks of what was fetched later; once is enough. */

import type { Context } from "./context";

const sheets = new Map<string, CSSStyleSheet>();

export function dress({ root }: Context, css: string): void {
  const sheet = sheets.get(css) ?? new CSSStyleSheet();
  if (!sheets.has(css)) sheet.replaceSync(css);
  sheets.set(css, sheet);
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}
