/** Every phrase the widget says, in English: what reading needs, and what comes with the other parts. Holds
 * words only: no markup, no decisions. */

const plural = (n: number, one: string, many: string) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
const duration = (seconds: number) =>
  seconds < 91 ? plural(seconds, "second", "seconds") : plural(Math.ceil(seconds / 60), "minute", "minutes");

export const reading = {
  lang: "en",
  dir: "ltr",

  comments: "Comments",
  count: (n: number) => plural(n, "comment", "comments"),
  clickToComment: "Click to comment",
  order: "Order",
  sorts: { newest: "Newest", oldest: "Oldest", top: "Top" } as Record<string, string>,
  loading: "Loading…",
  empty: "No comments yet. Start the conversation.",
  closed: "Closed. You can still read.",
  notLoaded: "Comments couldn’t load.",
  tryAgain: "Try again",
  fresh: "New",

  leaveReply: "Leave a reply",
  placeholder: "Leave a reply…",
  yourComment: "Your comment",
  replyTo: (name: string) => `Reply to ${name}`,
  notSent: "Not sent. Your text is safe here.",

  held: "Waiting for a moderator. Only you can see this.",
  heldLinks: "Waiting for a moderator, because of its links. Only you can see this.",
  heldEdit: "Your edit waits for a moderator. Until then readers see the earlier text.",
  edit: "Edit",
  delete: "Delete",
  left: (seconds: number) =>
    seconds < 60 ? `${plural(seconds, "second", "seconds")} left` : `${Math.floor(seconds / 60)} min left`,

  voteUp: (n: string) => `Vote up, ${n}`,
  voteDown: (n: string) => `Vote down, ${n}`,
  moreFor: (name: string) => `More for ${name}’s comment`,
  hiddenByYou: "Hidden by you.",
  showAgain: "Show",

  pinned: "Pinned",
  reply: "Reply",
  removed: "Removed",
  inReview: "Being reviewed",
  edited: "edited",
  editedAt: (when: string) => `Edited ${when}`,
  inReplyTo: (name: string) => `in reply to ${name}`,
  badges: { team: "Team", author: "Author" } as Record<string, string>,
  hide: (n: number) => `Hide ${plural(n, "reply", "replies")}`,
  show: (n: number) => `Show ${plural(n, "reply", "replies")}`,
  moreReplies: (n: number) => plural(n, "more reply", "more replies"),
  moreComments: "Show more comments",
  subscribe: "Subscribe",
};

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
  limited: (seconds: number) => `That was quick. You can post again in ${duration(seconds)}.`,
  duplicate: "You just posted this.",

  notVoted: "Your vote didn’t arrive. Try again.",
  tryAgainIn: (seconds: number) => `That was quick. You can try again in ${duration(seconds)}.`,

  deleteForGood: "Delete for good?",
  keep: "Keep",
  deleted: "Deleted.",
  notDeleted: "Not deleted. Try again.",

  copyLink: "Copy link",
  copied: "Link copied.",
  report: "Report…",
  hidePerson: "Hide this person",
  whatIsWrong: "What is wrong with it?",
  reasons: {
    off_topic: "Off topic",
    abusive: "Abusive or hateful",
    spam: "Spam or advertising",
    illegal: "Against the law",
    private: "Gives away somebody’s private life",
    other: "Something else",
  } as Record<string, string>,
  inYourWords: "In your words (optional)",
  send: "Send",
  reported: "Reported. A moderator takes a look.",
  notReported: "Not sent.",

  notifyOf: "Notify of",
  followUps: "new follow-up comments",
  newReplies: "new replies to my comments",
  checkInbox: "Check your inbox: one click and you’re in.",
  notSubscribed: "Not sent.",

  formatting: "Formatting",
  bold: "Bold",
  italic: "Italic",
  link: "Link",
  quote: "Quote",
  code: "Code",
  list: "List",
  preview: "Preview",
  keepWriting: "Keep writing",
  noPreview: "The preview couldn’t load.",
  charactersLeft: (n: number) => `${n.toLocaleString("en")} left`,
  tooLong: (n: number) => `${plural(n, "character", "characters")} too many`,
  draftFrom: (when: string) => `Your draft from ${when}.`,
  discard: "Discard",
  rememberName: "Remember my name in this browser",
  as: (name: string) => `As ${name}`,
  change: "Change",
  offline: "You’re offline. This is sent once you’re back.",
};

/** What is said to those who stay, or came by a link. */
export const later = {
  lost: "That comment isn’t here any more. These are.",
  fromStart: "Show from the beginning",
  newComments: (n: number) => plural(n, "new comment", "new comments"),
};

/** What a further language has to bring. */
export type Messages = typeof reading & typeof writing & typeof later;
