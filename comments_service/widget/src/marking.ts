/** Markdown by a button: what becomes of the chosen piece of a text. Strings in, an edit out; only
 * `put` touches a textarea, in a way that the browser can undo. */

export interface Piece {
  text: string;
  start: number;
  end: number;
}

/** `from` to `to` becomes `text`; after that `start` to `end` is chosen. */
export interface Edit extends Piece {
  from: number;
  to: number;
}

/** How many of these signs stand on both sides of the piece. */
function around({ text, start, end }: Piece, sign: string): number {
  let count = 0;
  while (text[start - 1 - count] === sign && text[end + count] === sign) count++;
  return count;
}

/** Puts marks around the piece, or takes them away. */
export function wrapped(piece: Piece, mark: string): Edit {
  const { text, start, end } = piece;
  const size = mark.length;
  const count = around(piece, mark[0]!);
  // Three stars are two and one: both bold and italic.
  if (size === 2 ? count > 1 : count % 2) {
    return { from: start - size, to: end + size, text: text.slice(start, end), start: start - size, end: end - size };
  }
  // Marks hug their words: with a space inside they would be read as stars.
  const chosen = text.slice(start, end);
  const inner = chosen.trim() || chosen;
  const from = start + chosen.indexOf(inner);
  const at = from + size;
  return { from, to: from + inner.length, text: mark + inner + mark, start: at, end: at + inner.length };
}

const address = "https://";

/** What is chosen becomes the link's words, or its address when it is one. */
export function linked({ text, start, end }: Piece): Edit {
  const chosen = text.slice(start, end);
  if (/^https?:\/\/\S+$/.test(chosen)) return { from: start, to: end, text: `[](${chosen})`, start: start + 1, end: start + 1 };
  const at = start + (chosen ? chosen.length + 3 : 1);
  return { from: start, to: end, text: `[${chosen}](${address})`, start: at, end: chosen ? at + address.length : at };
}

/** One line between backticks, several between fences. */
export function coded(piece: Piece): Edit {
  const { text, start, end } = piece;
  const chosen = text.slice(start, end);
  if (!chosen.includes("\n")) return wrapped(piece, "`");
  const before = `${start && text[start - 1] !== "\n" ? "\n" : ""}\`\`\`\n`;
  const at = start + before.length;
  return { from: start, to: end, text: `${before}${chosen.replace(/\n$/, "")}\n\`\`\`\n`, start: at, end: at + chosen.length };
}

/** Every line the piece touches begins with the mark, or none of them does any more. */
export function begun({ text, start, end }: Piece, mark: string): Edit {
  const from = text.slice(0, start).lastIndexOf("\n") + 1;
  const found = text.indexOf("\n", Math.max(start, end - 1));
  const to = found < 0 ? text.length : found;
  const lines = text.slice(from, to).split("\n");
  const all = lines.every((line) => line.startsWith(mark));
  const changed = lines.map((line) => (all ? line.slice(mark.length) : mark + line)).join("\n");
  const last = from + changed.length;
  return { from, to, text: changed, start: start === end ? last : from, end: last };
}

/** The one sign of a new text, also where a script wrote it. */
export const changed = (area: HTMLTextAreaElement) => area.dispatchEvent(new InputEvent("input", { bubbles: true }));

const command = Document.prototype.execCommand;

/** As if it had been typed, where the browser can: only then one can undo it. */
export function put(area: HTMLTextAreaElement, { from, to, text, start, end }: Edit): void {
  area.focus();
  area.setSelectionRange(from, to);
  if (!command.call(document, text ? "insertText" : "delete", false, text)) {
    area.setRangeText(text, from, to, "end");
    changed(area);
    area.focus(); // it may have been hidden
  }
  area.setSelectionRange(start, end);
}
