/** Draws who speaks from the service's tag: a pattern for the proven, initials for the claimed,
 * a dashed ring for nobody. Asks no other server. */

import { h, svg } from "./dom";
import type { Author } from "./wire";

/** Four quarter discs, two bits of the tag each; at most one is centred on the middle. */
function quarters(bits: number): string {
  let path = "";
  let centred = false;
  for (let cell = 0; cell < 4; cell++) {
    const x = cell & 1;
    const y = cell >> 1;
    const middle = y ? 1 - x : 2 + x; // the corner that touches the middle, clockwise from top left
    let turn = (bits >> (cell * 2)) & 3;
    if (turn === middle) {
      if (centred) turn++;
      centred = true;
    }
    const at = (corner: number) => `${x + (((corner + 1) >> 1) & 1)} ${y + ((corner >> 1) & 1)}`;
    path += `M${at(turn)}L${at(turn + 1)}A1 1 0 0 1 ${at(turn + 3)}z`;
  }
  return path;
}

export function initials(name: string): string {
  const firsts = name.trim().split(/\s+/).map((word) => [...word][0] ?? "");
  return (firsts[0]! + (firsts.length > 1 ? firsts.at(-1) : "")).toUpperCase();
}

export function avatar(author: Author | null): Element {
  const tag = author?.avatar ?? "";
  if (tag[0] === "p") {
    const drawn = svg(2, quarters(parseInt(tag.slice(1, 3), 16)), { class: "avatar" });
    drawn.style.setProperty("--tint", `oklch(.7 .1 ${parseInt(tag.slice(3, 7), 16) % 360})`);
    return drawn;
  }
  return h("span", "avatar", { "aria-hidden": "true" }, tag && initials(author!.name));
}
