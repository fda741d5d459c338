/** Fetches a part of the widget when it is first wanted, once. */

import { service } from "./api";

/** What stands in each part's address, by its name; written in by the build. */
declare const DIGESTS: Record<string, string>;

const fetched = new Map<string, Promise<unknown>>();
let failures = 0;

/** Rejects when it can't be had; asked again, it tries again. */
export function part<T>(name: string): Promise<T> {
  const again = failures ? `&${failures}` : ""; // some browsers remember what failed
  const promise = fetched.get(name) ?? import(`${service}embed/${name}.js?${DIGESTS[name]}${again}`);
  fetched.set(name, promise);
  promise.catch(() => fetched.delete(name) && failures++);
  return promise as Promise<T>;
}
