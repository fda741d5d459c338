import subprocess
import sys

START = """
import gc, sys
seen = []
gc.callbacks.append(lambda phase, _info: seen.append(phase))
sys.argv = ["comments", "--version"]
from comments_service.__main__ import main
try:
    main()
except SystemExit:
    print(len(seen), gc.isenabled())
    import comments_service.cli.serve
    print("alembic" in sys.modules)
"""


def test_a_start_imports_without_the_collector_and_goes_on_with_it() -> None:
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    number, enabled = done.stdout.splitlines()[-2].split()
    assert int(number) < 20  # without the pause more than three hundred
    assert enabled == "True"
    assert done.stdout.endswith("\nFalse\n")  # only those with something to upgrade load Alembic
