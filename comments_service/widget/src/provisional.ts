/** Shows a comment where it will stand while it is on its way, and says that it is. What is true of it
 * only the answer tells, so it is no comment of the thread and has nothing to vote, link or reply to. */

import { avatar } from "./avatar";
import type { CommentView } from "./comment-view";
import type { Values } from "./composer";
import { h, words } from "./dom";
import { writer } from "./person";
import type { ThreadView } from "./thread-view";

/** Later than every id the service gives: comments are placed by their ids. */
let last = 2n ** 63n;

/** Takes it away again, whatever the answer was. */
export function provisional(thread: ThreadView, parent: CommentView | null, { author, body }: Values): () => void {
  const { t, say } = thread.context;
  const element = h(
    "article",
    "c sending",
    { id: `comment-${--last}`, "aria-label": `${author.name}, ${t.posting}` },
    avatar(writer()),
    words("header", "by", words("bdi", "name", author.name), words("span", "", t.posting)),
    h("div", "body", { dir: "auto" }, new Text(body)),
  );
  const leave = parent ? inBranch(parent, element) : inList(thread, element);
  say(t.posting);
  return () => {
    element.remove();
    leave();
    say();
  };
}

function inList({ box, sort }: ThreadView, element: Element): () => void {
  const list = box.querySelector(".list")!;
  if (sort === "oldest") list.append(element);
  else list.prepend(element);
  return () => {};
}

function inBranch(parent: CommentView, element: Element): () => void {
  let host = parent;
  while (host.level > 4) host = host.parent!;
  const { kids } = host;
  const made = !kids.isConnected;
  if (made) host.element.append(kids);
  else host.unfold();
  kids.insertBefore(element, kids.querySelector(":scope > .more"));
  return () => {
    if (made && !kids.children.length) kids.remove();
  };
}
