"""``twin screens`` and ``twin kpis``: what a person does to screens at the machine itself."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.ioc_app.small_campus import small_campus
from tests.screens.small import KPIS, SCREEN
from twin.cli import main
from twin.people.registry import People

OURS = {"kpis": {"meters.toml": KPIS.encode()}, "screens": {"meters.toml": SCREEN.encode()}}


def run(*words: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, list(words), env={"TWIN_LANGUAGE": language})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campus of which nothing but its screens matters, and a program that has one."""
    for module in ("files", "book"):
        monkeypatch.setattr(f"twin.screens.{module}.shipped_files", lambda: OURS)
    (tmp_path / "campus.toml").touch()
    return tmp_path


def test_one_looks_starts_changes_and_goes_back(folder: Path) -> None:
    where = str(folder)
    first, second = run("screens", "list", where).output.splitlines()
    assert first == "1 screens (version 0), 2 KPIs (version 0)"
    assert second == f"{40:>4}  {'meters':<24} {'2 KPIs, 3 panels':<20} Meters"
    assert "电表一张图" in run("screens", "list", where, language="zh").output
    started = run("screens", "start", where, "meters")
    assert started.output.startswith("version 1 is in force; change ")
    path = folder / "config" / "screens" / "meters.toml"
    assert path.read_text(encoding="utf-8") == SCREEN
    assert run("screens", "start", where, "meters").exit_code == 2  # never over what is there
    unknown = run("screens", "start", where, "moon")
    assert (unknown.exit_code, "There are: meters" in unknown.output) == (2, True)
    path.write_text(SCREEN.replace("FROM hours", "FROM huors").replace("order = 40", "order = 'x'"), encoding="utf-8")
    assert "not those in force" in run("screens", "list", where).stderr
    checked = run("screens", "check", where)
    assert checked.exit_code == 1
    assert [one.partition(" reads")[0] for one in checked.stdout.splitlines()] == [
        "screens/meters.toml, line 2: order should be a whole number",
        "screens/meters.toml, line 47: panels[day].sql",
    ]
    assert "第 47 行：panels[day].sql 读取 huors" in run("screens", "check", where, language="zh").stdout
    back = run("screens", "rollback", where, "1", "--why", "half of a line")
    assert back.output == "version 2 is in force, with the files of version 1\n"
    assert path.read_text(encoding="utf-8") == SCREEN
    assert "no mistakes" in run("screens", "check", where).output
    last = run("screens", "history", where).output.splitlines()[-1]
    assert getpass.getuser() in last
    assert last.endswith("half of a line  (= version 1)")
    assert run("screens", "diff", where, "1", "2").output == ""
    assert "+order = 40" in run("screens", "diff", where, "0", "2").output
    actions = [(one.action, one.target) for one in People(folder).audit.lines(limit=2)]
    assert actions == [("screens.rolled_back", "1"), ("screens.changed", "1")]
    assert run("kpis", "history", where).output == ""


def test_numbers_are_listed_and_opened(folder: Path) -> None:
    listed = run("kpis", "list", str(folder)).output.splitlines()
    assert listed[0] == f"{'meters.power_now':<40} {'kW':<10} Power now"
    shown = run("kpis", "show", str(folder), "meters.power_now", language="zh").output
    assert "各电表最新功率之和" in shown
    assert "FROM latest WHERE quantity = 'power' AND NOT stale" in shown
    assert f"{'screens':<10} meters" in shown
    assert run("kpis", "show", str(folder), "meters.none").exit_code == 2


def test_names_are_those_of_the_campus(folder: Path) -> None:
    small_campus().write(folder)
    (folder / "config" / "screens").mkdir(parents=True)
    text = SCREEN.replace("buildings = 1,", "no_such_layer = 1,")
    (folder / "config" / "screens" / "a.toml").write_text(text, encoding="utf-8")
    checked = run("screens", "check", str(folder))
    assert (checked.exit_code, "map.layers names no_such_layer" in checked.stdout) == (1, True)


def test_a_folder_that_is_no_campus_is_a_line(tmp_path: Path) -> None:
    for words in (
        ("screens", "list"),
        ("screens", "check"),
        ("kpis", "list"),
        ("kpis", "history"),
        ("screens", "diff", "1", "2"),
    ):
        answer = run(*words[:2], str(tmp_path), *words[2:])
        assert (answer.exit_code, len(answer.stderr.splitlines())) == (1, 1)
