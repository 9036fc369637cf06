"""``./run test``: lint, types, JavaScript, then pytest. Stops at the first that fails; but all tests are run.

Tests that measure (``benchmark``) run last and one at a time, with the machine to themselves. All others, those in a
browser too, are never timed: they run beside each other, a file a process, and share the campuses that are built once
(``tests/campuses.py``). Files go out in the order of their names, ``tests/browser`` early: what takes long is not last.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
VIEWER = ROOT / "ioc_app" / "viewer"
ONCE: Final = "TWIN_TEST_CAMPUSES"
"""Environment variable: the folder that the processes of one run share."""
THOROUGH: Final = "TWIN_TEST_THOROUGH"
"""Environment variable: property tests try all their examples (``tests/examples.py``); the slow set does."""
MOST_BESIDE = 4  # each may hold a campus of a gigabyte


def step(title: str, command: list[str], folder: Path = ROOT) -> int:
    """Run one command, and say how long it took; its exit code."""
    start = time.monotonic()
    print(f"== {title}", flush=True)
    code = subprocess.run(command, cwd=folder, check=False).returncode
    print(f"== {title}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - start:.0f} s", flush=True)
    return code


def require(title: str, command: list[str], folder: Path = ROOT) -> None:
    if code := step(title, command, folder):
        raise SystemExit(code)


def main() -> None:
    """``--slow`` adds the slow set; every other argument goes to pytest, and then only pytest runs."""
    arguments = sys.argv[1:]
    slow = "--slow" in arguments
    chosen = [one for one in arguments if one != "--slow"]
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    if slow:
        os.environ.setdefault(THOROUGH, "1")
    if not chosen:
        require("ruff check", [str(BIN / "ruff"), "check", "."])
        require("ruff format", [str(BIN / "ruff"), "format", "--check", "."])
        require("mypy", [str(BIN / "mypy")])
        require("viewer: types and unit tests", ["npm", "run", "--silent", "check"], VIEWER)
    pytest = [sys.executable, "-m", "pytest", "--durations=15"]
    wanted = "slow or not slow" if slow else "not slow"
    if chosen:
        raise SystemExit(step("pytest", [*pytest, "-m", wanted, *chosen]))
    beside = ["-n", str(min(MOST_BESIDE, os.cpu_count() or 1)), "--dist", "loadfile", "--no-loadscope-reorder"]
    with tempfile.TemporaryDirectory(prefix="campuses-") as shared:
        os.environ[ONCE] = shared
        most = step("pytest: tests beside each other", [*pytest, *beside, "-m", f"({wanted}) and not benchmark"])
        measured = step("pytest: what is measured", [*pytest, "-m", f"({wanted}) and benchmark"])
    raise SystemExit(most or measured)


if __name__ == "__main__":
    main()
