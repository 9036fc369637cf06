"""``./run test``: lint, types, JavaScript, then pytest. Stops at the first that fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
VIEWER = ROOT / "ioc_app" / "viewer"


def step(title: str, command: list[str], folder: Path = ROOT) -> None:
    """Run one command, say how long it took, stop if it failed."""
    start = time.monotonic()
    print(f"== {title}", flush=True)
    code = subprocess.run(command, cwd=folder, check=False).returncode
    print(f"== {title}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - start:.0f} s", flush=True)
    if code:
        raise SystemExit(code)


def main() -> None:
    """``--slow`` adds the slow set; every other argument goes to pytest, and then only pytest runs."""
    arguments = sys.argv[1:]
    slow = "--slow" in arguments
    chosen = [one for one in arguments if one != "--slow"]
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    if not chosen:
        step("ruff check", [str(BIN / "ruff"), "check", "."])
        step("ruff format", [str(BIN / "ruff"), "format", "--check", "."])
        step("mypy", [str(BIN / "mypy")])
        step("viewer: types and unit tests", ["npm", "run", "--silent", "check"], VIEWER)
    marks = [] if slow else ["-m", "not slow"]
    step("pytest", [sys.executable, "-m", "pytest", *marks, "--durations=15", *chosen])


if __name__ == "__main__":
    main()
