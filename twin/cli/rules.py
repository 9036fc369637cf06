"""``twin rules``: what raises alarms in a campus, what is wrong with it, who changed it, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twin.cli.people import console, people_of
from twin.cli.saying import say
from twin.cli.versions import add_versions, folder_argument, require_campus
from twin.errors import NeverBuiltError

if TYPE_CHECKING:
    from twin.live.config_history import FolderHistory
    from twin.live.rules.book import RuleBook
    from twin.live.rules.files import Known


@click.group()
def rules() -> None:
    """Rules: when a value, a silence or an event raises an alarm. They are the files in FOLDER/config/rules."""


@rules.command("start")
@folder_argument
def start_rules(folder: Path) -> None:
    """Put the rules that come with the program into config/rules, to be changed there."""
    from twin.live.rules.files import default_files

    book = _book(folder)
    if book.rules.version or book.history.read():
        raise click.UsageError(f"{book.history.folder} has had rules of its own already; see 'twin rules history'.")
    made = book.save(default_files(), console().name, "the rules that come with the program")
    people_of(folder).audit.append(console(), "rules.changed", str(made.version), why="rules start")
    say(f"version {made.version} is in force: {len(made.rules)} rules in {book.history.folder}")


@rules.command("list")
@folder_argument
def list_rules(folder: Path) -> None:
    """The rules in force: id, kind, level, title. Version 0 are those that come with the program."""
    from twin.cli import language

    book = _book(folder)
    say(f"version {book.rules.version}, {len(book.rules.rules)} rules")
    for one in book.rules.rules.values():
        marks = ("" if one.enabled else "  (off)") + ("  (unverified)" if one.unverified else "")
        say(f"{one.id:<32} {one.kind:<10} {one.level.value:<6} {getattr(one.title, language())}{marks}")
    if book.differs:
        say("The files in config/rules are not those in force: 'twin rules check' says why.", err=True)


@rules.command("check")
@folder_argument
def check_rules(folder: Path) -> None:
    """Check the files in config/rules, and name every mistake: file, line, what. Exit code 1 when there are any."""
    from twin.cli import language
    from twin.live.rules.files import load_rules

    files = _book(folder).files()
    loaded = load_rules(files, _known(folder))
    for one in loaded.mistakes:
        say(one.text(language()))
    if loaded.mistakes:
        raise SystemExit(1)
    say(f"{len(loaded.rules)} rules in {len(files)} files, no mistakes")


def _history(folder: Path) -> FolderHistory:
    from twin.live.rules.book import history_of_rules

    return history_of_rules(folder / "config")


add_versions(
    rules, "rules", _history, lambda folder, number, who, why: _book(folder).rollback(number, who, why).version
)


def _book(folder: Path) -> RuleBook:
    from twin.live.rules.book import RuleBook

    return RuleBook(require_campus(folder) / "config", lambda: _known(folder), lambda: datetime.now(UTC))


def _known(folder: Path) -> Known:
    """The names of the campus; before it was built, only those of the kinds of devices."""
    from twin.live.rules.campus_places import places_of
    from twin.live.rules.files import Known
    from twin.store.campus import Campus

    try:
        return Known.of(places_of(Campus.open(folder).generation))
    except NeverBuiltError:
        return Known.of()
