/** The shapes of the service's answers, as the contract names them. Types only. */

export interface Author {
  name: string;
  website: string | null;
  avatar: string | null;
  badge: "team" | "author" | null;
}

export interface Votes {
  up: number;
  down: number;
}

export type Sort = "newest" | "oldest" | "top";

/** What this browser's visitor said of a comment. */
export type Vote = 1 | 0 | -1;

export interface Comment {
  id: string;
  parent_id: string | null;
  root_id: string;
  depth: number;
  author: Author | null;
  body_html: string | null;
  created_at: string;
  edited_at: string | null;
  state: "approved" | "pending" | "removed" | "in_review";
  pinned: boolean;
  votes: Votes;
  reply_count: number;
  replies: Comment[];
  replies_cursor: string | null;
}

export interface Rules {
  edit_seconds: number;
  email: "optional" | "required";
  website: boolean;
  votes: "off" | "up" | "both";
  max_length: number;
  notify: boolean;
  consent_text: string | null;
  house_rules: string | null;
  moderation: "newcomers" | "all" | "none";
}

export interface ThreadFacts {
  url: string;
  title: string | null;
  state: "open" | "closed";
  count: number;
  rules: Rules;
}

export interface ThreadPage {
  thread: ThreadFacts;
  comments: Comment[];
  next_cursor: string | null;
}

export interface CommentPage {
  comments: Comment[];
  next_cursor: string | null;
}

export interface Latest {
  comments: { id: string; url: string; title: string | null; author: { name: string }; excerpt: string; created_at: string }[];
}

export interface MostDiscussed {
  threads: { url: string; title: string | null; count: number }[];
}

export interface Mine extends CommentPage {
  votes: Record<string, Vote>;
}

export interface Permalink {
  comment: Comment;
  root: Comment;
  ancestors: Comment[];
  root_cursor: string;
  replies_cursor: string | null;
}

export interface Voted {
  votes: Votes;
  my_vote: Vote;
  visitor?: string;
}

export interface Written {
  comment: Comment;
  edit_token?: string;
  editable_until?: string;
  visitor?: string;
  held_because?: { code: string; text: string };
}
