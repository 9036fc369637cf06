"""Rules in force, their versions, and the way back."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.live.campus import PLACES
from tests.live.rules.test_files import GOOD
from twin.errors import (
    ConfigHistoryDamagedError,
    ConfigLockedError,
    ConfigMistakesError,
    ReasonMissingError,
    UnknownConfigVersionError,
)
from twin.live.config_history import FolderHistory, digest
from twin.live.rules.book import RuleBook
from twin.live.rules.files import Known, default_files
from twin.store.locks import FileLock

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
WARMER = GOOD.replace("above = 30", "above = 35")


def book(config: Path) -> RuleBook:
    return RuleBook(config, lambda: Known.of(PLACES), lambda: NOW)


def put(config: Path, text: str, name: str = "a.toml") -> None:
    (config / "rules").mkdir(exist_ok=True)
    (config / "rules" / name).write_text(text, encoding="utf-8")


def limits(rules: RuleBook) -> list[float]:
    return [getattr(one, "limit", 0.0) for one in rules.rules.rules.values()]


def test_before_anybody_wrote_rules_the_shipped_ones_hold(tmp_path: Path) -> None:
    rules = book(tmp_path)
    assert rules.rules.version == 0
    assert "fire-alarm" in rules.rules.rules
    assert rules.reload().changed is False
    assert not (tmp_path / "history").exists()


def test_a_changed_byte_is_a_new_version(tmp_path: Path) -> None:
    put(tmp_path, GOOD)
    rules = book(tmp_path)
    assert rules.reload().changed
    assert (rules.rules.version, limits(rules)) == (1, [30])
    assert rules.reload().changed is False
    put(tmp_path, WARMER)
    assert rules.reload("li.wei", "too many alarms in August").changed
    latest = rules.history.latest()
    assert latest is not None
    assert (latest.number, latest.who, latest.why, latest.at) == (2, "li.wei", "too many alarms in August", NOW)
    assert limits(rules) == [35]


def test_a_broken_file_leaves_the_rules_in_force(tmp_path: Path) -> None:
    put(tmp_path, GOOD)
    rules = book(tmp_path)
    rules.reload()
    put(tmp_path, GOOD.replace("above", "aboev"))
    first = rules.reload()
    assert (first.changed, first.rules.version, len(first.mistakes)) == (False, 1, 1)
    assert rules.reload().mistakes == first.mistakes  # it goes on being told
    assert limits(rules) == [30]
    assert rules.history.numbers() == [1]
    put(tmp_path, GOOD)
    assert rules.reload().mistakes == ()
    assert rules.history.numbers() == [1]


def test_a_broken_file_at_the_start_leaves_the_last_accepted_in_force(tmp_path: Path) -> None:
    put(tmp_path, WARMER)
    book(tmp_path).reload()
    put(tmp_path, "nonsense")
    again = book(tmp_path)
    assert again.reload().mistakes
    assert (again.rules.version, limits(again)) == (1, [35])


def test_saving_checks_first(tmp_path: Path) -> None:
    rules = book(tmp_path)
    with pytest.raises(ConfigMistakesError, match=r"a\.toml, line 8: rules\[hot\]\.aboev"):
        rules.save({"a.toml": GOOD.replace("above", "aboev").encode()}, "li.wei", "try")
    assert rules.history.numbers() == []
    rules.save({"a.toml": GOOD.encode()}, "li.wei", "first own rule")
    assert (tmp_path / "rules" / "a.toml").read_text(encoding="utf-8") == GOOD
    assert rules.reload().changed is False


def test_rolling_back_is_a_new_version_with_the_old_content(tmp_path: Path) -> None:
    rules = book(tmp_path)
    rules.save({"a.toml": GOOD.encode()}, "li.wei", "one")
    rules.save({"a.toml": WARMER.encode(), "b.toml": b"# more\n"}, "li.wei", "two")
    made = rules.rollback(1, "wang.fang", "two was wrong")
    assert (made.version, limits(rules)) == (3, [30])
    assert sorted(one.name for one in (tmp_path / "rules").iterdir()) == ["a.toml"]
    third = rules.history.version(3)
    assert (third.rolled_back_to, third.who, third.sha256) == (1, "wang.fang", rules.history.version(1).sha256)
    assert rules.history.numbers() == [1, 2, 3]
    assert rules.reload().changed is False


def test_back_to_what_comes_with_the_program(tmp_path: Path) -> None:
    rules = book(tmp_path)
    shipped = rules.rules
    assert shipped.version == 0
    rules.save({"a.toml": GOOD.encode()}, "li.wei", "ours")
    assert rules.rules.rules != shipped.rules
    assert "a.toml" in rules.history.diff(0, 1)
    made = rules.rollback(0, "wang.fang", "theirs were better")
    assert (made.version, made.rules, made.sha256) == (2, shipped.rules, shipped.sha256)
    assert {one.name: one.read_bytes() for one in (tmp_path / "rules").iterdir()} == default_files()
    assert (rules.history.version(2).rolled_back_to, rules.history.numbers()) == (0, [1, 2])
    assert rules.reload().changed is False
    again = book(tmp_path)
    assert (again.rules.version, again.rules.rules) == (2, shipped.rules)


def test_back_to_it_before_anybody_wrote_rules(tmp_path: Path) -> None:
    rules = book(tmp_path)
    assert rules.rollback(0, "li.wei", "to have them as files").version == 1
    assert (tmp_path / "rules").is_dir()


def test_a_history_of_what_comes_with_nothing_has_no_version_0(tmp_path: Path) -> None:
    with pytest.raises(UnknownConfigVersionError):
        FolderHistory(tmp_path, "kpis", ".sql").version(0)


def test_a_rollback_by_another_process_keeps_its_author(tmp_path: Path) -> None:
    running = book(tmp_path)
    running.save({"a.toml": GOOD.encode()}, "li.wei", "one")
    running.save({"a.toml": WARMER.encode()}, "li.wei", "two")
    book(tmp_path).rollback(1, "root", "two was wrong")  # the command line
    found = running.reload()
    assert (found.changed, found.rules.version, limits(running)) == (True, 3, [30])
    assert (running.history.numbers(), running.history.version(3).who) == ([1, 2, 3], "root")


def test_writers_wait_for_one_another_and_then_say_who_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = book(tmp_path)
    rules.save({"a.toml": GOOD.encode()}, "li.wei", "one")
    monkeypatch.setattr("twin.live.config_history._WAIT_S", 0.0)
    lock = FileLock.take(tmp_path / "history" / "rules" / ".lock")
    assert isinstance(lock, FileLock)
    with pytest.raises(ConfigLockedError, match=str(os.getpid())):
        rules.save({"a.toml": WARMER.encode()}, "li.wei", "two")
    assert rules.reload().changed is False
    lock.release()
    assert rules.save({"a.toml": WARMER.encode()}, "li.wei", "two").version == 2


def test_a_folder_is_never_read_while_half_of_it_is_changed(tmp_path: Path) -> None:
    ones, twos = ({f"{n}.toml": text for n in range(3)} for text in (b"# 1", b"# 2"))
    FolderHistory(tmp_path, "rules").replace(ones, "li.wei", "one", NOW)

    class Slow(FolderHistory):
        """Reads one file, then somebody writes all of them, then it reads the rest."""

        def _read(self) -> dict[str, bytes]:
            before = super()._read()
            if len(self.numbers()) == 1:
                FolderHistory(tmp_path, "rules").replace(twos, "wang.fang", "two", NOW)
            return super()._read() | {"0.toml": before["0.toml"]}

    assert Slow(tmp_path, "rules").read() == twos


def test_what_changed_between_two_versions(tmp_path: Path) -> None:
    rules = book(tmp_path)
    rules.save({"a.toml": GOOD.encode(), "c.toml": b"# same\n"}, "li.wei", "one")
    rules.save({"a.toml": WARMER.encode(), "b.toml": b"# more\n", "c.toml": b"# same\n"}, "li.wei", "two")
    told = rules.history.diff(1, 2)
    assert sorted(told) == ["a.toml", "b.toml"]
    assert "-above = 30\n+above = 35\n" in told["a.toml"]
    assert "+# more" in told["b.toml"]


def test_a_version_needs_a_person_and_a_reason(tmp_path: Path) -> None:
    with pytest.raises(ReasonMissingError, match="why"):
        book(tmp_path).save({"a.toml": GOOD.encode()}, "li.wei", " ")


def test_an_unknown_version_names_those_there_are(tmp_path: Path) -> None:
    rules = book(tmp_path)
    rules.save({"a.toml": GOOD.encode()}, "li.wei", "one")
    with pytest.raises(UnknownConfigVersionError, match=r"no version 7 of 'rules'\. Versions here: 0, 1"):
        rules.rollback(7, "li.wei", "x")


def test_an_altered_record_is_found(tmp_path: Path) -> None:
    history = FolderHistory(tmp_path, "kpis", ".sql")
    history.replace({"a.sql": b"SELECT 1"}, "li.wei", "one", NOW)
    path = tmp_path / "history" / "kpis" / "0001.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["files"]["a.sql"] = {"utf-8": "SELECT 2"}
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ConfigHistoryDamagedError, match="hash"):
        history.version(1)


def test_a_change_cut_off_by_a_power_failure_is_finished(tmp_path: Path) -> None:
    history = FolderHistory(tmp_path, "rules")
    history.replace({"a.toml": b"old", "b.toml": b"old"}, "li.wei", "one", NOW)
    history.replace({"a.toml": b"new", "c.toml": b"new"}, "li.wei", "two", NOW)
    # as it was when the power failed: recorded, noted, and one of three files done
    (tmp_path / "rules" / "c.toml").unlink()
    (tmp_path / "rules" / "b.toml").write_bytes(b"old")
    (tmp_path / "history" / "rules" / ".applying").write_text("2")
    assert FolderHistory(tmp_path, "rules").read() == {"a.toml": b"new", "c.toml": b"new"}
    assert not (tmp_path / "history" / "rules" / ".applying").exists()


def test_a_change_that_was_not_accepted_before_the_power_failed_never_was(tmp_path: Path) -> None:
    history = FolderHistory(tmp_path, "rules")
    history.replace({"a.toml": b"old"}, "li.wei", "one", NOW)
    (tmp_path / "history" / "rules" / ".applying").write_text("2")
    assert FolderHistory(tmp_path, "rules").read() == {"a.toml": b"old"}


def test_files_that_are_no_utf8_are_kept_byte_by_byte(tmp_path: Path) -> None:
    history = FolderHistory(tmp_path, "rules")
    content = {"a.toml": bytes(range(256)), "b.toml": "热\r\n".encode()}
    history.replace(content, "li.wei", "one", NOW)
    assert history.version(1).files == content == history.read()


def test_the_digest_knows_names_from_contents() -> None:
    assert digest({"a": b"bc"}) != digest({"ab": b"c"})
    assert digest({"a": b"1", "b": b"2"}) == digest({"b": b"2", "a": b"1"})
