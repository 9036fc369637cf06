"""SIGKILL at random moments, while appending, sealing, closing days and pruning: nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from tests.live.witness import Writer, losses


def kill_often(campus: Path, kills: int) -> None:
    seed = int(os.environ.get("TWIN_SEED", random.SystemRandom().randrange(10**6)))
    print(f"kills: {kills}, seed {seed} (TWIN_SEED={seed} repeats it)")
    chance = random.Random(seed)
    acked: set[str] = set()
    for number in range(kills):
        writer = Writer(campus, f"run{number}", chance.randrange(10**6))
        try:
            assert writer.began.wait(60)
            time.sleep(chance.uniform(0, 0.8))
        finally:
            complaints = writer.kill()
        assert complaints == ""
        assert writer.acked(), "killed before it had said anything"
        acked |= writer.acked()
        lost, doubled = losses(campus, acked)
        assert (lost, doubled) == (set(), []), f"kill {number} of seed {seed}"
    print(f"acknowledged {len(acked)}, lost 0, twice 0")


def test_killed_writers_lose_nothing(tmp_path: Path) -> None:
    kill_often(tmp_path, 10)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_hundred_killed_writers_lose_nothing(tmp_path: Path) -> None:
    kill_often(tmp_path, 100)
