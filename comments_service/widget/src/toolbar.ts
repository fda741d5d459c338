/** The row of buttons below the text, one stop of the Tab key, and their shortcuts. What they do to
 * the text is marking.ts's business. */

import type { Context } from "./context";
import { h, svg, words } from "./dom";
import { begun, coded, linked, put, wrapped, type Edit, type Piece } from "./marking";

const icon = (path: string) => svg(16, path);
const link = "M7 9.5a2.5 2.5 0 0 0 3.5 0l2.3-2.3A2.5 2.5 0 0 0 9.3 3.7L8.5 4.5M9 6.5a2.5 2.5 0 0 0-3.5 0L3.2 8.8a2.5 2.5 0 0 0 3.5 3.5l.8-.8";

interface Tool {
  name: string;
  face: Element;
  edit(piece: Piece): Edit;
  key?: string;
}

const tools = ({ t }: Context): Tool[] => [
  { name: t.bold, face: words("b", "", "B"), edit: (piece) => wrapped(piece, "**"), key: "B" },
  { name: t.italic, face: words("i", "", "I"), edit: (piece) => wrapped(piece, "*"), key: "I" },
  { name: t.link, face: icon(link), edit: linked, key: "K" },
  { name: t.quote, face: icon("M3 3v10M6.5 5H13M6.5 8H13M6.5 11H10.5"), edit: (piece) => begun(piece, "> ") },
  { name: t.code, face: icon("m5.5 4.5-3.5 3.5 3.5 3.5M10.5 4.5 14 8l-3.5 3.5"), edit: coded },
  { name: t.list, face: icon("M6.5 4H14M6.5 8H14M6.5 12H14M3 4h.01M3 8h.01M3 12h.01"), edit: (piece) => begun(piece, "- ") },
];

// There Control moves in the text and cuts it.
const apple = /^(mac|ip)/i.test(navigator.platform);

function face({ name, key, face }: Tool, click: () => void): HTMLButtonElement {
  const title = key ? `${name} (${apple ? "⌘" : "Ctrl+"}${key})` : name;
  const shortcut = key && `${apple ? "Meta" : "Control"}+${key}`;
  return h("button", "", { type: "button", click, "aria-label": name, title, "aria-keyshortcuts": shortcut, tabindex: -1 }, face);
}

export function toolbar(context: Context, area: HTMLTextAreaElement): HTMLElement {
  const { t } = context;
  const all = tools(context);
  const use = ({ edit }: Tool) => put(area, edit({ text: area.value, start: area.selectionStart, end: area.selectionEnd }));
  const buttons = all.map((tool) => face(tool, () => use(tool)));
  buttons[0]!.tabIndex = 0;
  area.addEventListener("keydown", (event) => {
    if (!(apple ? event.metaKey : event.ctrlKey) || event.altKey || event.shiftKey) return;
    // In other scripts than Latin the key's place has to do.
    const typed = /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : event.code.replace("Key", "");
    const tool = all.find(({ key }) => key === typed);
    if (!tool) return;
    event.preventDefault(); // the browser has other uses for them
    use(tool);
  });
  const bar = h("div", "", { role: "toolbar", "aria-label": t.formatting }, ...buttons);
  bar.addEventListener("keydown", (event) => walk(event, buttons, t.dir === "rtl" ? -1 : 1));
  return bar;
}

function walk(event: KeyboardEvent, buttons: HTMLButtonElement[], forth: number): void {
  const at = buttons.indexOf(event.target as HTMLButtonElement);
  const to = { ArrowRight: at + forth, ArrowLeft: at - forth, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  for (const one of buttons) one.tabIndex = -1;
  const next = buttons.at(to % buttons.length)!;
  next.tabIndex = 0;
  next.focus();
}
