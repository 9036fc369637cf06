"""What every versioned folder of ``config/`` offers on the command line: ``history``, ``diff``, ``rollback``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twin.cli.people import console, people_of
from twin.cli.saying import say
from twin.errors import NotACampusError

if TYPE_CHECKING:
    from twin.live.config_history import FolderHistory

folder_argument = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))

_ROLLBACK = """Put the files of an earlier version back, as a new version; a running campus takes it up by itself.

Version 0 is how it was before anybody wrote files here: what comes with the program.

\b
twin {name} rollback my-campus 3 --why "version 4 was wrong"
"""


def require_campus(folder: Path) -> Path:
    if not (folder / "campus.toml").is_file():
        raise NotACampusError(path=folder)
    return folder


def add_versions(
    group: click.Group,
    name: str,
    history_of: Callable[[Path], FolderHistory],
    rollback: Callable[[Path, int, str, str], int],
) -> None:
    """The three commands for ``config/<name>``. ``rollback`` takes folder, number, who, why and says what it made."""

    @group.command("history")
    @folder_argument
    def show_history(folder: Path) -> None:
        """Every version: its number, when, who, why; the last one, which is in force, at the bottom."""
        history = history_of(require_campus(folder))
        for number in history.numbers():
            one = history.version(number)
            when = one.at.astimezone().strftime("%Y-%m-%d %H:%M")
            back = "" if one.rolled_back_to is None else f"  (= version {one.rolled_back_to})"
            say(f"{one.number:>5}  {when}  {one.who:<20} {one.why}{back}")

    @group.command("diff")
    @folder_argument
    @click.argument("before", type=int)
    @click.argument("after", type=int)
    def show_diff(folder: Path, before: int, after: int) -> None:
        """What changed in the files between two versions."""
        for text in history_of(require_campus(folder)).diff(before, after).values():
            for line in text.removesuffix("\n").split("\n"):
                say(line)

    @group.command("rollback", help=_ROLLBACK.format(name=name))
    @folder_argument
    @click.argument("number", type=int)
    @click.option("--why", required=True, help="The reason, for whoever reads the history.")
    def roll_back(folder: Path, number: int, why: str) -> None:
        people = people_of(require_campus(folder))
        made = rollback(folder, number, console().name, why)
        people.audit.append(console(), f"{name}.rolled_back", str(number), version=made, why=why)
        say(f"version {made} is in force, with the files of version {number}")
