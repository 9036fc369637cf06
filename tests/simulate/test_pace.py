"""How a simulator keeps up: by leaving out readings when it falls behind, and by sending all of them again soon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.simulate.campus import scenario
from twin.simulate.running import MOST_STRETCH, Run, Telling, stretch_after
from twin.simulate.sending import Sent


@pytest.mark.parametrize(
    ("stretch", "lag_s", "rate", "next_stretch"),
    [
        (1, 0.0, 1, 1),
        (1, 1.9, 1, 1),
        (1, 2.1, 1, 2),
        (1, 100, 60, 1),
        (1, 130, 60, 2),
        (1, 301, 1000, 2),
        (2, 1300, 1000, 8),
        (MOST_STRETCH, 5000, 1000, MOST_STRETCH),
        (8, 80, 1000, 4),
        (8, 200, 1000, 8),
        (2, 0.1, 1, 1),
    ],
)
def test_thinning(stretch: int, lag_s: float, rate: float, next_stretch: int) -> None:
    assert stretch_after(stretch, lag_s, rate) == next_stretch


class Hands:
    """A clock that is wound by hand, and a sender for whom time passes while it sends."""

    def __init__(self, takes_s: float) -> None:
        self.at = datetime(2026, 11, 26, 2, tzinfo=UTC)
        self.takes_s = takes_s
        self.readings: list[int] = []

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def send(self, messages: Mapping[str, Sequence[str]]) -> Sent:
        self.at += timedelta(seconds=self.takes_s)
        self.readings.append(len(messages["readings"]))
        return Sent(sum(map(len, messages.values())), 0, 0)

    def close(self) -> None: ...


def test_whoever_is_slow_sends_fewer_readings_and_says_so(demo_campus: Path) -> None:
    said: list[str] = []
    hands = Hands(takes_s=400)  # at 1000x: 0.4 s a round
    run = Run(scenario(demo_campus), hands, lambda: (hands, 1000.0), Telling(said.append, "Asia/Shanghai", 0.0))
    run.go(timedelta(minutes=50))
    assert hands.readings[-2] < hands.readings[1] / 3
    assert any("1 reading in" in one for one in said)
    assert all("1000×" in one and "messages/s" in one for one in said)
    assert run.total.accepted > 0


def test_what_was_behind_joins_what_follows(demo_campus: Path) -> None:
    """The past is sent first, and the present begins where it ended."""
    hands = Hands(takes_s=5)
    run = Run(scenario(demo_campus), hands, lambda: (hands, 60.0), Telling(lambda _line: None, "Asia/Shanghai"))
    run.backfill(2)
    assert len(hands.readings) == 2
    assert sum(hands.readings) > 1_700 * 8
    ended = run._at_us
    assert ended is not None
    run.go(timedelta(seconds=60))
    assert hands.readings[2] > 0
