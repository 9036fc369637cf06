"""How walls are set up, and what is kept of what was sent to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twin.errors import ConfigError
from twin.live.walls.sent import KEPT, Sent, SentBook, Wish
from twin.live.walls.settings import load_wall_settings
from twin.model.live import Level

WALL = """
[[walls]]
name = "hall"
size = [5760, 1080]
grid = [3, 1]
style = "blue"
carousel = [{ screen = "overview", dwell_s = 90 }, { screen = "energy" }]
interrupt = { min_level = "B", seconds = 15 }
"""


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def written(folder: Path, text: str) -> Path:
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "walls.toml").write_text(text, encoding="utf-8")
    return folder


def test_what_a_file_says_and_what_it_leaves_open(tmp_path: Path) -> None:
    assert load_wall_settings(tmp_path) == {}
    hall = load_wall_settings(written(tmp_path, WALL))["hall"]
    assert [(one.screen, one.dwell_s) for one in hall.carousel] == [("overview", 90.0), ("energy", 60.0)]
    assert (hall.interrupt.min_level, hall.interrupt.seconds) == (Level.B, 15.0)
    assert (hall.interrupt.most, hall.interrupt.within_s, hall.sent_most_s) == (3, 600.0, 900.0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('fit = "zoom"', "line 9"),
        ("dwell = 5", "dwell"),
        ("size = [5761, 1080]", "multiple of grid"),
        ('name = "other"', "line 9"),
        ('[[walls]]\nname = "hall"', "hall"),
    ],
)
def test_a_mistake_is_said_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    text = WALL.replace("size = [5760, 1080]\n", "") if line.startswith("size") else WALL
    with pytest.raises(ConfigError, match=said):
        load_wall_settings(written(tmp_path, text + line + "\n"))


def test_a_screen_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    folder = written(tmp_path, WALL + 'second = "enrgy"\n')
    with pytest.raises(
        ConfigError, match=r"line 9: walls\[hall\].second names enrgy, which is not known; there are: en"
    ):
        load_wall_settings(folder, lambda: ("overview", "energy"))
    with pytest.raises(ConfigError, match=r"line 7: walls\[hall\].carousel\[2\].screen names energy"):
        load_wall_settings(folder, lambda: ("overview", "enrgy"))
    assert load_wall_settings(folder, lambda: ("overview", "energy", "enrgy")).keys() == {"hall"}


def sent(clock: Hands, screen: str, seconds: float) -> Sent:
    now = clock.now()
    return Sent(wish=Wish(screen=screen), by="李敏", sent_at=now, until=now + timedelta(seconds=seconds))


def test_what_was_sent_outlives_a_restart_and_ends_by_itself(tmp_path: Path) -> None:
    clock = Hands()
    book = SentBook(tmp_path, clock)
    book.send("hall", sent(clock, "fire", 900))
    book.send("lobby", sent(clock, "energy", 60))
    again = SentBook(tmp_path, clock)
    assert again.of("hall") == book.of("hall")
    assert again.over() == []
    clock.at += timedelta(seconds=61)
    assert again.of("lobby") is None
    assert again.over() == ["lobby"]
    assert again.over() == []
    assert SentBook(tmp_path, clock).of("hall") is not None
    assert again.release("hall") == book.of("hall")
    assert again.release("hall") is None
    assert SentBook(tmp_path, clock).of("hall") is None


def test_a_file_that_cannot_be_read_is_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / KEPT).parent.mkdir()
    (tmp_path / KEPT).write_text('{"hall": {"wish"', encoding="utf-8")
    clock = Hands()
    book = SentBook(tmp_path, clock)
    assert book.of("hall") is None
    assert "walls.json" in caplog.text
    book.send("hall", sent(clock, "fire", 900))
    assert SentBook(tmp_path, clock).of("hall") is not None
