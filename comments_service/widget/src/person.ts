/** Who writes in this browser: between the forms of one page view, and beyond it only when asked to, and
 * then the name alone. */

import { drop, keep, keyFor, read } from "./kept";
import type { Author } from "./wire";

const key = keyFor("name");

/** What was typed in this page view, and the tag of the avatar that the service gave to that name. */
export const person = { name: "", email: "", website: "", avatar: "" };

/** The one who writes, as far as it is known before the service says. */
export const writer = (): Author | null =>
  person.name ? { name: person.name, website: null, avatar: person.avatar || "claimed", badge: null } : null;

/** Becomes the remembered one; whether there is one. */
export function recall(): boolean {
  const { name, avatar } = read<Author>(key);
  if (name) Object.assign(person, { name, avatar: avatar ?? "" });
  return !!name;
}

export function rememberName(): void {
  const { name, avatar } = person;
  keep(key, { name, avatar });
}

export const forgetName = () => drop(key);
