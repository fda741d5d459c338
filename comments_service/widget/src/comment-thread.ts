/** `<comment-thread>`: the element's life on a page. It freezes which page it speaks of, waits until
 * it is wanted, and leaves nothing behind when it goes. */

import type * as types from "../embed";
import type { Context } from "./context";
import { askCount } from "./counts";
import { button, chevron, h, listen, words } from "./dom";
import { fenced } from "./fence";
import { language } from "./language";
import { linkedComment, pageKey, pageTitle, pageUrl } from "./page";
import type { Language } from "./speak";
import { applyTheme } from "./theme";
import { ThreadView } from "./thread-view";
import css from "./widget.css";
import type { Rules } from "./wire";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** Which element speaks for a page now. */
const speakers = new Map<string, CommentThreadElement>();

export class CommentThreadElement extends HTMLElement implements types.CommentThreadElement {
  static readonly observedAttributes = ["theme"];

  readonly #root = this.attachShadow({ mode: "open" });
  #section = h("section");
  #status = h("p");
  #url = "";
  #life: AbortController | null = null;

  /** The page this thread belongs to, frozen when the element was connected. */
  get url(): string {
    return this.#url;
  }

  /** Frameworks set what they find to be a property. */
  set url(url: string) {
    this.setAttribute("url", url);
  }

  connectedCallback(): void {
    if (this.#life) return; // only moved
    this.#life = new AbortController();
    this.#url = pageUrl(this);
    const key = pageKey(this.#url);
    if (speakers.get(key)?.isConnected) {
      console.warn("comment-thread: there is another for", this.#url);
      this.#root.replaceChildren(h("slot"));
      return;
    }
    speakers.set(key, this);
    this.#life.signal.addEventListener("abort", () => speakers.get(key) === this && speakers.delete(key));
    void this.#start(this.#life.signal);
  }

  /** A move is a removal and an insertion at once; only what stays away is taken down. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#life?.abort();
      this.#life = null;
      this.#root.replaceChildren();
    });
  }

  /** Moved by `moveBefore`: nothing changes. */
  connectedMoveCallback(): void {}

  attributeChangedCallback(): void {
    if (this.#life) applyTheme(this.#section, this.getAttribute("theme"));
  }

  async #start(signal: AbortSignal): Promise<void> {
    const spoken = await language(this);
    if (signal.aborted) return;
    const context = this.#context(spoken, signal);
    const { t, title } = context;
    const label = title ? `${t.comments}: ${title}` : t.comments;
    this.#section = h("section", "ct", { lang: t.lang, dir: t.dir, "aria-label": label });
    this.#status = h("p", "vh", { role: "status" });
    this.#root.adoptedStyleSheets = [sheet];
    const box = h("div");
    this.#section.append(box, this.#status);
    this.#root.replaceChildren(this.#section);
    const theme = () => applyTheme(this.#section, this.getAttribute("theme"));
    theme();
    listen(matchMedia("(prefers-color-scheme: dark)"), "change", theme, signal);
    let view: ThreadView | undefined;
    const load = (focus: boolean) => void (view ??= new ThreadView(context, box, this.getAttribute("sort"))).load(focus);
    const linked = () => linkedComment(this.#url);
    listen(window, "hashchange", () => linked() && (view ? view.follow() : load(false)), signal);
    const open = linked() ? "now" : this.getAttribute("open");
    if (open === "click") this.#bar(box, context, load);
    else if (open === "now") load(false);
    else this.#near(signal, () => view || load(false));
  }

  #context(spoken: Language, signal: AbortSignal): Context {
    return {
      ...spoken,
      url: this.#url,
      title: pageTitle(this),
      level: Number(this.getAttribute("heading-level")) || 2,
      signal,
      root: this.#root,
      fenced,
      rules: {} as Rules,
      accepts: false,
      votes: new Map(),
      say: (...texts) => {
        // Emptied first: what is said twice is heard twice.
        this.#status.textContent = "";
        setTimeout(() => (this.#status.textContent = texts.filter(Boolean).join(" ")), 50);
      },
      emit: (name, detail) => this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true })),
    };
  }

  #bar(box: HTMLElement, { t, title, url, signal }: Context, load: (focus: boolean) => void): void {
    const text = words("span", "");
    const bar = button("bar", () => load(true), text, chevron());
    bar.setAttribute("aria-expanded", "false");
    const write = (count: number) => {
      const label = count ? t.count(count) : t.clickToComment;
      text.textContent = label;
      bar.setAttribute("aria-label", title ? `${label}: ${title}` : label);
    };
    write(0);
    box.replaceChildren(bar);
    this.#near(signal, () => askCount(url, write));
  }

  #near(signal: AbortSignal, then: () => void): void {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        then();
      },
      { rootMargin: "400px 0px" },
    );
    observer.observe(this);
    signal.addEventListener("abort", () => observer.disconnect());
  }
}
