"""What a measurement found, against what it must show: as a Markdown table, and as JSON for the
plots. Figures of one run only: those of two runs don't compare.
"""

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import load

TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True)
class Figure:
    """`must` names the bound where there is one; `met` says whether it holds."""

    what: str
    value: str
    must: str = ""
    met: bool = True


@dataclass
class Figures:
    """`series` are the points of the plots: (x, y) under each line's name, by plot."""

    rows: list[Figure] = field(default_factory=list[Figure])
    series: dict[str, dict[str, list[tuple[float, float]]]] = field(
        default_factory=dict[str, dict[str, list[tuple[float, float]]]]
    )

    def add(self, what: str, value: str) -> None:
        self.rows.append(Figure(what, value))

    def ratio(self, what: str, value: float) -> None:
        self.rows.append(Figure(what, _written(value) + TIMES))

    def at_least(self, what: str, value: float, bound: float, *, unit: str = TIMES) -> None:
        row = Figure(what, _written(value) + unit, f"≥ {_written(bound)}{unit}", value >= bound)
        self.rows.append(row)

    def at_most(self, what: str, value: float, bound: float, *, unit: str) -> None:
        row = Figure(what, _written(value) + unit, f"≤ {_written(bound)}{unit}", value <= bound)
        self.rows.append(row)

    def point(self, plot: str, line: str, x: float, y: float) -> None:
        self.series.setdefault(plot, {}).setdefault(line, []).append((x, y))

    def table(self) -> str:
        lines = ["| measurement | figure | must | met |", "| --- | ---: | ---: | --- |"]
        for row in self.rows:
            met = ("yes" if row.met else "**no**") if row.must else ""
            lines.append(f"| {row.what} | {row.value} | {row.must} | {met} |")
        return "\n".join(lines)

    def keep(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1))


@dataclass(frozen=True)
class Chosen:
    """How long and how much. `size`: comments in the large database."""

    rounds: int
    seconds: float
    size: int
    reads: int

    @property
    def large_thread(self) -> int:
        return max(self.size // 10, 200)


Measure = Callable[[Chosen, Figures], None]


def run(description: str | None, measures: Mapping[str, Measure]) -> int:
    """Measure what the command line asks for and print one table; 1 when a bound doesn't hold."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=5, help="of each run, interleaved")
    parser.add_argument("--seconds", type=float, default=3, help="of one run")
    parser.add_argument("--size", type=int, default=1_000_000, help="comments, large database")
    parser.add_argument("--reads", type=int, default=10_000, help="that follow a write")
    parser.add_argument("--json", type=Path, help="keep the figures and the plots' points here")
    given = parser.parse_args()
    chosen = Chosen(given.rounds, given.seconds, given.size, given.reads)
    load.take_own_core()
    found = Figures()
    for name, measure in measures.items():
        print(f"== {name}", flush=True)
        measure(chosen, found)
    print(f"\n{found.table()}")
    if given.json:
        found.keep(given.json)
    return 0 if all(row.met for row in found.rows) else 1


def _written(value: float) -> str:
    if value == round(value) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}"
