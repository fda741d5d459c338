/** The part that is fetched when somebody has read for a while, or came by a link to one comment. */

import { readComment, readCounts, readThread, type Problem } from "./api";
import type { CommentView } from "./comment-view";
import type { Context } from "./context";
import { button, land, listen, words } from "./dom";
import { dress } from "./dress";
import css from "./later.css";
import { later as phrases } from "./messages/en";
import { speak } from "./speak";
import type { ThreadView } from "./thread-view";
import type { Comment, Sort } from "./wire";

const shortest = 20_000;
const longest = 300_000;
const calmer = 1.6;
/** Whatever names the page has given to its forms. */
const isHidden = Object.getOwnPropertyDescriptor(Document.prototype, "hidden")!.get!;

/** Asks for the number of comments, only while the thread is in view and the tab is, ever more seldom
 * while nothing happens. It inserts nothing by itself. */
export function watch(thread: ThreadView): void {
  const { url, root, signal } = thread.context;
  if (signal.aborted) return;
  let timer = 0;
  let wait = shortest;
  let inView = false;
  let told = 0;
  const plan = (soon = false) => {
    clearTimeout(timer);
    if (inView && !isHidden.call(document) && !signal.aborted) timer = setTimeout(() => void ask(), soon ? 0 : wait);
  };
  const observer = new IntersectionObserver(([entry]) => {
    inView = !!entry?.isIntersecting;
    plan(wait === shortest);
  });
  observer.observe(root.host);
  listen(document, "visibilitychange", () => plan(), signal);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    clearTimeout(timer);
  });

  async function ask(): Promise<void> {
    wait = Math.min(longest, wait * calmer);
    try {
      const { counts } = await readCounts([url]);
      const fresh = (counts[url] ?? 0) - thread.count;
      if (fresh > 0 && fresh !== told && !signal.aborted) {
        told = fresh;
        wait = shortest;
        tell(thread, fresh, () => (told = 0));
      }
    } catch {} // asked again later
    plan();
  }
}

/** What this part says and how it looks. */
function ready(context: Context): void {
  dress(context, css);
  speak(context, "later", phrases);
}

/** A pill with the number, said once for each new number. */
function tell(thread: ThreadView, fresh: number, done: () => void): void {
  const { t, say } = thread.context;
  ready(thread.context);
  const show = async () => {
    await showNew(thread, fresh);
    done();
    pill.remove();
  };
  const pill = button("pill", () => void thread.attempt(thread.news, show), t.newComments(fresh));
  thread.news.replaceChildren(pill);
  say(t.newComments(fresh));
}

/** What others wrote meanwhile, where it belongs; the focus goes to the first of it. */
async function showNew(thread: ThreadView, fresh: number): Promise<void> {
  const { url, signal } = thread.context;
  const read = (sort: Sort) => readThread(url, sort, null, signal);
  const [shown, newest] = await Promise.all([read(thread.sort), read("newest")]);
  thread.count = shown.thread.count;
  const known = (comment: Comment) => thread.views.has(comment.id);
  const roots = newest.comments.filter((one) => !known(one)).slice(0, fresh);
  const again = [...shown.comments, ...newest.comments].filter(known);
  const [first] = [...(await thread.place(again)), ...(await thread.place(roots.reverse()))];
  if (first) land(first.element);
}

/** Goes where a link leads; rejects when that can't be found out. */
export async function follow(thread: ThreadView, id: string): Promise<void> {
  const { context } = thread;
  ready(context);
  context.root.querySelector(".lost")?.remove();
  if (!thread.views.has(id)) await find(thread, id);
  const view = thread.views.get(id);
  if (view) mark(view);
}

/** Shows where the link has led. */
function mark(view: CommentView): void {
  const { element, context } = view;
  for (const other of context.root.querySelectorAll(".marked")) other.classList.remove("marked");
  element.classList.add("marked");
  for (let above = view.parent; above; above = above.parent) above.unfold();
  land(element);
  element.scrollIntoView({ block: "center" });
}

/** Shows the page of the thread on which a comment stands, and all above it; or says that it is gone. */
async function find(thread: ThreadView, id: string): Promise<void> {
  const { t, signal, say, root } = thread.context;
  try {
    const found = await readComment(id, thread.sort, signal);
    if (!thread.views.has(found.root.id)) {
      await thread.reload(thread.sort, found.root_cursor);
      const first = button("more", () => void thread.attempt(first, fromStart), t.fromStart);
      const fromStart = async () => {
        await thread.reload();
        first.remove();
        land(root.querySelector("article") ?? thread.title);
      };
      thread.news.after(first);
    }
    for (const above of [found.root, ...found.ancestors, found.comment]) await thread.place([above]);
  } catch (problem) {
    if ((problem as Problem).status !== 404) throw problem;
    thread.news.before(words("p", "say lost", t.lost));
    say(t.lost);
  }
}

export interface Later {
  follow: typeof follow;
  watch: typeof watch;
}
