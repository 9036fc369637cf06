"""``./run test``: lint, types, JavaScript, then pytest. Stops where one of these fails; but all tests are run.

Tests that measure (``benchmark``) run last and one at a time, with the machine to themselves; what takes half a minute
or more of that is in the slow set. All others, those in a browser too, are never timed: they run beside each other, a
file a process, and share the campuses that are built once (``tests/campuses.py``). Files go out in the order of their
names, ``tests/browser`` early: what takes long is not last.
What failed in a browser, and a measure that missed, is tried once more, alone, and counts as failed if it fails again
(``docs/decisions/0041-a-second-try-alone.md``).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
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
DAY: Final = "TWIN_TEST_DAY"
"""Environment variable: the number of the day whose share of long lists of cases is tried (``tests/examples.py``)."""
FAILED: Final = "TWIN_TEST_FAILED"
"""Environment variable: the file that gets the ids of what failed, a line each (``tests/conftest.py``)."""
MOST_AGAIN: Final = 8
"""More failures than this are no stalls of a busy machine."""
BROWSER: Final = "tests/browser/"
MEASURES: Final = "tests/benchmarks/"
BESIDE: Final = (
    *("-n", str(min(MOST_BESIDE, os.cpu_count() or 1))),
    *("--dist", "loadfile", "--no-loadscope-reorder"),
)


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


def require_both(*lanes: list[tuple[str, list[str], Path]]) -> None:
    """Run the steps of each lane one after the other, the lanes beside each other: mypy keeps one core busy."""

    def run(lane: list[tuple[str, list[str], Path]]) -> int:
        return next((code for one in lane if (code := step(*one))), 0)

    with ThreadPoolExecutor(len(lanes)) as pool:
        codes = list(pool.map(run, lanes))
    if worst := max(codes, key=abs):
        raise SystemExit(worst)


def worth_a_second_try(failed: list[str], folder: str) -> bool:
    """Ids of what failed: few, and tests below ``folder`` all of them."""
    return 0 < len(failed) <= MOST_AGAIN and all(one.startswith(folder) and "::" in one for one in failed)


def twice(title: str, pytest: list[str], alone: list[str], folder: str, told: Path) -> int:
    """Run ``pytest``, and with ``alone`` once more what failed, if it is few and below ``folder``; the exit code.

    ``told`` is the file that gets what failed.
    """
    told.unlink(missing_ok=True)
    os.environ[FAILED] = str(told)
    code = step(f"pytest: {title}", pytest)
    del os.environ[FAILED]
    failed = told.read_text(encoding="utf-8").splitlines() if code == 1 and told.is_file() else []
    if not worth_a_second_try(failed, folder):
        return code
    print("== failed, tried again alone:", *failed, sep="\n   ", flush=True)
    return step(f"pytest: a second try of {len(failed)}, alone", [*alone, *failed])


def main() -> None:
    """``--slow`` adds the slow set; every other argument goes to pytest, and then only pytest runs."""
    arguments = sys.argv[1:]
    slow = "--slow" in arguments
    chosen = [one for one in arguments if one != "--slow"]
    if slow:
        os.environ.setdefault(THOROUGH, "1")
    # said once, so that all processes of a run collect the same
    print(f"{DAY}={os.environ.setdefault(DAY, str(datetime.now(UTC).toordinal()))}", flush=True)
    if not chosen:
        require("ruff check", [str(BIN / "ruff"), "check", "."])
        require("ruff format", [str(BIN / "ruff"), "format", "--check", "."])
    pytest = [sys.executable, "-m", "pytest", "--durations=15"]
    wanted = "slow or not slow" if slow else "not slow"
    if chosen:
        raise SystemExit(step("pytest", [*pytest, "-m", wanted, *chosen]))
    with tempfile.TemporaryDirectory(prefix="campuses-") as shared:
        os.environ[ONCE] = shared
        require_both(
            [("mypy", [str(BIN / "mypy")], ROOT)],
            [
                ("viewer: types and unit tests", ["npm", "run", "--silent", "check"], VIEWER),
                ("campuses that many tests share", [sys.executable, "-m", "tests.campuses"], ROOT),
            ],
        )
        told = Path(shared) / "failed.txt"
        ordinary = [*pytest, "-m", f"({wanted}) and not benchmark"]
        measures = [*pytest, "-m", f"({wanted}) and benchmark"]
        most = twice("tests beside each other", [*ordinary, *BESIDE], ordinary, BROWSER, told)
        measured = twice("what is measured", [*measures, MEASURES], measures, MEASURES, told)
    raise SystemExit(most or measured)


if __name__ == "__main__":
    main()
