/** `<comment-list>`: a site's newest comments or its most discussed threads. What stands inside stays
 * until something better is there; all else is fetched for pages that have one. */

import { language } from "./language";
import type { Lists } from "./lists";
import { part } from "./parts";

export class CommentListElement extends HTMLElement {
  static readonly observedAttributes = ["kind", "limit", "origin"];

  connectedCallback(): void {
    Promise.all([part<Lists>("lists"), language(this)]).then(([{ fill }, spoken]) => fill(this, spoken), console.warn);
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.connectedCallback();
  }
}
