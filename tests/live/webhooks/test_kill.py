"""SIGKILL at random moments, while alarms are written and told to a receiver that fails now and then: each is told."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.live.webhooks.hooked import hook, write_config
from tests.receiving import Asked, Receiver, Said, receiving
from tests.waiting import until
from twin.live.webhooks.running import Webhooks
from twin.live.webhooks.store import HookStore
from twin.store.journal_reader import JournalReader

pytestmark = pytest.mark.serves
TAKEN = Said(200, b'{"errcode":0}')


def run_and_kill(campus: Path, first: int, live_s: float) -> int:
    """The last alarm that was acknowledged, or the one before ``first``."""
    teller = subprocess.Popen(
        [sys.executable, "-m", "tests.live.webhooks.teller", str(campus), str(first)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert teller.stdout is not None
    said = teller.stdout.readline()
    time.sleep(live_s)
    teller.kill()
    rest, complaints = teller.communicate()
    assert b"Traceback" not in complaints, complaints.decode()
    return max([first - 1, *map(int, re.findall(rb"acked (\d+)\n", said + rest))])


def told(receiver: Receiver) -> list[int]:
    """The alarms that were taken, in order."""
    return [int(one) for one in re.findall(r"烟雾报警 (\d+)", "\n".join(receiver.bodies()))]


def all_is_told(campus: Path) -> bool:
    [state] = HookStore(campus).states()
    return JournalReader(campus).last_seq() == HookStore(campus).cursor("duty") and state.waiting == 0


def kill_often(campus: Path, kills: int) -> None:
    seed = int(os.environ.get("TWIN_SEED", random.SystemRandom().randrange(10**6)))
    print(f"kills: {kills}, seed {seed} (TWIN_SEED={seed} repeats it)")
    chance = random.Random(seed)
    refused: list[int] = []

    def answer(_: Asked) -> Said:
        if chance.random() < 0.1:
            refused.append(len(receiver.asked) - 1)
            return Said(500)
        return TAKEN

    with receiving(answer) as receiver:
        write_config(campus, hook(campus, receiver.origin, "per_minute = 100000", "attempts = 1000"), receiver.origin)
        before_all = Webhooks(campus, JournalReader(campus))
        before_all.start()  # it knows the hook before the first alarm
        before_all.close()
        last = 0
        for number in range(kills):
            before = last
            last = run_and_kill(campus, last + 1, chance.uniform(0, 0.4))
            assert last > before, f"kill {number} of seed {seed}: killed before it had said anything"
            last += 1  # what was not acknowledged may be there, and is not asked for
        after = Webhooks(campus, JournalReader(campus))
        after.start()
        try:
            until(lambda: all_is_told(campus), seconds=600)
        finally:
            after.close()
    taken = [one for place, one in enumerate(told(receiver)) if place not in set(refused)]
    firsts = list(dict.fromkeys(taken))
    written = [int(one.entry.entry_id.rpartition("-")[2]) for one in JournalReader(campus).tail(0, 10**6)]
    assert firsts == written, f"seed {seed}"
    assert len(taken) - len(firsts) <= kills, "only what was on its way when the process died is told twice"
    print(f"written {len(written)}, told {len(firsts)}, twice {len(taken) - len(firsts)}, lost 0")


def test_what_is_written_is_told_whatever_is_killed(tmp_path: Path) -> None:
    kill_often(tmp_path, 6)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_hundred_kills_lose_no_message(tmp_path: Path) -> None:
    kill_often(tmp_path, 100)
