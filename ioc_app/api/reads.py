"""What every route reads from: the campus, its answers remembered, and what is derived once a generation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from ioc_app.analysing import Analysing
from ioc_app.caching import AnswerCache
from ioc_app.directory import Directory
from ioc_app.fields.properties import Properties
from ioc_app.search import SearchIndex
from twin.analysis.plans.bodies import Bodies
from twin.model.last_asked import LastAsked
from twin.store.campus import Campus, Generation
from twin.store.keeping import existing

KEPT_GENERATIONS = 2  # the one in use, and the one that open browsers still show

Derived = TypeVar("Derived")


class PerGeneration(Generic[Derived]):
    """Something large made once a generation, by one thread while the others wait."""

    def __init__(self, make: Callable[[Generation], Derived]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._kept: LastAsked[int, Derived] = LastAsked(KEPT_GENERATIONS)

    def of(self, generation: Generation) -> Derived:
        with self._lock:
            return self._kept.made(generation.number, lambda: self._make(generation))


class Reads:
    """One campus as the routes see it. Every method may block: call it from a worker thread."""

    def __init__(self, campus_folder: Path, root_path: str = "/") -> None:
        self.campus_folder = campus_folder
        self.root_path = root_path
        self.campus = Campus.open(campus_folder)
        self.answers = AnswerCache()
        self.analyses = Analysing(campus_folder)
        self._directories = PerGeneration(Directory)
        self._bodies = PerGeneration(Bodies)
        self._properties = PerGeneration(Properties)
        self._searches = PerGeneration(lambda generation: SearchIndex(self.directory(generation)))

    @property
    def generation(self) -> Generation:
        return self.campus.generation

    def numbered(self, number: int) -> Generation:
        """Any generation that is still there. Raises UnknownGenerationError."""
        in_use = self.generation
        if number == in_use.number:
            return in_use
        return Generation(self.campus_folder, existing(self.campus_folder, number))

    def directory(self, generation: Generation) -> Directory:
        return self._directories.of(generation)

    def bodies(self, generation: Generation) -> Bodies:
        return self._bodies.of(generation)

    def properties(self, generation: Generation) -> Properties:
        return self._properties.of(generation)

    def search_index(self, generation: Generation) -> SearchIndex:
        return self._searches.of(generation)

    def warm_up(self) -> None:
        """Build what the first visitor would wait for."""
        self.search_index(self.generation)
