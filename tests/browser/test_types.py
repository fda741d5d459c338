"""What docs/embedding.md says in TypeScript passes strict types with what we ship."""

import re
from pathlib import Path

from tests.browser.test_bundle import WIDGET, node
from tests.contracts import repository

# As much of React's own types as the documented lines lean on.
REACT = """
export interface HTMLAttributes<T> { id?: string; lang?: string; children?: unknown; on?: T }
export type DetailedHTMLProps<E, T> = E & { key?: string; ref?: (element: T | null) => void };
export namespace JSX {
  interface Element {}
  interface IntrinsicElements { a: { href?: string; children?: unknown } }
}
"""
RIGHT = """
import type {} from "./embed";
const thread = document.createElement("comment-thread");
thread.url = "/night-ferry";
thread.addEventListener("comments:posted", (event) => event.detail.id.length);
addEventListener("comments:loaded", (event) => event.detail.count.toFixed());
"""
WRONG = """
import type { CommentThreadAttributes } from "./embed";
export const attributes: CommentThreadAttributes = { open: "sometimes" };
"""
OPTIONS = [
    "--strict",
    "--noEmit",
    "--target",
    "es2022",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
]


def checked(folder: Path, files: dict[str, str]) -> str:
    """What the compiler complains of."""
    given = {"embed.d.ts": (WIDGET / "embed.d.ts").read_text(encoding="utf-8"), **files}
    for name, text in given.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    paths = [str(folder / name) for name in files if name[:12] != "node_modules"]
    compiler = "node_modules/typescript/bin/tsc"
    more = ["--jsx", "preserve", "--types", "", "--ignoreConfig"]
    done = node(compiler, *OPTIONS, *more, *paths)
    return done.stdout.decode() if done.returncode else ""


def test_the_documented_lines_for_react_pass(tmp_path: Path) -> None:
    page = repository.text("docs/embedding.md")
    [types] = re.findall(r"```ts\n(.*?)```", page, re.DOTALL)
    [component] = re.findall(r"```tsx\n(.*?)```", page, re.DOTALL)
    library = {
        "node_modules/react/index.d.ts": REACT,
        "node_modules/react/jsx-runtime.d.ts": 'export { JSX } from "./index";',
    }
    pragma = "/** @jsxImportSource react */\n/** @jsxRuntime automatic */\n"
    files = {"tags.ts": types, "comments.tsx": pragma + component}
    assert checked(tmp_path, library | files) == ""


def test_elements_and_events_are_known(tmp_path: Path) -> None:
    assert checked(tmp_path, {"page.ts": RIGHT}) == ""


def test_a_wrong_attribute_is_refused(tmp_path: Path) -> None:
    assert "sometimes" in checked(tmp_path, {"page.ts": WRONG})
