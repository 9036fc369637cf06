"""The process that is killed: appends, seals, closes days, imports and prunes, and says what it was told is stored.

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

import pyarrow as pa

from tests.live.entries import NOON, ZONE, StandingClock
from twin.live.disk_watch import DiskWatch
from twin.live.group_commit import GroupCommit
from twin.live.import_readings import write_history
from twin.live.journal import Journal
from twin.live.seal import Sealer
from twin.model.entries import READING, Entry
from twin.store.days import LocalDays

DAYS = 4


def entry(run: str, number: int) -> Entry:
    """The same id is the same entry, also when it is sent again."""
    at = NOON + timedelta(hours=(number * 7) % (24 * DAYS), seconds=number)
    return Entry(f"{run}-{number}", READING, f"p{number % 5}", at, "test", float(number), "good")


def say(run: str, first: int, last: int) -> None:
    """What is stored now, in one write, so that no kill cuts it and no other thread gets into it."""
    os.write(sys.stdout.fileno(), f"acked {run} {first} {last}\n".encode())


def bring_in(campus: Path, run: str, first: int, clock: StandingClock) -> None:
    """Twenty old readings, and once more some that are known."""
    entries = [entry(run, number) for number in range(max(0, first - 5), first + 20)]
    columns = {name: [getattr(one, name) for one in entries] for name in ("entry_id", "subject", "value")}
    when = pa.array([one.occurred_at for one in entries], pa.timestamp("us", "UTC"))
    write_history(campus, pa.table({**columns, "occurred_at": when}), ZONE, clock=clock)
    say(run, first, first + 19)


def change_history(campus: Path, journal: Journal, run: str, chance: random.Random) -> None:
    """Seal, close, bring in and prune without end, in another thread than appending."""
    brought = 0
    clock = StandingClock()
    sealer = Sealer(campus, ZONE, clock=clock, keep_replaced_s=0.0)
    while True:
        clock.pass_time(timedelta(seconds=1))
        what = chance.random()
        if what < 0.4:
            sealer.seal()
        elif what < 0.65:
            sealer.close_day(LocalDays(ZONE).day_at(NOON + timedelta(days=chance.randrange(DAYS + 1))))
        elif what < 0.75:
            bring_in(campus, f"{run}old", brought, clock)
            brought += 20
        else:
            journal.prune(NOON + timedelta(days=999))
        time.sleep(chance.uniform(0, 0.05))


def main(campus: Path, run: str, seed: int, pause_s: float, synchronous: str | None = None) -> None:
    chance = random.Random(seed)
    with Journal(campus, clock=StandingClock()) as journal:
        if synchronous is not None:
            journal._usable().execute(f"PRAGMA synchronous = {synchronous}")
        Sealer(campus, ZONE).start()
        threading.Thread(target=change_history, args=(campus, journal, run, chance), daemon=True).start()
        number = 0
        disk = DiskWatch(campus, min_free_bytes=0)
        with GroupCommit(journal, disk=disk) as commit:
            while True:
                batch = [entry(run, one) for one in range(number, number + chance.randrange(1, 200))]
                again = [entry(run, chance.randrange(number))] if number and chance.random() < 0.2 else []
                commit.submit(batch + again).result()
                say(run, number, number + len(batch) - 1)
                number += len(batch)
                time.sleep(pause_s)


if __name__ == "__main__":
    folder, name, chosen, pause, *rest = sys.argv[1:]
    main(Path(folder), name, int(chosen), float(pause), *rest)
