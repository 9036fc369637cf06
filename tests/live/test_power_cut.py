"""The power fails at random moments: what was acknowledged before is on the disk."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from tests.live.disks import cut_disk, require_disks
from tests.live.witness import Writer, losses

SIZE_MB = 160
# about 5,000 entries a second, so that the disk does not fill up
PAUSE_S = 0.02


def cut_often(tmp_path: Path, cuts: int, *, synchronous: str = "") -> int:
    """How many acknowledged entries the cuts lost; each looks at a store that goes on being written."""
    seed = int(os.environ.get("TWIN_SEED", random.SystemRandom().randrange(10**6)))
    print(f"power cuts: {cuts}, seed {seed} (TWIN_SEED={seed} repeats it)")
    chance, missing, acked_in_all = random.Random(seed), 0, 0
    with cut_disk(tmp_path, SIZE_MB) as disk:
        campus = Path("campus")
        writer = Writer(disk.folder / campus, "run", seed, pause_s=PAUSE_S, synchronous=synchronous)
        try:
            assert writer.began.wait(60)
            for number in range(cuts):
                time.sleep(chance.uniform(0.05, 0.7))
                acked = writer.acked()
                assert acked
                copied = disk.copy()
                with disk.reopened(copied) as at:
                    lost, doubled = losses(at / campus, acked)
                assert doubled == []
                missing += len(lost)
                acked_in_all += len(acked)
                print(f"cut {number}: acknowledged {len(acked)}, lost {len(lost)}")
        finally:
            complaints = writer.kill()
        assert complaints == ""
        assert len(writer.acked()) > len(acked), "the writer had stopped before the last cut"
    print(f"acknowledged {acked_in_all}, lost {missing}")
    return missing


def test_power_cuts_lose_nothing(tmp_path: Path) -> None:
    require_disks(tmp_path)
    assert cut_often(tmp_path, 3) == 0


def test_without_syncing_power_cuts_do_lose(tmp_path: Path) -> None:
    """The control: these cuts see what was not synced."""
    require_disks(tmp_path)
    assert cut_often(tmp_path, 3, synchronous="OFF") > 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_twenty_power_cuts_lose_nothing(tmp_path: Path) -> None:
    require_disks(tmp_path)
    assert cut_often(tmp_path, 20) == 0
