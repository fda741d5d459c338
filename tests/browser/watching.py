"""What a page does while it is read: whom it asks, what it breaks, moves, holds up and leaves."""

from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, Route

STRICT = (
    "default-src 'none'; script-src 'nonce-n0nce' 'strict-dynamic'; style-src 'self'; "
    "img-src 'self'; "  # Firefox asks for the newspaper's own icon
    "connect-src {service}; require-trusted-types-for 'script'; trusted-types comments-service"
)
BREACHES = """
  window.breaches = [];
  addEventListener("securitypolicyviolation",
    (event) => breaches.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
# But for what moves at once when somebody clicks: he asked for it.
SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => shifts.push(...list.getEntries()
    .filter((one) => !one.hadRecentInput)
    .map((one) => [one.value, one.sources.map((it) => it.node?.nodeName)])))
    .observe({type: "layout-shift", buffered: true});
"""
# A browser that takes long over each comment, and then for what waits.
SLOW = """{
  const now = Date.now, set = setTimeout;
  let late = 0;
  Date.now = () => now() + (late += 20);
  window.setTimeout = (act, wait = 20, ...more) => set(act, wait, ...more);
}"""
# How many answers were read and acted upon.
ANSWERS = """
  window.answers = 0;
  const text = Response.prototype.text;
  Response.prototype.text = async function () {
    const read = await text.call(this);
    queueMicrotask(() => setTimeout(() => answers++));
    return read;
  };
"""
# What the widget began and hasn't ended: listeners on the page's own objects, timers, observers;
# `left()` says. Playwright, too, listens in the page.
LEFT = """(() => {
  const ours = () => new Error().stack.includes("/embed");
  const live = new Map(), lasting = (it) => it === window || it === document
    || it instanceof MediaQueryList || it === navigator.connection;
  window.left = () => [...live.values()].map(String).sort();
  const {addEventListener: add, removeEventListener: drop} = EventTarget.prototype;
  const key = (target, type, listener) => [target, type, listener];
  const listening = [];
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const target = this ?? window;
    if (lasting(target) && !options?.signal?.aborted && ours()) {
      const one = {target, type, listener};
      live.set(one, `listener for ${type}`);
      listening.push(one);
      if (options?.signal) add.call(options.signal, "abort", () => live.delete(one));
    }
    return add.call(target, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    const target = this ?? window;
    for (const one of listening) {
      if (one.target === target && one.type === type && one.listener === listener)
        live.delete(one);
    }
    return drop.call(target, type, listener, options);
  };
  for (const [start, stop] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"]]) {
    const set = window[start], clear = window[stop];
    window[start] = (act, wait, ...more) => {
      const id = set(() => { if (start === "setTimeout") live.delete(id); act(...more); }, wait);
      if (ours()) live.set(id, `${start} ${wait}`);
      return id;
    };
    window[stop] = (id) => { live.delete(id); clear(id); };
  }
  for (const name of ["IntersectionObserver", "MutationObserver", "ResizeObserver"]) {
    window[name] = class extends window[name] {
      observe(...all) { if (ours()) live.set(this, name); return super.observe(...all); }
      disconnect() { live.delete(this); return super.disconnect(); }
    };
  }
})();
"""


def comes_true(page: Page, truth: str, *, frames: int = 300) -> bool:
    """Whether that holds within so many frames; strict pages forbid Playwright's own waiting."""
    return page.evaluate(
        "(left) => new Promise((tell) => { const look = () => "
        f"{truth} ? tell(true) : left-- ? requestAnimationFrame(look) : tell(false); look() }})",
        frames,
    )


def let_go(page: Page, held: list[Route]) -> None:
    """Answer what was held back, and wait until the page has read it: it has `ANSWERS`."""
    before = page.evaluate("answers")
    held.pop().continue_()
    assert comes_true(page, f"answers > {before}")


def remains(page: Page) -> list[str]:
    """After `LEFT`: what hasn't ended, once what says its last word in a moment has said it."""
    comes_true(page, "!window.left().length", frames=120)
    return page.evaluate("left()")


def asked_of(page: Page, service: str) -> list[str]:
    """The paths that the page asks the service for, as it asks for them."""
    paths: list[str] = []

    def note(request: Request) -> None:
        if request.url.startswith(service):
            paths.append(request.url.removeprefix(service).partition("?")[0])

    page.on("request", note)
    return paths


def strangers(page: Page, *known: str) -> list[str]:
    """Whom else the page asks, as it asks them."""
    found: list[str] = []

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and f"{address.scheme}://{address.netloc}" not in known:
            found.append(request.url)

    page.on("request", note)
    return found


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds, with the elements it finds it in."""
    found: Any = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def check(page: Page) -> None:
    """It shuts nobody out: no violation of axe's rules, and no sideways scroll."""
    found, over = violations(page), sideways(page)
    assert not found, found
    assert over == 0, f"{over} pixels wider than its window"


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than what one sees of it."""
    root = "document.documentElement"
    return page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
