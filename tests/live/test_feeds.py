"""Feeds as a person watches them, and dead letters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twin.errors import ConfigError, MessageRefusedError
from twin.live import dead_letters
from twin.live.dead_letters import DeadLetters
from twin.live.feeds import FeedBook, FeedSettings, FeedState, load_feed_settings
from twin.model.entries import READING, Entry
from twin.model.text import Title

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


class Monotonic:
    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


def entries(number: int, lag_s: float = 2.0) -> list[Entry]:
    at = NOW - timedelta(seconds=lag_s)
    return [Entry(f"~p@{one}", READING, "p", at, "f", 1.0, "good") for one in range(number)]


def test_a_feed_is_up_while_something_comes_and_down_when_silent() -> None:
    clock = Monotonic()
    settings = {"http:a": FeedSettings(name=Title("甲", "A"), silent_after_s=60), "drop": FeedSettings()}
    book = FeedBook(settings, clock)
    book.arrived("http:a", entries(120), NOW, doubled=20, refused=3)
    clock.s += 30
    waiting, up = book.status()
    assert (waiting.feed, waiting.state) == ("drop", FeedState.WAITING)
    assert (up.title.zh, up.state, up.accepted, up.doubled, up.refused) == ("甲", FeedState.UP, 100, 20, 3)
    assert (up.rate_per_s, up.lag_s, up.silent_s) == (round(123 / 60, 2), 2.0, 30.0)
    clock.s += 31
    down = book.status()[1]
    assert (down.state, down.rate_per_s) == (FeedState.DOWN, 0.0)


def test_a_lost_connection_is_down_at_once_with_its_reason() -> None:
    book = FeedBook()
    book.connected("mqtt:plant", True, "")
    assert book.status()[0].state is FeedState.WAITING
    book.arrived("mqtt:plant", entries(1), NOW)
    assert book.status()[0].state is FeedState.UP
    book.connected("mqtt:plant", False, "Keep alive timeout")
    lost = book.status()[0]
    assert (lost.state, lost.fault) == (FeedState.DOWN, "Keep alive timeout")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[feeds."http:a"]\nsilent_after_s = 0\n', "line 2"),
        ('[feeds."http:a"]\n\nsilent = 5\n', "line 3"),
        ("[feds]\n", "line 1"),
    ],
)
def test_a_mistake_in_the_settings_says_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "feeds.toml").write_text(text)
    with pytest.raises(ConfigError, match=said):
        load_feed_settings(tmp_path)


def test_letters_are_kept_in_order_and_the_oldest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "MOST", 5)
    letters = DeadLetters(tmp_path)
    for number in range(8):
        fault = MessageRefusedError(index=number, detail="no number")
        letters.keep("a" if number % 2 else "b", [(fault, f"raw {number} \ud83d\0")], NOW, "topic")
    kept = letters.latest()
    assert [one.raw.split()[1] for one in kept] == ["7", "6", "5", "4", "3"]
    assert kept[0].reason_zh != kept[0].reason_en
    assert [one.feed for one in letters.latest(feed="a", before=kept[0].number, limit=1)] == ["a"]
    assert letters.counts() == {"a": 3, "b": 2}
