/** What a page may write in our tags, and what it hears from them. The widget's own sources are checked
 * against it; served at `/embed.d.ts`. */

export interface CommentThreadElement extends HTMLElement {
  /** The page the thread belongs to, frozen when the element was connected; set before, it is the attribute. */
  url: string;
}

export interface CommentThreadAttributes {
  url?: string;
  "page-title"?: string;
  open?: "visible" | "click" | "now";
  sort?: "oldest" | "newest" | "top";
  theme?: "auto" | "light" | "dark";
  lang?: string;
  /** JSON: the page's own words, by the names of the phrases. */
  phrases?: string;
  "heading-level"?: 1 | 2 | 3 | 4 | 5 | 6;
}

export interface CommentCountAttributes {
  url?: string;
  lang?: string;
  /** JSON: the page's own words, by the names of the phrases. */
  phrases?: string;
}

export interface CommentListAttributes {
  kind?: "latest" | "most-discussed";
  limit?: number;
  origin?: string;
  lang?: string;
  /** JSON: the page's own words, by the names of the phrases. */
  phrases?: string;
}

/** The `detail` of each event. All bubble, out of shadow trees too. */
export interface CommentsEventDetails {
  "comments:loaded": { url: string; count: number };
  "comments:posted": { id: string; state: "approved" | "pending" };
}

export type CommentsEvent<Name extends keyof CommentsEventDetails> = CustomEvent<CommentsEventDetails[Name]>;

type CommentsEventMap = { [Name in keyof CommentsEventDetails]: CommentsEvent<Name> };

declare global {
  interface HTMLElementTagNameMap {
    "comment-thread": CommentThreadElement;
    "comment-count": HTMLElement;
    "comment-list": HTMLElement;
  }
  interface GlobalEventHandlersEventMap extends CommentsEventMap {}
}
