// Adds keys to the desk, nothing else: every one presses a link or button that stands on the page.
(() => {
  const STORED = "comments-desk-keys";
  const switcher = document.querySelector("[data-switch]");
  let pressed = false;

  const read = () => {
    try {
      return localStorage.getItem(STORED);
    } catch {
      return null; // no storage: keys are on
    }
  };
  let on = read() !== "off";

  const show = () => {
    switcher.textContent = on ? "Turn off" : "Turn on";
    for (const entry of document.querySelectorAll("[data-keys]")) entry.hidden = false;
    document.documentElement.toggleAttribute("data-keys-on", on);
  };

  const turn = () => {
    on = !on;
    try {
      localStorage.setItem(STORED, on ? "on" : "off");
    } catch {
      // it holds for this page
    }
    show();
  };

  const target = (code) => {
    if (code === "KeyJ") return document.querySelector("a.go, a[rel=next]");
    if (code === "KeyK") return document.querySelector("a[rel=prev]");
    return document.querySelector(`:is(.decide, .undo) [data-key="${CSS.escape(code)}"]`);
  };

  const typing = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable || element.matches("input, textarea, select"));

  const press = (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!on || typing(event.target)) return;
    if (event.key === "?") {
      document.querySelector("#keys").togglePopover();
      return;
    }
    if (document.querySelector("#keys:popover-open")) return; // nothing is decided behind it
    if (event.key === "/") {
      const search = document.querySelector(".filters");
      if (!search) return;
      event.preventDefault(); // the stroke isn't part of what is searched for
      search.open = true;
      search.querySelector("[type=search]").select();
      return;
    }
    if (event.code === "KeyO" && !event.shiftKey) {
      document.querySelector("summary[data-key=KeyO]")?.click();
      return;
    }
    if (event.code === "KeyE" && !event.shiftKey) {
      const answer = document.querySelector("summary[data-key=KeyE]")?.parentElement;
      if (!answer) return;
      event.preventDefault(); // the letter isn't part of the answer
      answer.open = true;
      answer.querySelector("textarea").focus();
      return;
    }
    const element = event.shiftKey || pressed ? null : target(event.code);
    if (!element) return;
    event.preventDefault();
    pressed = true; // one decision a page: a second press waits for the next comment
    element.click();
  };

  // A reload must not tell again what was decided before it.
  const forget = () => {
    const address = new URL(location.href);
    for (const name of ["done", "of", "edit", "kept", "answered", "missed", "tried"]) address.searchParams.delete(name);
    if (address.href !== location.href) history.replaceState(null, "", address);
  };

  document.addEventListener("keydown", press);
  addEventListener("pageshow", () => {
    pressed = false;
  });
  switcher.addEventListener("click", turn);
  forget();
  show();
})();
