/** What the script tag runs: gives the elements their tags. A second script changes nothing. */

import { CommentCountElement } from "./comment-count";
import { CommentListElement } from "./comment-list";
import { CommentThreadElement } from "./comment-thread";

function define(tag: string, element: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, element);
}

define("comment-thread", CommentThreadElement);
define("comment-count", CommentCountElement);
define("comment-list", CommentListElement);
