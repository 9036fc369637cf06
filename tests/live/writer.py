"""The process that is killed: appends, seals, closes days and prunes, and says what it was told is stored.

``python -m tests.live.writer CAMPUS RUN SEED PAUSE_S [SYNCHRONOUS]`` writes a line ``acked RUN FIRST LAST`` for each
batch that was acknowledged.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from tests.live.entries import NOON, ZONE, StandingClock
from twin.live.disk_watch import DiskWatch
from twin.live.group_commit import GroupCommit
from twin.live.journal import Journal
from twin.live.seal import Sealer
from twin.model.entries import READING, Entry
from twin.store.days import LocalDays

DAYS = 4


def entry(run: str, number: int) -> Entry:
    """The same id is the same entry, also when it is sent again."""
    at = NOON + timedelta(hours=(number * 7) % (24 * DAYS), seconds=number)
    return Entry(f"{run}-{number}", READING, f"p{number % 5}", at, "test", float(number), "good")


def change_history(campus: Path, journal: Journal, chance: random.Random) -> None:
    """Seal, close and prune without end, in another thread than appending."""
    clock = StandingClock()
    sealer = Sealer(campus, ZONE, clock=clock, keep_replaced_s=0.0)
    while True:
        clock.pass_time(timedelta(seconds=1))
        what = chance.random()
        if what < 0.4:
            sealer.seal()
        elif what < 0.7:
            sealer.close_day(LocalDays(ZONE).day_at(NOON + timedelta(days=chance.randrange(DAYS + 1))))
        else:
            journal.prune(NOON + timedelta(days=999))
        time.sleep(chance.uniform(0, 0.05))


def main(campus: Path, run: str, seed: int, pause_s: float, synchronous: str | None = None) -> None:
    chance = random.Random(seed)
    with Journal(campus, clock=StandingClock()) as journal:
        if synchronous is not None:
            journal._usable().execute(f"PRAGMA synchronous = {synchronous}")
        Sealer(campus, ZONE).start()
        threading.Thread(target=change_history, args=(campus, journal, chance), daemon=True).start()
        number = 0
        disk = DiskWatch(campus, min_free_bytes=0)
        with GroupCommit(journal, disk=disk) as commit:
            while True:
                batch = [entry(run, one) for one in range(number, number + chance.randrange(1, 200))]
                again = [entry(run, chance.randrange(number))] if number and chance.random() < 0.2 else []
                commit.submit(batch + again).result()
                os.write(sys.stdout.fileno(), f"acked {run} {number} {number + len(batch) - 1}\n".encode())
                number += len(batch)
                time.sleep(pause_s)


if __name__ == "__main__":
    folder, name, chosen, pause, *rest = sys.argv[1:]
    main(Path(folder), name, int(chosen), float(pause), *rest)
