/** `<comment-count url>`: "12 comments" as plain text in the page's own style. What stands inside
 * stays until the number is known. */

import { askCount } from "./counts";
import { language } from "./language";
import { pageUrl } from "./page";

export class CommentCountElement extends HTMLElement {
  static readonly observedAttributes = ["url"];

  connectedCallback(): void {
    const url = pageUrl(this);
    askCount(url, async (count) => {
      const { t } = await language(this);
      if (!this.isConnected || url !== pageUrl(this)) return;
      this.dir ||= t.dir; // apart from the direction of the line it stands in
      this.textContent = t.count(count);
    });
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.connectedCallback();
  }
}
