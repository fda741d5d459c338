"""How long markup takes for hostile bodies, and how that grows when a body is doubled.

Each pattern as often as it fits into 5,000 and 10,000 code points, and once more as often as it is
still laid out, with plain words behind it: the dearest body that is read to its end. `--runs 30` of
each, interleaved; exit 1 when a pattern's processor time is over a limit. The time of the clock
stands beside it: it says as much about what else the machine does.
"""

import argparse
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench_write_lock import PATTERNS

from comments_service.domain import markdown, markup

LIMIT_MS = 250
LIMIT_RATIO = 2.5
SIZES = (5_000, 10_000)
BLOCK = 10
WORDS = " a quiet word"

MORE = {
    "* then *": "*a " * 1600 + "b* " * 1600,
    "_a_": "_a_ ",
    "***a***": "***a*** ",
    "**a *": "*a **b ",
    "~~": "~~a ",
    "__": "__a_",
    "`a`": "`a` ",
    "fences": "```\na\n```\n",
    "a quote a line": "> a\n\n",
    "deep quotes": "> " * 25,
    "quotes in quotes": "> > > > > > a\n",
    "- ": "- ",
    "items": "- a\n",
    "items and rules": "- <b>---\n",
    "lazy lines": "> a\nb\n",
    "lines": "a\n",
    "hard breaks": "a  \n",
    "paragraphs": "a\n\n",
    "headings": "# a\n\n",
    "underlined": "(\nb ===\né\u202e---\n- ",
    "rules": "---\n\n",
    "wide table": "|a" * 40 + "|\n" + "|-" * 40 + "|\n" + "a\n" * 100,
    "many tables": "# |a|b|\n|-|-|\n<https://a.example>|a|b|\n",
    "|": "|",
    "[]": "[]",
    "[a]": "[a]",
    "[a]:": "[a]: b\n",
    "used references": "[a]\n\n[a]: https://a.example\n\n",
    "[a](b)": "[a](https://a.example) ",
    "images": "![a](https://a.example)",
    "<link>": "<https://a.example> ",
    "<mail>": "<mailto:a@b.example> ",
    "http:": "http:",
    "https://": "https://",
    "hosts of other letters": "https://\u00e9\u4e00\u4e8c\u4e09.example/ ",
    "hosts of emoji": "https://" + "\U0001f300" * 50 + ".example ",
    "mail to other letters": f"<mailto:a@{'一' * 60}.example> ",
    "links to other letters": f"[a](//{'一' * 60}.example) ",
    "brackets in a link": f"https://a.example/{'(a' * 900} ",
    "<&": "<&",
    "x&": "x&",
    "&#": "&#",
    "&a;": "&a;",
    "&#1;": "&#1;",
    "&amp;": "&amp;",
    "x<y>": "x<y>",
    "quotes of entities": "b &#x41;\n\n> &\t&amp;",
    '"': '"',
    "\\": "\\",
    "\\*": "\\*",
    "!": "!",
    "NUL": "\x00",
    "4 bytes": "\U0001f600",
    "4 bytes in items": "- *\U0001f600*\n",
    "4 bytes in tags": "*\U0001f600* <b>&",
    "mixed": "*a_b`c[d](e)~~<f&g ",
}
TEXT_PIECES = """[ ] ( ) ![ ]( [a]( * ** _ __ ~~ ` `` ``` > - 1. # | |-|-| < <a <b> <!-- & &amp;
&#x41; @ : ! https://a.example https://é.example/ mailto:a@b.example <https://a.example> \\ \\*
--- === é a word " 😀"""
PIECES = [*TEXT_PIECES.split(), " ", "\n", "\n\n", "    ", "\t", "  \n"]


@dataclass
class Taken:
    """Milliseconds of each run: of the clock, and of this thread's processor time."""

    wall: list[float] = field(default_factory=list[float])
    cpu: list[float] = field(default_factory=list[float])


def patterns() -> dict[str, str]:
    chance = random.Random(7)
    mixed = ("".join(chance.choices(PIECES, k=chance.randint(3, 4000))) for _ in range(12))
    return PATTERNS | MORE | {f"random {number}": body for number, body in enumerate(mixed)}


def filled(pattern: str, size: int) -> str:
    return (pattern * (size // len(pattern) + 1))[:size]


def at_the_edge(pattern: str, size: int) -> str:
    """As much of it as is still laid out, and plain words up to the size."""
    low, high = 0, size
    while high - low > 20:
        middle = (low + high) // 2
        if markdown.to_html(filled(pattern, middle)).startswith("<pre>"):
            high = middle
        else:
            low = middle
    return (filled(pattern, low) + WORDS * size)[:size]


def bodies() -> Iterator[tuple[str, int, str]]:
    for name, pattern in patterns().items():
        for size in SIZES:
            yield name, size, filled(pattern, size)
        yield f"{name}, at the edge", SIZES[1], at_the_edge(pattern, SIZES[1])


def measure(runs: int) -> dict[str, dict[int, Taken]]:
    taken: dict[str, dict[int, Taken]] = defaultdict(lambda: defaultdict(Taken))
    every = list(bodies())
    for _, _, body in every:
        markup.render(body)
    for _ in range(runs):
        for name, size, body in every:
            wall, cpu = time.perf_counter(), time.thread_time()
            markup.render(body)
            taken[name][size].cpu.append((time.thread_time() - cpu) * 1000)
            taken[name][size].wall.append((time.perf_counter() - wall) * 1000)
    return taken


def p99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * 99 // 100)]


def ratio(half: Taken, whole: Taken) -> float:
    """The median over blocks of runs of how much more processor time their medians took."""
    return statistics.median(
        statistics.median(whole.cpu[start : start + BLOCK])
        / statistics.median(half.cpu[start : start + BLOCK])
        for start in range(0, len(whole.cpu), BLOCK)
    )


def row(name: str, sizes: dict[int, Taken], grown: float | None) -> str:
    whole = sizes[SIZES[1]]
    figures = (statistics.median(whole.wall), p99(whole.wall), statistics.median(whole.cpu))
    line = f"{name:<36}" + "".join(f" {one:>7.1f}" for one in (*figures, p99(whole.cpu)))
    return line if grown is None else f"{line} {grown:>6.2f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    taken = measure(parser.parse_args().runs)
    print(f"{'milliseconds for 10,000':<36} {'by the clock':^15} {'processor time':^15}")
    print(f"{'pattern':<36}" + f" {'median':>7} {'p99':>7}" * 2 + "  ratio")
    grown = {
        name: ratio(sizes[SIZES[0]], sizes[SIZES[1]])
        for name, sizes in taken.items()
        if SIZES[0] in sizes
    }
    for name, sizes in taken.items():
        print(row(name, sizes, grown.get(name)))
    every = [one for sizes in taken.values() for size in sizes.values() for one in size.cpu]
    slowest = max(taken, key=lambda name: p99(taken[name][SIZES[1]].cpu))
    steepest = max(grown, key=lambda name: grown[name])
    longest = p99(taken[slowest][SIZES[1]].cpu)
    print(f"{len(every):,} bodies: median {statistics.median(every):.1f}, p99 {p99(every):.1f} ms")
    print(f"slowest: {slowest}, p99 {longest:.1f} of {LIMIT_MS} ms")
    print(f"steepest: {steepest}, {grown[steepest]:.2f} of {LIMIT_RATIO}")
    return 0 if longest <= LIMIT_MS and grown[steepest] <= LIMIT_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
