"""Draws what `service.py --json FILE` kept, an SVG for each plot: `plots.py FILE FOLDER`, by the
Python of .venv-bench, which has matplotlib.
"""

import json
import re
import sys
from pathlib import Path

from matplotlib.figure import Figure  # pyright: ignore[reportMissingModuleSource]

Lines = dict[str, list[tuple[float, float]]]
SIZE = (6.4, 3.6)
NO_DATE: dict[str, str | None] = {"Date": None}  # the same figures make the same file


def draw(title: str, lines: Lines, path: Path) -> None:
    """Bars where no line has more than one point, else lines over a logarithmic size."""
    drawing = Figure(figsize=SIZE, layout="constrained")
    axes = drawing.subplots()
    if all(len(points) == 1 for points in lines.values()):
        axes.bar(list(lines), [points[0][1] for points in lines.values()], color="#2f6f8f")
    else:
        for name, points in lines.items():
            found = sorted(map(tuple, points))
            axes.plot([x for x, _y in found], [y for _x, y in found], marker="o", label=name)
        axes.set_xscale("log")
        axes.legend(frameon=False)
    axes.set_ylim(bottom=0)
    axes.grid(visible=True, alpha=0.3)
    axes.set_title(title, fontsize=10)
    drawing.savefig(path, metadata=NO_DATE)


def main() -> None:
    kept, folder = Path(sys.argv[1]), Path(sys.argv[2])
    plots: dict[str, Lines] = json.loads(kept.read_text())["series"]
    for title, lines in plots.items():
        name = re.sub("[^a-z]+", "-", title.lower()).strip("-")
        draw(title, lines, folder / f"{name}.svg")


if __name__ == "__main__":
    main()
