/** Every phrase the widget says, in English: what reading needs, and what comes with the other parts. Holds
 * plain text only. `{n}`, `{name}` and the like stand for the value, `|` parts the forms of a plural. */

export const reading = {
  lang: "en",
  dir: "ltr",

  comments: "Comments",
  count: "{n} comment|{n} comments",
  clickToComment: "Click to comment",
  order: "Order",
  newest: "Newest",
  oldest: "Oldest",
  top: "Top",
  loading: "Loading…",
  empty: "No comments yet. Start the conversation.",
  closed: "Closed. You can still read.",
  notLoaded: "Comments couldn’t load.",
  tryAgain: "Try again",
  fresh: "New",

  leaveReply: "Leave a reply",
  placeholder: "Leave a reply…",
  yourComment: "Your comment",
  replyTo: "Reply to {name}",
  notSent: "Not sent. Your text is safe here.",

  voteUp: "Vote up, {n}",
  voteDown: "Vote down, {n}",
  moreFor: "More for {name}’s comment",
  hiddenByYou: "Hidden by you.",
  showAgain: "Show",

  pinned: "Pinned",
  reply: "Reply",
  removed: "Removed",
  inReview: "Being reviewed",
  edited: "edited",
  editedAt: "Edited {when}",
  inReplyTo: "in reply to {name}",
  team: "Team",
  author: "Author",
  hide: "Hide {n} reply|Hide {n} replies",
  show: "Show {n} reply|Show {n} replies",
  moreReplies: "{n} more reply|{n} more replies",
  moreComments: "Show more comments",
  subscribe: "Subscribe",
} as const;

export const writing = {
  name: "Name",
  email: "E-mail",
  website: "Website",
  optionalNeverShown: "(optional, never shown)",
  neverShown: "(never shown)",
  optional: "(optional)",
  emailMe: "E-mail me",
  nothing: "nothing",
  replies: "replies to my comments",
  all: "all new comments",
  firstIsRead: "A first comment is read by a moderator before it appears.",
  allAreRead: "Every comment is read by a moderator before it appears.",
  cancel: "Cancel",
  post: "Post",
  posting: "Posting…",
  save: "Save",
  saving: "Saving…",
  posted: "Posted.",
  saved: "Saved.",

  writeFirst: "Write something first.",
  nameNeeded: "Your name is needed here.",
  emailNeeded: "Your e-mail is needed here. It is never shown.",
  emailIncomplete: "This address isn’t complete.",
  limited: "That was quick. You can post again in {time}.",
  duplicate: "You just posted this.",

  notVoted: "Your vote didn’t arrive. Try again.",
  tryAgainIn: "That was quick. You can try again in {time}.",

  held: "Waiting for a moderator. Only you can see this.",
  heldLinks: "Waiting for a moderator, because of its links. Only you can see this.",
  heldEdit: "Your edit waits for a moderator. Until then readers see the earlier text.",
  edit: "Edit",
  delete: "Delete",
  left: "{left} left",

  deleteForGood: "Delete for good?",
  keep: "Keep",
  deleted: "Deleted.",
  notDeleted: "Not deleted. Try again.",

  copyLink: "Copy link",
  copied: "Link copied.",
  report: "Report…",
  hidePerson: "Hide this person",
  whatIsWrong: "What is wrong with it?",
  off_topic: "Off topic",
  abusive: "Abusive or hateful",
  spam: "Spam or advertising",
  illegal: "Against the law",
  private: "Gives away somebody’s private life",
  other: "Something else",
  inYourWords: "In your words (optional)",
  send: "Send",
  reported: "Reported. A moderator takes a look.",
  notReported: "Not sent.",

  notifyOf: "Notify of",
  followUps: "new follow-up comments",
  newReplies: "new replies to my comments",
  checkInbox: "Check your inbox: one click and you’re in.",
  notSubscribed: "Not sent.",
} as const;

/** What is said to those who stay, or came by a link. */
export const later = {
  lost: "That comment isn’t here any more. These are.",
  fromStart: "Show from the beginning",
  newComments: "{n} new comment|{n} new comments",
} as const;

/** What a further language has to bring: the same groups in plain text. */
export type Translation = Record<keyof typeof reading | keyof typeof writing | keyof typeof later, string>;
