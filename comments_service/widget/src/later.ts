/** The part that is fetched when somebody has read for a while, or came by a link to one comment that
 * isn't on the first page. */

import { readComment, readCounts, readThread, type Problem } from "./api";
import { button, land, words } from "./dom";
import { dress } from "./dress";
import css from "./later.css";
import { later as phrases } from "./messages/en";
import { speak } from "./speak";
import type { ThreadView } from "./thread-view";
import type { Comment, Sort } from "./wire";

const shortest = 20_000;
const longest = 300_000;
const calmer = 1.6;

/** Asks for the number of comments, only while the thread is in view and the tab is, ever more seldom
 * while nothing happens. It inserts nothing by itself. */
export function watch(thread: ThreadView): void {
  const { url, root, signal } = thread.context;
  let timer = 0;
  let wait = shortest;
  let inView = false;
  let told = 0;
  const plan = (soon = false) => {
    clearTimeout(timer);
    if (inView && !document.hidden) timer = setTimeout(() => void ask(), soon ? 0 : wait);
  };
  const observer = new IntersectionObserver(([entry]) => {
    inView = !!entry?.isIntersecting;
    plan(wait === shortest);
  });
  observer.observe(root.host);
  document.addEventListener("visibilitychange", () => plan(), { signal });
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

/** A pill with the number, said once for each new number. */
function tell(thread: ThreadView, fresh: number, done: () => void): void {
  const { t, say } = thread.context;
  dress(thread.context, css);
  speak(thread.context, phrases);
  const show = async () => {
    try {
      await showNew(thread, fresh);
      done();
      pill.remove();
    } catch {
      say(t.notLoaded);
    }
  };
  const pill = button("pill", () => void show(), t.newComments(fresh));
  thread.news.replaceChildren(pill);
  say(t.newComments(fresh));
}

/** What others wrote meanwhile, where it belongs; the focus goes to the first of it. */
async function showNew(thread: ThreadView, fresh: number): Promise<void> {
  const { url, signal } = thread.context;
  const read = (sort: Sort) => readThread(url, sort, null, signal);
  const [shown, newest] = await Promise.all([read(thread.sort), read("newest")]);
  thread.count = shown.thread.count;
  const known = (comment: Comment) => !!thread.view(comment.id);
  const roots = newest.comments.filter((one) => !known(one)).slice(0, fresh);
  const again = [...shown.comments, ...newest.comments].filter(known);
  const [first] = [...thread.place(again), ...thread.place(roots.reverse())];
  if (first) land(first.element);
}

/** Shows the page of the thread on which a comment stands, and all above it; or says that it is gone. */
export async function find(thread: ThreadView, id: string): Promise<void> {
  const { t, signal, say, root } = thread.context;
  speak(thread.context, phrases);
  root.querySelector(".lost")?.remove();
  try {
    const found = await readComment(id, thread.sort, signal);
    if (!thread.view(found.root.id)) {
      await thread.reload(thread.sort, found.root_cursor);
      const first = button("more", () => void fromStart(), t.fromStart);
      const fromStart = async () => {
        await thread.reload();
        first.remove();
        land(root.querySelector("article") ?? thread.title);
      };
      thread.news.after(first);
    }
    for (const above of [found.root, ...found.ancestors, found.comment]) thread.place([above]);
  } catch (problem) {
    if ((problem as Problem).status !== 404) throw problem;
    thread.news.before(words("p", "say lost", t.lost));
    say(t.lost);
  }
}

export interface Later {
  find: typeof find;
  watch: typeof watch;
}
