/** What every form does when it is sent: look first, send once at a time, and say in words what
 * went wrong, beside the field where there is one. Never touches what was typed. */

import type { Problem } from "./api";
import type { Context } from "./context";
import { button, h, isElsewhere, listen, unlisten } from "./dom";
import { clear, complain, wrong, type Control } from "./fields";

export interface Sending {
  button: HTMLButtonElement;
  busy: string;
  /** Complains about what can be known without asking. */
  check(): unknown;
  send(): Promise<void>;
  /** The control a problem points to. */
  control(pointer: string): Control | null | undefined;
  failed: string;
  limited(seconds: number): string;
  /** What is said when it is sent by itself as soon as there is a network again. */
  waits?: string;
}

export function onSubmit(form: HTMLFormElement, context: Context, sending: Sending): void {
  const label = sending.button.textContent;
  const again = () => form.requestSubmit();
  let alert: Element | null = null;
  const toError = () => {
    const control = wrong(form);
    if (!isElsewhere(form)) control?.focus();
    return !!control;
  };
  const busy = (state: boolean) => {
    form.inert = state; // what arrives is what was there when it was sent
    sending.button.textContent = state ? sending.busy : label;
  };
  const tell = (element: Element) => {
    alert = element;
    sending.button.parentElement!.before(element);
    if (!isElsewhere(form)) sending.button.focus();
  };
  const settle = () => {
    alert?.remove();
    form.classList.remove("waits");
    unlisten(window, "online", back);
  };
  const back = () => {
    settle();
    again();
  };
  const wait = (sentence: string) => {
    form.classList.add("waits");
    listen(window, "online", back, context.signal);
    tell(h("p", "alert", { role: "alert" }, sentence));
  };
  // Another text is sent only when somebody says so.
  form.addEventListener("input", () => form.matches(".waits") && settle());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.inert) return;
    settle();
    for (let control = wrong(form); control; control = wrong(form)) clear(control);
    sending.check();
    if (toError()) return;
    busy(true);
    try {
      await sending.send();
      busy(false);
    } catch (error) {
      busy(false);
      const problem = error as Problem;
      if (!problem.status && !navigator.onLine && sending.waits) return wait(sending.waits);
      if (!problem.status) console.warn("comment-thread:", error);
      for (const { pointer, detail } of problem.errors ?? []) {
        const control = sending.control(pointer);
        if (control) complain(control, control.type === "email" ? context.t.emailIncomplete : detail);
      }
      if (!toError()) tell(alertFor(problem, context, { ...sending, again }));
    }
  });
}

type Told = Pick<Sending, "failed" | "limited"> & { again(): void };

/** The one sentence that belongs to no field. */
export function alertFor(problem: Problem, context: Context, { failed, limited, again }: Told): Element {
  const { t } = context;
  const { status = 0, type = "", detail, errors, retryAfter } = problem;
  if (status === 429) return countdown(retryAfter || 60, context, limited);
  const known = type === "duplicate-comment" ? t.duplicate : type === "thread-closed" ? t.closed : "";
  const refused = status > 399 && status < 500 && (errors?.[0]?.detail ?? detail);
  const told = known || refused;
  return h("p", known ? "alert" : "alert bad", { role: "alert" }, told || failed, !told && button("", again, t.tryAgain));
}

/** Counts down for the eye; the ear hears it once. */
function countdown(seconds: number, { say, signal }: Context, sentence: (seconds: number) => string): Element {
  const end = Date.now() + seconds * 1000;
  const alert = h("p", "alert", {}, sentence(seconds));
  say(sentence(seconds));
  const timer = setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) alert.textContent = sentence(left);
    else alert.remove();
    if (!alert.isConnected) clearInterval(timer);
  }, 1000);
  signal.addEventListener("abort", () => clearInterval(timer));
  return alert;
}
