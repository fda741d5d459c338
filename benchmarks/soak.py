"""Posts thousands of comments while the service is killed -9 a hundred times; prints the counts.

The same code as the test that does it with hundreds and ten.
"""

import argparse
import os
import sys
from pathlib import Path

import pytest

TEST = Path(__file__).parents[1] / "tests" / "journeys" / "test_kills.py"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="default: both")
    given = parser.parse_args()
    os.environ["SIEGE_POSTS"] = str(given.posts)
    os.environ["SIEGE_KILLS"] = str(given.kills)
    chosen = ["-k", given.database] if given.database else []
    return pytest.main(["-q", "-p", "no:cacheprovider", *chosen, str(TEST)])


if __name__ == "__main__":
    sys.exit(main())
