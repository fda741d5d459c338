"""Posts thousands of comments while the service is killed -9 a hundred times, then sends ten
thousand made-up calls and every hostile string in every place; prints the counts.

The same code as the tests that do it with hundreds and ten.
"""

import argparse
import os
import sys
from pathlib import Path

import pytest

JOURNEYS = Path(__file__).parents[1] / "tests" / "journeys"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--calls", type=int, default=10_000, help="made-up calls")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="default: both")
    given = parser.parse_args()
    os.environ["SIEGE_POSTS"] = str(given.posts)
    os.environ["SIEGE_KILLS"] = str(given.kills)
    os.environ["FUZZ_CALLS"] = str(given.calls)
    os.environ["HOSTILE_EVERY"] = "1"
    tests = [str(JOURNEYS / f"test_{name}.py") for name in ("kills", "fuzz", "hostile_strings")]
    chosen = ["-k", given.database] if given.database else []
    return pytest.main(["-q", "-s", "-p", "no:cacheprovider", *chosen, *tests])


if __name__ == "__main__":
    sys.exit(main())
