/** The "Notify of" panel. Answers everybody with the same words, because the service does. */

import { sender } from "./api";
import type { Context } from "./context";
import { h, words } from "./dom";
import { choice, complain, emailField, incomplete, trap } from "./fields";
import { onSubmit } from "./sending";

const panels = new WeakMap<Element, Element>();

/** Opens or closes the panel, which stands after the head; `toggle` is the button that was pressed. */
export function subscribePanel(context: Context, head: Element, toggle: HTMLButtonElement): void {
  const show = (state: boolean) => {
    panels.get(head)?.remove();
    toggle.setAttribute("aria-expanded", String(state));
    if (!state) return toggle.focus();
    const panel = panelFor(context, () => {
      show(false);
      checkInbox(context, head);
    });
    panels.set(head, panel);
    panel.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
    head.after(panel);
    panel.querySelector("input")!.focus();
  };
  show(!panels.get(head)?.isConnected);
}

/** One sentence below what it belongs to, however often it is said. */
export function checkInbox({ t, say }: Context, above: Element): void {
  if (!above.nextElementSibling?.matches(".alert")) above.after(words("p", "alert", t.checkInbox));
  say(t.checkInbox);
}

function panelFor(context: Context, done: () => void): HTMLFormElement {
  const { t, url } = context;
  const post = sender("subscriptions");
  const watch = trap();
  const scope = choice(t.notifyOf, [["thread", t.followUps], ["replies", t.newReplies]]);
  const { element, input } = emailField(t.email, t.neverShown);
  const button = words("button", "edge", t.subscribe);
  const mail = words("div", "mail", element, button);
  const form = h("form", "panel", { novalidate: true, "aria-label": t.subscribe }, scope.element, watch.input, mail);
  const address = () => input.value.trim();
  onSubmit(form, context, {
    button,
    busy: t.subscribe,
    check: () => incomplete(address()) && complain(input, address() ? t.emailIncomplete : t.emailNeeded),
    send: async () => {
      await post({ url, email: address(), scope: scope.value(), lang: t.lang }, watch.facts());
      done();
    },
    control: (pointer) => (pointer === "/email" ? input : null),
    failed: t.notSubscribed,
    limited: t.tryAgainIn,
  });
  return form;
}
