"""``twin screens`` and ``twin kpis``: what stands on the screens of a campus, what is wrong, and the way back."""

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
    from twin.screens.book import ScreenBook
    from twin.screens.checks import Known


@click.group()
def screens() -> None:
    """Screens: themed pages over the one map. Those of a campus are in FOLDER/config/screens, over the program's."""


@click.group()
def kpis() -> None:
    """The numbers on screens. Those of a campus are in FOLDER/config/kpis, over the program's."""


@screens.command("list")
@folder_argument
def list_screens(folder: Path) -> None:
    """The screens in force, in their order: id, KPIs, panels, title."""
    from twin.cli import language

    book = book_of(folder)
    versions = book.in_force.versions
    screens_at, kpis_at = versions["screens"], versions["kpis"]
    say(f"{len(book.screens)} screens (version {screens_at}), {len(book.kpis)} KPIs (version {kpis_at})")
    for one in book.screens.values():
        parts = f"{len(one.kpis)} KPIs, {len(one.panels)} panels"
        say(f"{one.order:>4}  {one.id:<24} {parts:<20} {getattr(one.title, language())}")
    if book.differs:
        say("The files in config/ are not those in force: 'twin screens check' says why.", err=True)


@screens.command("check")
@folder_argument
def check_screens(folder: Path) -> None:
    """Check the files of screens and KPIs, and name every mistake: file, line, what. Exit code 1 when there are any."""
    from twin.cli import language
    from twin.screens.files import load_screens

    files = book_of(folder).files()
    loaded = load_screens(files, _known(folder))
    for one in loaded.mistakes:
        say(one.text(language()))
    if loaded.mistakes:
        raise SystemExit(1)
    count = sum(len(one) for one in files.values())
    say(
        f"{len(loaded.value.screens)} screens and {len(loaded.value.kpis)} KPIs, {count} files of your own, no mistakes"
    )


@screens.command("start")
@folder_argument
@click.argument("screen")
def start_screen(folder: Path, screen: str) -> None:
    """Put the program's SCREEN into config/screens, to be changed there.

    \b
    twin screens start my-campus energy
    """
    from twin.screens.files import SCREENS, shipped_files

    book, name, ours = book_of(folder), f"{screen}.toml", shipped_files()[SCREENS]
    if name not in ours:
        there = ", ".join(sorted(one.removesuffix(".toml") for one in ours)) or "-"
        raise click.UsageError(f"There is no screen '{screen}' in the program. There are: {there}.")
    lying = book.files()[SCREENS]
    if name in lying:
        raise click.UsageError(f"{book.history(SCREENS).folder / name} is there already.")
    made = book.save(SCREENS, {**lying, name: ours[name]}, console().name, f"the program's {screen}, to be changed")
    people_of(folder).audit.append(console(), "screens.changed", str(made.number), why=f"screens start {screen}")
    say(f"version {made.number} is in force; change {book.history(SCREENS).folder / name}")


@kpis.command("list")
@folder_argument
def list_kpis(folder: Path) -> None:
    """Every number that a screen may show: id, unit, title."""
    from twin.cli import language

    book = book_of(folder)
    for one in book.kpis.values():
        marks = "  (unverified)" if one.unverified else ""
        say(f"{one.id:<40} {one.unit:<10} {getattr(one.title, language())}{marks}")


@kpis.command("show")
@folder_argument
@click.argument("kpi")
def show_kpi(folder: Path, kpi: str) -> None:
    """All that is known of KPI: who answers for it, how it is made, where its numbers come from."""
    from twin.cli import language

    book = book_of(folder)
    found = book.kpis.get(kpi)
    if found is None:
        raise click.UsageError(f"There is no KPI '{kpi}'; see 'twin kpis list'.")
    for name, value in found.model_dump(mode="json", exclude_none=True).items():
        told = value.get(language(), value) if isinstance(value, dict) else value
        told = ", ".join(map(str, told)) if isinstance(told, list) else told
        for number, line in enumerate(str(told).strip().split("\n")):
            say(f"{name if number == 0 else '':<10} {line}")
    on = [one.id for one in book.screens.values() if kpi in one.kpis]
    say(f"{'screens':<10} {', '.join(on) or '-'}")


def _history(folder: Path, name: str) -> FolderHistory:
    from twin.screens.book import history_of

    return history_of(folder / "config", name)


def _add_versions(group: click.Group, name: str) -> None:
    add_versions(
        group,
        name,
        lambda folder: _history(folder, name),
        lambda folder, number, who, why: book_of(folder).rollback(name, number, who, why).number,
    )


_add_versions(screens, "screens")
_add_versions(kpis, "kpis")


def book_of(folder: Path) -> ScreenBook:
    from twin.screens.book import ScreenBook

    known = _known(require_campus(folder))
    return ScreenBook(folder / "config", lambda: known, lambda: datetime.now(UTC))


def _known(folder: Path) -> Known:
    """The layers of the program, and of the campus once it was built what else its map shows."""
    from layers import registry
    from twin.model.feature import table_schema
    from twin.screens.checks import Known
    from twin.store.campus import Campus

    try:
        shown = Campus.open(folder).generation.manifest.tilesets
    except NeverBuiltError:
        shown = {}
    return Known.of({name: table_schema(one) for name, one in registry().items()}, shown)
