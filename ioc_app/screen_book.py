"""The screens of a campus as the application has them: which names they may use, and who hears of changed files."""

from __future__ import annotations

from functools import cache

from ioc_app.api.reads import Reads
from layers import registry
from twin.live.config_book import ON_DISK
from twin.model.feature import table_schema
from twin.model.time import Clock
from twin.people.identity import Actor, IdentityKind
from twin.people.registry import People
from twin.screens.book import ScreenBook
from twin.screens.checks import Known


def screen_book(reads: Reads, people: People, clock: Clock) -> ScreenBook:
    """Its ``watched`` is to be looked at."""
    file = Actor(ON_DISK[0], IdentityKind.CONSOLE, "local")  # who edited it, the system does not say
    return ScreenBook(
        reads.campus_folder / "config",
        lambda: _of_the_program().showing(reads.generation.manifest.tilesets),
        clock.now,
        on_disk=lambda folder, number: people.audit.append(file, f"{folder}.changed", str(number), why=ON_DISK[1]),
    )


@cache
def _of_the_program() -> Known:
    """Once a process: the layers do not change while it runs."""
    return Known.of({name: table_schema(one) for name, one in registry().items()})
