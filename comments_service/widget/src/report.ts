/** Tells the moderators what is wrong with a comment. Whoever reports learns only that it arrived. */

import { asked, call } from "./api";
import type { CommentView } from "./comment-view";
import { button, h, nextId, words } from "./dom";
import { choice } from "./fields";
import { onSubmit } from "./sending";
import { keepVisitor, visitor } from "./storage";

const reasons = ["off_topic", "abusive", "spam", "illegal", "private", "other"] as const;

export function reportDialog(view: CommentView, opener: HTMLElement): void {
  const { context, comment } = view;
  const { t, root } = context;
  const reason = choice(t.whatIsWrong, reasons.map((one) => [one, t[one]]));
  const id = nextId();
  const text = h("textarea", "edged", { id, rows: 3, dir: "auto", maxlength: 1000 });
  const send = words("button", "post", t.send);
  const form = h(
    "form",
    "",
    { novalidate: true },
    reason.element,
    words("div", "field", h("label", "", { for: id }, t.inYourWords), text),
    words("div", "foot", button("quiet", () => dialog.close(), t.cancel), send),
  );
  const dialog = h("dialog", "", { "aria-label": t.report }, form);
  onSubmit(form, context, {
    button: send,
    busy: t.posting,
    check: () => {},
    send: async () => {
      const body = { reason: reason.value(), ...(text.value.trim() && { text: text.value.trim() }) };
      const answer = await call<{ visitor?: string }>(`comments/${comment.id}/reports`, {
        method: "POST",
        headers: asked(visitor()),
        body: JSON.stringify(body),
      });
      keepVisitor(answer?.visitor);
      dialog.close();
      view.element.querySelector(":scope > .acts")!.after(words("p", "alert", t.reported));
      context.say(t.reported);
    },
    control: () => text,
    failed: t.notReported,
    limited: t.tryAgainIn,
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.focus();
  });
  root.querySelector(".ct")!.append(dialog);
  dialog.showModal();
}

