"""The newest value is the newest by its own time, in whatever order and however often things come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from twin.live.latest import LatestBook
from twin.model.entries import EVENT, READING, Entry, StoredEntry
from twin.model.live import Quality
from twin.model.time import AHEAD

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


def stored(
    seq: int, seconds: float, value: float | None = 1.0, point: str = "T:t", quality: str = "good"
) -> StoredEntry:
    at = NOW + timedelta(seconds=seconds)
    return StoredEntry(seq, NOW, Entry(f"~{point}@{seq}", READING, point, at, "f", value, quality))


def test_late_input_changes_nothing_newer() -> None:
    book = LatestBook()
    assert len(book.take([stored(1, -10, 5.0)], NOW)) == 1
    assert book.take([stored(2, -20, 6.0)], NOW) == []
    latest = book.get("T:t")
    assert latest is not None
    assert latest.value == 5.0


def test_of_two_at_one_time_the_later_arrival_counts() -> None:
    book = LatestBook()
    book.take([stored(1, 0, 5.0), stored(2, 0, 6.0)], NOW)
    assert book.all()["T:t"].value == 6.0


def test_what_is_ahead_waits_for_its_time() -> None:
    book = LatestBook()
    book.take([stored(1, 0, 5.0), stored(2, 3600, 9.0)], NOW)
    assert book.all()["T:t"].value == 5.0
    assert book.take([], NOW + timedelta(seconds=3599) - AHEAD) == []
    changed = book.take([], NOW + timedelta(seconds=3600) - AHEAD)
    assert [one.value for one in changed] == [9.0]


def test_a_stale_value_is_not_a_value_and_doubt_stays() -> None:
    book = LatestBook()
    book.take([stored(1, 0), stored(2, 0, None, "B:b", "offline")], NOW)
    good, offline = book.all()["T:t"], book.all()["B:b"]
    assert good.quality_at(NOW + timedelta(seconds=59), 60) is Quality.GOOD
    assert good.quality_at(NOW + timedelta(seconds=61), 60) is Quality.STALE
    assert offline.quality_at(NOW + timedelta(days=1), 60) is Quality.OFFLINE


def test_events_are_no_values() -> None:
    entry = Entry("e", EVENT, "T:t", NOW, "f", body="{}")
    assert LatestBook().take([StoredEntry(1, NOW, entry)], NOW) == []


@given(
    st.permutations([(seq, offset) for seq, offset in enumerate((-60, -30, -30, 0, 90, 400), start=1)]),
    st.integers(0, 5),
)
def test_any_order_and_repetition_ends_the_same(order: list[tuple[int, int]], again: int) -> None:
    book = LatestBook()
    for seq, offset in [*order, order[again]]:
        book.take([stored(seq, offset, float(seq))], NOW)
    assert book.all()["T:t"].value == 5.0  # 90 s ahead is a clock that is a little wrong, 400 s waits
    book.take([], NOW + timedelta(seconds=400))
    assert book.all()["T:t"].value == 6.0
