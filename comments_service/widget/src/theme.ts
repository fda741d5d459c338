/** Tells a dark page from a light one by the text colour it gives us; a media query alone is wrong
 * on pages with one theme. */

/** The stylesheet mixes an unseen outline's colour from the text's, which answers in sRGB components from
 * 0 to 1 whatever the notation. */
function inherited(section: Element): string | undefined {
  const [r, g, b] = getComputedStyle(section).outlineColor.match(/[\d.]+(e-\d+)?/g)?.map(Number) ?? [];
  if (b !== undefined) return 0.2126 * r! + 0.7152 * g! + 0.0722 * b > 0.5 ? "dark" : "light";
  return undefined;
}

export function applyTheme(section: Element, wish: string | null): void {
  const theme = /^(light|dark)$/.test(wish ?? "") ? wish : inherited(section);
  if (theme) section.setAttribute("data-theme", theme);
}
