"""The screens of a campus as the application has them: which names they may use, and who hears of changed files."""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from ioc_app.api.reads import Reads
from ioc_app.screens.arrived import Arrived
from ioc_app.screens.reads import ScreenReads
from layers import registry
from twin.live.config_book import ON_DISK
from twin.live.running import RunningCampus
from twin.model.feature import table_schema
from twin.model.time import Clock
from twin.people.identity import Actor, IdentityKind
from twin.people.registry import People
from twin.screens.book import ScreenBook
from twin.screens.checks import Known
from twin.screens.readers import Readers


def screen_book(reads: Reads, people: People, clock: Clock) -> ScreenBook:
    """Its ``watched`` is to be looked at."""
    file = Actor(ON_DISK[0], IdentityKind.CONSOLE, "local")  # who edited it, the system does not say
    return ScreenBook(
        reads.campus_folder / "config",
        lambda: _of_the_program().showing(reads.generation.manifest.tilesets),
        clock.now,
        on_disk=lambda folder, number: people.audit.append(file, f"{folder}.changed", str(number), why=ON_DISK[1]),
    )


def screen_reads(book: ScreenBook, running: RunningCampus, reads: Reads) -> tuple[ScreenReads, Readers]:
    """Who answers, and the processes in which that is done; whoever ends the application closes them."""
    readers = Readers(reads.campus_folder, running.timezone.key, layer_schemas())
    return ScreenReads(book, readers, Arrived(running), reads, running.clock, running.timezone), readers


@cache
def layer_schemas() -> dict[str, pa.Schema]:
    """Once a process: the layers do not change while it runs."""
    return {name: table_schema(one) for name, one in registry().items()}


@cache
def _of_the_program() -> Known:
    return Known.of(layer_schemas())
