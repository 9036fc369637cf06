"""What others wrote, on the terminal of the administrator: one line stays one line, and no code gets out."""

from __future__ import annotations

import ast
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ioc_app.server_log import ServerLines, TwinLines, server_log_config
from twin.cli import main
from twin.errors import BadAccountNameError
from twin.live.dead_letters import DeadLetters
from twin.people.identity import Actor, IdentityKind
from twin.people.registry import People
from twin.people.roles import Right, Role

CLI = Path(__file__).parents[2] / "twin" / "cli"
FORGED = "x\n    99 2026-11-26T16:00:00+00:00 console:root local account.added mallory"
CODES = "\x1b[2J\x9b31m\u202eevil\u2028line\x85next"
STEERING = ("\x1b", "\x9b", "\u202e", "\u2028", "\x85", "\r", "\x07")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "campus.toml").touch()
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_nobody_forges_a_line_of_the_audit(folder: Path) -> None:
    people = People(folder)
    for name in (FORGED, CODES):
        people.audit.append(Actor(name, IdentityKind.PERSON, "10.0.0.9"), "login.failed", name, why=name)
    lines = run("audit", "show", str(folder)).output.split("\n")
    assert [line[:6] for line in lines] == ["     1", "     2", ""]
    assert not any(one in line for one in STEERING for line in lines)
    assert r"x\n    99" in lines[0]
    assert r"\x1b[2J" in lines[1]


@pytest.mark.parametrize("name", [FORGED, "a\x1b[2J", "a\u202eb", "a\u2029b", "a\x9bb"])
def test_names_with_such_characters_are_refused_with_a_line(folder: Path, name: str) -> None:
    campus = str(folder)
    for words in (
        ("user", "add", campus, "li", "--role", "viewer", "--display-name", name),
        ("user", "add", campus, name, "--role", "viewer"),
        ("key", "add", campus, name, "--scope", "see"),
        ("kiosk", "add", campus, name),
    ):
        said = run(*words)
        assert said.exit_code == 1, words
        assert len(said.output.splitlines()) == 1
        assert not any(one in said.output for one in STEERING)
    people = People(folder)
    assert [people.accounts.all(), people.keys.all(), people.kiosks.all()] == [[], [], []]


def test_names_of_an_older_campus_stay_on_their_lines(folder: Path) -> None:
    people = People(folder)
    people.accounts.add("li", Role.VIEWER, "Li")
    people.keys.add("gateway", [Right.SEND], "li")
    people.kiosks.add("north", "li")
    with people.accounts.store.writing() as db:
        db.execute("UPDATE account SET display_name = ?", (FORGED,))
        db.execute("UPDATE api_key SET name = ?", (CODES,))
        db.execute("UPDATE kiosk SET wall = ?", (CODES,))
    for what in ("user", "key", "kiosk"):
        shown = run(what, "list", str(folder)).output
        assert len(shown.splitlines()) == 1, what
        assert not any(one in shown for one in STEERING)


def test_letters_stay_on_their_lines(folder: Path) -> None:
    fault = BadAccountNameError(name=CODES)
    DeadLetters(folder).keep(f"http:{CODES}", [(fault, CODES)], datetime(2026, 11, 26, tzinfo=UTC), FORGED)
    shown = run("letters", str(folder)).output
    assert len(shown.split("\n")) == 3
    assert not any(one in shown for one in STEERING)


def test_commands_print_in_no_other_way() -> None:
    """``click.echo``, ``print`` and rich's ``Text`` stand in one file; the others have their words from it."""
    for path in sorted(CLI.glob("*.py")):
        calls = [
            ast.unparse(one.func) for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.Call)
        ]
        if path.name != "saying.py":
            assert not {"click.echo", "click.secho", "print", "Text"} & set(calls), path.name


def record(text: str, *args: Any, **more: Any) -> logging.LogRecord:
    return logging.LogRecord("twin.x", logging.WARNING, __file__, 1, text, args, more.get("exc_info"))


@pytest.mark.parametrize(
    "lines", [TwinLines("%(message)s"), ServerLines("%(levelprefix)s %(message)s", use_colors=False)]
)
def test_the_log_of_the_server_keeps_to_its_lines(lines: logging.Formatter) -> None:
    written = lines.format(record("feed %s", FORGED + CODES))
    assert len(written.split("\n")) == 1
    assert not any(one in written for one in STEERING)
    try:
        raise ValueError(CODES)
    except ValueError as fault:
        trace = lines.format(record("fault", exc_info=(type(fault), fault, fault.__traceback__)))
    assert not any(one in trace for one in STEERING)
    assert len(trace.split("\n")) > 3  # a trace is still to be read


def test_the_server_is_given_those_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    last = logging.StreamHandler()
    monkeypatch.setattr(logging, "lastResort", last)
    config = server_log_config()
    assert config["formatters"]["default"]["()"].endswith("ServerLines")
    assert isinstance(last.formatter, TwinLines)
