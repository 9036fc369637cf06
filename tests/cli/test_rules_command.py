"""``twin rules``: what a person does to rules at the machine itself."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.ioc_app.small_campus import small_campus
from tests.live.rules.test_files import GOOD
from twin.cli import main
from twin.live.rules.book import RuleBook
from twin.live.rules.files import Known, default_files
from twin.model.time import SystemClock
from twin.people.registry import People

WARMER = GOOD.replace("above = 30", "above = 35")


def run(*words: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["rules", *words], env={"TWIN_LANGUAGE": language})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campus of which nothing but the two versions of its rules matters."""
    (tmp_path / "campus.toml").touch()
    book = RuleBook(tmp_path / "config", Known.of, SystemClock().now)
    book.save({"a.toml": GOOD.encode()}, "li.wei", "first own rule")
    book.save({"a.toml": WARMER.encode()}, "wang.fang", "夏天太热")
    return tmp_path


def put(folder: Path, text: str) -> None:
    (folder / "config" / "rules" / "a.toml").write_text(text, encoding="utf-8")


def test_the_rules_in_force_and_their_version(folder: Path) -> None:
    answer = run("list", str(folder))
    assert answer.output.splitlines() == ["version 2, 1 rules", f"{'hot':<32} threshold  B      hot"]
    assert "热" in run("list", str(folder), language="zh").output


def test_before_anybody_wrote_rules_those_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "campus.toml").touch()
    answer = run("list", str(tmp_path))
    assert answer.output.startswith("version 0, ")
    assert "fire-alarm" in answer.output
    assert run("check", str(tmp_path)).exit_code == 0
    assert run("history", str(tmp_path)).output == ""


def test_one_starts_from_the_rules_of_the_program(tmp_path: Path, folder: Path) -> None:
    campus = tmp_path / "new"
    campus.mkdir()
    (campus / "campus.toml").touch()
    answer = run("start", str(campus))
    assert answer.output.startswith("version 1 is in force: ")
    assert {one.name: one.read_bytes() for one in (campus / "config" / "rules").glob("*.toml")} == default_files()
    assert "version 1, " in run("list", str(campus)).output
    assert run("start", str(campus)).exit_code == 2  # never over what is there
    assert run("start", str(folder)).exit_code == 2


def test_looking_changes_nothing(folder: Path) -> None:
    put(folder, GOOD.replace("above = 30", "above = 50"))
    before = sorted(folder.rglob("*"))
    answer = run("list", str(folder))
    assert "not those in force" in answer.stderr
    assert run("check", str(folder)).exit_code == 0
    assert run("history", str(folder)).exit_code == 0
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "a.toml, line 6: rules[hot].level should be one of 'major', 'A', 'B', 'C'",
                "a.toml, line 8: rules[hot].aboev is not a setting here; remove it or correct its spelling",
            ],
        ),
        (
            "zh",
            [
                "a.toml 第 6 行：rules[hot].level 应为以下之一：'major', 'A', 'B', 'C'",
                "a.toml 第 8 行：rules[hot].aboev 不是这里的设置；请删去或改正拼写",
            ],
        ),
    ],
)
def test_every_mistake_is_a_line(folder: Path, language: str, expected: list[str]) -> None:
    put(folder, GOOD.replace("above = 30", "aboev = 30").replace('level = "B"', 'level = "D"'))
    answer = run("check", str(folder), language=language)
    assert (answer.exit_code, answer.stdout.splitlines()) == (1, expected)


def test_names_are_those_of_the_campus_once_it_is_built(tmp_path: Path) -> None:
    small_campus().write(tmp_path)
    (tmp_path / "config" / "rules").mkdir(parents=True)
    put(tmp_path, GOOD.replace('quantities = ["temperature"]', 'point_ids = ["CAM-002:online"]'))
    answer = run("check", str(tmp_path))
    assert (answer.exit_code, "CAM-002:online, which is no point here" in answer.stdout) == (1, True)


def test_who_changed_what_when_and_why(folder: Path) -> None:
    first, second = run("history", str(folder)).output.splitlines()
    assert "li.wei" in first
    assert "first own rule" in first
    assert second.strip().startswith("2")
    assert second.endswith("夏天太热")
    diff = run("diff", str(folder), "1", "2").output
    assert "-above = 30\n+above = 35\n" in diff
    assert run("diff", str(folder), "1", "1").output == ""
    unknown = run("diff", str(folder), "1", "9")
    assert (unknown.exit_code, "no version 9" in unknown.stderr) == (1, True)


def test_a_broken_edit_is_undone_by_one_command(folder: Path) -> None:
    put(folder, "[[rules]\n")
    assert run("check", str(folder)).exit_code == 1
    answer = run("rollback", str(folder), "1", "--why", "half of a line")
    assert answer.output == "version 3 is in force, with the files of version 1\n"
    assert (folder / "config" / "rules" / "a.toml").read_text(encoding="utf-8") == GOOD
    last = run("history", str(folder)).output.splitlines()[-1]
    assert getpass.getuser() in last
    assert last.endswith("half of a line  (= version 1)")
    [line] = People(folder).audit.lines(limit=1)
    assert (line.action, line.target) == ("rules.rolled_back", "1")


def test_back_to_the_rules_of_the_program(folder: Path) -> None:
    answer = run("rollback", str(folder), "0", "--why", "begin again")
    assert answer.output == "version 3 is in force, with the files of version 0\n"
    assert run("diff", str(folder), "0", "3").output == ""


def test_a_way_back_needs_a_reason_and_a_version_that_still_fits(folder: Path) -> None:
    assert run("rollback", str(folder), "1").exit_code == 2
    assert run("rollback", str(folder), "1", "--why", " ").exit_code == 1
    small_campus().write(folder)
    gone = GOOD.replace('quantities = ["temperature"]', 'quantities = ["temperature"]\nzones = ["z1"]')
    RuleBook(folder / "config", Known.of, SystemClock().now).save({"a.toml": gone.encode()}, "li.wei", "a zone")
    refused = run("rollback", str(folder), "3", "--why", "x")
    assert refused.exit_code == 1
    assert "a.toml, line 11: rules[hot].applies_to.zones names z1" in refused.stderr
    assert run("history", str(folder)).output.count("\n") == 3


def test_a_folder_that_is_no_campus_is_a_line(tmp_path: Path) -> None:
    for words in (("list",), ("check",), ("history",), ("diff", "1", "2"), ("rollback", "1", "--why", "x")):
        answer = run(words[0], str(tmp_path), *words[1:])
        assert (answer.exit_code, len(answer.stderr.splitlines())) == (1, 1)
