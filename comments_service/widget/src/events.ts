/** The types a page gets for our tags and events. */

import type { CommentCountElement } from "./comment-count";
import type { CommentThreadElement } from "./comment-thread";

export type LoadedEvent = CustomEvent<{ url: string; count: number }>;
export type PostedEvent = CustomEvent<{ id: string; state: "approved" | "pending" }>;

declare global {
  interface HTMLElementTagNameMap {
    "comment-thread": CommentThreadElement;
    "comment-count": CommentCountElement;
  }
  interface GlobalEventHandlersEventMap {
    "comments:loaded": LoadedEvent;
    "comments:posted": PostedEvent;
  }
}
