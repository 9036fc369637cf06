"""How soon the command line answers. Peer: the interpreter importing what any data program imports.

Goals: ``twin --help`` and ``twin info`` ≤ 0.5 s; a rebuild with nothing changed ≤ 2 s.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.benchmark


def median_s(*command: str) -> float:
    times: list[float] = []
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def test_the_command_line_answers_at_once(helsinki_campus: Path) -> None:
    folder = str(helsinki_campus)
    peer = median_s("-c", "import pandas, pyarrow.parquet")
    said = {
        "help": median_s("-m", "twin.cli", "--help"),
        "info": median_s("-m", "twin.cli", "info", folder),
        "rebuild": median_s("-m", "twin.cli", "build", folder),
    }
    print(
        "\n"
        + ", ".join(f"{name} {one:.2f} s ({one / peer:.2f} x import pandas, pyarrow)" for name, one in said.items())
    )
    assert said["help"] <= 0.6 * peer
    assert said["info"] <= 0.8 * peer
    assert said["rebuild"] <= 6 * peer
