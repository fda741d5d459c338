/** Fetches a part of the widget when it is first wanted, once. */

import { service } from "./api";

/** Of all parts together, so that a browser may keep each under its address for good; written in by the build. */
declare const DIGEST: string;

const fetched = new Map<string, Promise<unknown>>();
let failures = 0;

/** Rejects when it can't be had; asked again, it tries again. */
export function part<T>(name: string): Promise<T> {
  const again = failures ? `&${failures}` : ""; // some browsers remember what failed
  const promise = fetched.get(name) ?? import(`${service}embed/${name}.js?${DIGEST}${again}`);
  fetched.set(name, promise);
  promise.catch(() => fetched.delete(name) && failures++);
  return promise as Promise<T>;
}
