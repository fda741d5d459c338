/** Values in this browser's storage, each under a key of its own for this service. Where nothing may be stored
 * there is none, and whoever keeps something is told so. */

import { service } from "./api";

export const keyFor = (name: string) => `comments-service:${service}${name}`;

/** Nothing where it is blocked, or not ours. */
export function read<T extends object>(key: string): Partial<T> {
  try {
    return JSON.parse(localStorage.getItem(key)!) ?? {};
  } catch {
    return {};
  }
}

/** Whether it could be kept. */
export function keep<T extends object>(key: string, value: T): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function drop(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {} // then there is none
}
