/** The menu of somebody else's comment: its link, a report, and not to see that person any more. */

import type { CommentView } from "./comment-view";
import { button, h, nextId, words } from "./dom";
import { reportDialog } from "./report";
import { hide } from "./storage";

export function openMenu(view: CommentView, opener: HTMLElement): void {
  const { context, comment } = view;
  const { t, say } = context;
  const shut = opener.getAttribute("aria-expanded") === "true";
  if (shut) return close();
  const item = (label: string, act: () => void) => {
    const one = button("", () => {
      close();
      act();
    }, label);
    one.setAttribute("role", "menuitem");
    one.tabIndex = -1;
    return one;
  };
  const tag = comment.author?.avatar;
  const items = [
    item(t.copyLink, () => void copy()),
    item(t.report, () => reportDialog(view, opener)),
    ...(tag ? [item(t.hidePerson, () => hidePerson(tag))] : []),
  ];
  const id = nextId();
  const menu = h("div", "menu", { id, role: "menu", "aria-label": t.moreFor(view.name) }, ...items);
  opener.setAttribute("aria-expanded", "true");
  opener.setAttribute("aria-controls", id);
  opener.after(menu);
  const { offsetLeft, offsetWidth, parentElement } = opener;
  const start = t.dir === "rtl" ? parentElement!.offsetWidth - offsetLeft - offsetWidth : offsetLeft;
  menu.style.insetInlineStart = `${start - 12}px`; // its words stand below the dots
  items[0]!.focus();
  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(context.root.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items.at(to % items.length)!.focus();
    }
    if (event.key === "Escape") close();
    if (event.key === "Tab") close(false);
  });
  menu.addEventListener("focusout", () => setTimeout(() => !menu.matches(":focus-within") && close(false)));

  function close(focus = true): void {
    opener.nextElementSibling?.matches(".menu") && opener.nextElementSibling.remove();
    opener.setAttribute("aria-expanded", "false");
    if (focus) opener.focus();
  }

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(view.link);
      say(t.copied);
      told(t.copied);
    } catch {
      const link = h("input", "", { readonly: true, value: view.link, "aria-label": t.copyLink });
      const told = opener.parentElement!.nextElementSibling;
      if (told?.matches(".as")) told.remove();
      opener.parentElement!.after(words("p", "as", link));
      link.select();
      link.focus();
    }
  }

  /** For a moment, where one looks. */
  function told(sentence: string): void {
    const note = words("span", "fine", sentence);
    opener.after(note);
    setTimeout(() => note.remove(), 2_000);
  }

  function hidePerson(avatarTag: string): void {
    hide(avatarTag, view.name);
    for (const one of view.thread.views.values()) if (one.comment.author?.avatar === avatarTag) one.draw();
    const show = view.element.querySelector<HTMLElement>(":scope > .gone button");
    show?.focus();
  }
}
