"""Every measurement of the running service in one run, and one table of what it found. It needs
wrk, nginx, Chromium and taskset on PATH, two cores, and Isso in .venv-bench: `make bench` sees to
them.
"""

import sys

import bench_growth
import bench_mixed
import bench_posting
import bench_reading
import bench_start
import bench_widget
import figures

MEASURES = {
    "reading": bench_reading.measure,
    "mixed": bench_mixed.measure,
    "growth": bench_growth.measure,
    "posting": bench_posting.measure,
    "start": bench_start.measure,
    "widget": bench_widget.measure,
}

if __name__ == "__main__":
    sys.exit(figures.run(__doc__, MEASURES))
