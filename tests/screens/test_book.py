"""Screens in force: taken up while it runs, as whole versions, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.screens.small import KPIS, SCREEN, known
from twin.errors import ConfigLockedError, ConfigMistakesError
from twin.live.config_book import Contents
from twin.live.watched import ConfigWatch
from twin.screens.book import ScreenBook, history_of
from twin.store.locks import FileLock

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
NOTHING: Contents = {"kpis": {}, "screens": {}}
OURS: Contents = {
    "kpis": {"meters.toml": KPIS.encode()},
    "screens": {"meters.toml": SCREEN.encode()},
}
OWN = SCREEN.replace('id = "meters"', 'id = "own"').replace("order = 40", "order = 10")


def book(config: Path, shipped: Contents = OURS) -> ScreenBook:
    return ScreenBook(config, known, lambda: NOW, shipped=shipped)


def put(config: Path, text: str, folder: str = "screens", name: str = "a.toml") -> None:
    (config / folder).mkdir(parents=True, exist_ok=True)
    (config / folder / name).write_text(text, encoding="utf-8")


def test_before_anybody_wrote_any_ours_hold(tmp_path: Path) -> None:
    screens = book(tmp_path)
    assert list(screens.screens) == ["meters"]
    assert list(screens.kpis) == ["meters.power_now", "meters.silent"]
    assert screens.look() is False
    assert (screens.mistakes, screens.differs, list(tmp_path.iterdir())) == ((), False, [])
    assert dict(screens.in_force.versions) == {"kpis": 0, "screens": 0}


def test_a_file_that_is_added_appears_and_one_that_is_broken_changes_nothing(tmp_path: Path) -> None:
    screens = book(tmp_path)
    versions = [screens.version]
    watch = ConfigWatch()
    watch.add(screens.watched)
    put(tmp_path, OWN)
    watch.look()
    assert list(screens.screens) == ["own", "meters"]
    versions.append(screens.version)
    put(tmp_path, OWN.replace("FROM hours", "FROM huors"))
    watch.look()
    [mistake] = screens.mistakes
    assert mistake.text("en").startswith("screens/a.toml, line 47: panels[day].sql reads huors")
    assert "screens/a.toml 第 47 行" in watch.faults[0].text("zh")
    assert list(screens.screens) == ["own", "meters"]
    assert screens.version == versions[-1]
    watch.look()
    assert screens.mistakes == (mistake,)
    put(tmp_path, OWN.replace("order = 10", "order = 90"))
    watch.look()
    assert list(screens.screens) == ["meters", "own"]
    assert list(screens.mistakes) == []
    assert not watch.faults
    versions.append(screens.version)
    (tmp_path / "screens" / "a.toml").unlink()
    watch.look()
    assert list(screens.screens) == ["meters"]
    versions.append(screens.version)
    assert len({*versions}) == 3
    assert versions[3] == versions[0]  # the same files are the same version
    assert screens.history("screens").numbers() == [1, 2, 3]


def test_screens_and_kpis_are_taken_up_together(tmp_path: Path) -> None:
    screens = book(tmp_path, NOTHING)
    put(tmp_path, SCREEN)
    assert screens.look() is False
    assert {one.where for one in screens.mistakes} == {"kpis"}
    put(tmp_path, KPIS, "kpis")
    assert screens.look()
    assert dict(screens.in_force.versions) == {"kpis": 1, "screens": 1}
    put(tmp_path, KPIS.replace("target = 0", "target = 5"), "kpis")
    assert screens.look()
    assert dict(screens.in_force.versions) == {"kpis": 2, "screens": 1}
    assert screens.kpis["meters.silent"].target == 5


def test_a_broken_file_at_the_start_leaves_the_last_accepted_in_force(tmp_path: Path) -> None:
    put(tmp_path, OWN)
    book(tmp_path).look()
    put(tmp_path, "nonsense")
    again = book(tmp_path)
    assert again.look() is False
    assert again.mistakes[0].file == "screens/a.toml"
    assert list(again.screens) == ["own", "meters"]


def test_what_does_not_fit_a_newer_program_is_left_out_and_told(tmp_path: Path) -> None:
    put(tmp_path, OWN)
    book(tmp_path).look()
    fewer = {"kpis": {"meters.toml": KPIS.replace("meters.silent", "meters.mute").encode()}, "screens": {}}
    screens = book(tmp_path, fewer)
    assert screens.look() is False
    assert list(screens.screens) == []
    assert [str(one) for one in screens.mistakes] == [
        "screens/a.toml, line 7: kpis names meters.silent, which is not known; there are: meters.mute, meters.power_now"
    ]
    put(tmp_path, OWN.replace("meters.silent", "meters.mute"))
    assert screens.look()
    assert (list(screens.screens), screens.mistakes) == (["own"], ())


def test_the_version_knows_what_comes_with_the_program(tmp_path: Path) -> None:
    newer = {**OURS, "screens": {"meters.toml": SCREEN.replace("order = 40", "order = 41").encode()}}
    assert book(tmp_path).version == book(tmp_path).version != book(tmp_path, newer).version


def test_saving_checks_with_what_is_in_force_beside(tmp_path: Path) -> None:
    screens = book(tmp_path, NOTHING)
    with pytest.raises(ConfigMistakesError, match=r"screens/a\.toml, line 7: kpis names meters\.power_now"):
        screens.save("screens", {"a.toml": SCREEN.encode()}, "li.wei", "too early")
    assert screens.history("screens").numbers() == []
    screens.save("kpis", {"a.toml": KPIS.encode()}, "li.wei", "numbers first")
    screens.save("screens", {"a.toml": SCREEN.encode()}, "li.wei", "then the screen")
    assert list(screens.screens) == ["meters"]
    assert (tmp_path / "screens" / "a.toml").read_text(encoding="utf-8") == SCREEN
    assert screens.look() is False
    with pytest.raises(ConfigMistakesError, match=r"meters\.silent, which is not known"):
        screens.save("kpis", {"a.toml": KPIS[: KPIS.index("[[kpis]]", 10)].encode()}, "li.wei", "one fewer")
    with pytest.raises(ConfigMistakesError):
        screens.rollback("kpis", 0, "li.wei", "none")
    screens.rollback("screens", 0, "li.wei", "first the screen")
    screens.rollback("kpis", 0, "li.wei", "then its numbers")
    assert (dict(screens.screens), dict(screens.kpis)) == ({}, {})
    assert dict(screens.in_force.versions) == {"kpis": 2, "screens": 2}
    screens.rollback("kpis", 1, "li.wei", "back")
    assert screens.rollback("screens", 1, "wang.fang", "back").rolled_back_to == 1
    assert list(screens.screens) == ["meters"]


def test_a_rollback_by_the_command_line_is_taken_up_and_keeps_its_author(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    running = ScreenBook(tmp_path, known, lambda: NOW, shipped=OURS, on_disk=lambda *one: told.append(one))
    put(tmp_path, OWN)
    assert running.look()
    assert told == [("screens", 1)]
    book(tmp_path).rollback("screens", 0, "root", "it was better before")
    assert running.look()
    assert (list(running.screens), told) == (["meters"], [("screens", 1)])
    latest = history_of(tmp_path, "screens").latest()
    assert latest is not None
    assert (latest.number, latest.who) == (2, "root")


def test_what_could_not_be_written_down_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin.live.config_history._WAIT_S", 0.0)
    screens = book(tmp_path)
    put(tmp_path, OWN)
    (tmp_path / "history" / "screens").mkdir(parents=True)
    lock = FileLock.take(tmp_path / "history" / "screens" / ".lock")
    assert isinstance(lock, FileLock)
    with pytest.raises(ConfigLockedError):
        screens.look()
    assert list(screens.screens) == ["meters"]
    lock.release()
    assert screens.look()
    assert list(screens.screens) == ["own", "meters"]
