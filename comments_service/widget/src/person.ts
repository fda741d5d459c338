/** Who writes in this browser: between the forms of one page view, and beyond it only when asked to, and
 * then the name alone. */

import { service } from "./api";
import type { Author } from "./wire";

const key = `comments-service:${service}name`;

/** What was typed in this page view, and the tag of the avatar that the service gave to that name. */
export const person = { name: "", email: "", website: "", avatar: "" };

/** The one who writes, as far as it is known before the service says. */
export const writer = (): Author | null =>
  person.name ? { name: person.name, website: null, avatar: person.avatar || "claimed", badge: null } : null;

/** Becomes the remembered one; whether there is one. */
export function recall(): boolean {
  try {
    const { name, avatar }: Partial<Author> = JSON.parse(localStorage.getItem(key)!) ?? {};
    if (!name) return false;
    Object.assign(person, { name, avatar: avatar ?? "" });
    return true;
  } catch {
    return false; // blocked, or not ours
  }
}

export function rememberName(): void {
  try {
    const { name, avatar } = person;
    localStorage.setItem(key, JSON.stringify({ name, avatar }));
  } catch {} // full or blocked: asked again next time
}

export function forgetName(): void {
  try {
    localStorage.removeItem(key);
  } catch {} // then there is nothing to forget
}
