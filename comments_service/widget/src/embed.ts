/** What the script tag runs: gives the elements their tags. A second script changes nothing. */

import { CommentCountElement } from "./comment-count";
import { CommentThreadElement } from "./comment-thread";
export type { LoadedEvent, PostedEvent } from "./events";

function define(tag: string, element: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, element);
}

define("comment-thread", CommentThreadElement);
define("comment-count", CommentCountElement);
