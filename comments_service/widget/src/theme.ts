/** Tells a dark page from a light one by the text colour it gives us; a media query alone is wrong
 * on pages with one theme. */

import { h } from "./dom";

function inherited(element: Element): string | undefined {
  const probe = h("i");
  // Mixing with itself makes every colour notation answer in sRGB components from 0 to 1.
  probe.style.color = "color-mix(in srgb, currentColor, currentColor)";
  element.append(probe);
  const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+(e-\d+)?/g)?.map(Number) ?? [];
  probe.remove();
  if (b !== undefined) return 0.2126 * r! + 0.7152 * g! + 0.0722 * b > 0.5 ? "dark" : "light";
  return undefined;
}

export function applyTheme(section: Element, wish: string | null): void {
  const theme = /^(light|dark)$/.test(wish ?? "") ? wish : inherited(section);
  if (theme) section.setAttribute("data-theme", theme);
}
