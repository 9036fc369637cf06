"""Asking what was known by an entry of the journal is asking a campus to whose journal nothing more ever came."""

from __future__ import annotations

import random
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.examples import of_today
from tests.live.incidents.test_any_order import lived
from tests.screens.asked_campus import NOW, AskedCampus, scattered
from tests.screens.test_concluded_views import happened
from twin.model.entries import Entry
from twin.model.time import AsOf
from twin.screens.asking import Asking
from twin.screens.question import Question
from twin.screens.said import Window

VIEWS = ("latest", "readings", "hours", "days", "events", "devices", "alarms", "incidents", "work_orders")
MOMENTS = (NOW, NOW - timedelta(hours=1), NOW - timedelta(days=4))


def everything() -> list[Entry]:
    """What was measured, what happened and what was concluded of it, as it came."""
    measured = scattered(seed=11, count=500)
    concluded = [one.entry for one in (*happened(4, 60), *lived(9, 40))]
    chance = random.Random(1)
    found: list[Entry] = []
    while measured or concluded:
        source = measured if not concluded or (measured and chance.random() < 0.6) else concluded
        found.append(source.pop(0))
    return found


def tables(asking: Asking, known: int | None) -> dict[Any, Any]:
    found = {}
    for at in MOMENTS:
        for view in VIEWS:
            asked = Question(f"SELECT * FROM {view} ORDER BY ALL", AsOf(at, known), Window.WEEK, most_rows=100_000)
            found[view, at] = asking.answer(asked).rows
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> AskedCampus:
    """Sealed here and there, days closed when half of it was there: what came later came late."""
    one, sent = AskedCampus.at(tmp_path_factory.mktemp("known") / "campus"), everything()
    for first in range(0, len(sent), 120):
        one.append(sent[first : first + 120])
        if first != 480:
            one.seal(close=first == 240)
    return one


@pytest.mark.parametrize("share", of_today([0.0, 0.21, 0.5, 0.83, 1.0], 2))
def test_a_cut_of_the_journal(whole: AskedCampus, tmp_path: Path, share: float) -> None:
    known = round(share * len(whole.stored))
    cut = AskedCampus.at(tmp_path / "cut")
    cut.append([one.entry for one in whole.stored[:known]])
    with closing(cut.asking) as asking:
        expected = tables(asking, None)
    found = tables(whole.asking, known)
    for key, rows in expected.items():
        assert near(found[key], rows), key


def near(found: Any, expected: Any) -> bool:
    """Equal, but for the last digits of means: sums of other parts are rounded elsewhere."""
    return len(found) == len(expected) and all(
        one.keys() == other.keys() and all(_near(one[name], other[name]) for name in one)
        for one, other in zip(found, expected, strict=True)
    )


def _near(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-12)
    return bool(one == other)
