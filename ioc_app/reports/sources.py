"""What a report is made from, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from ioc_app.reports.period import Period, Stretch
from ioc_app.screens.look import Language
from ioc_app.screens.reads import Answering
from twin.live.messages_out import mask
from twin.live.past import Past
from twin.model.time import AsOf
from twin.screens.kpi import Kpi
from twin.screens.question import Answer, Question
from twin.screens.said import Window
from twin.screens.screen import Screen
from twin.store.campus import Campus


@dataclass(frozen=True)
class Sources:
    """Of one campus. ``people`` are display names by account; ``satisfied_from`` is the rating that counts."""

    campus: Campus
    zone: ZoneInfo
    asked: Answering
    past: Past
    screens: Mapping[str, Screen]
    kpis: Mapping[str, Kpi]
    version: str  # of screens and KPIs
    satisfied_from: int
    unverified: bool  # whether the limits of incidents rest on numbers nobody has verified
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report. With the same ``known_seq`` and the same files of ``config/`` it says the same again."""

    period: Period
    known_seq: int
    language: Language
    cleared: bool  # whether its reader may read what persons and plates are called
    made_at: datetime
    made_by: str


@dataclass(frozen=True)
class Making:
    """One report being made: who answers, and what is asked of them."""

    sources: Sources
    wanted: Wanted
    _answered: dict[Question, Answer] = field(default_factory=dict, repr=False, compare=False)

    @property
    def told(self) -> Stretch:
        return self.wanted.period.told

    def as_of(self, at: datetime) -> AsOf:
        return AsOf(at, self.wanted.known_seq)

    def ask(
        self, sql: str, window: Window, at: datetime, start: datetime | None = None, most_rows: int = 2_000
    ) -> Answer:
        """As of ``at``; with ``start`` in place of the window's own beginning. Raises what the question raises.

        The same question is asked once: screens share numbers, and of one report nothing changes meanwhile.
        """
        question = Question(sql, self.as_of(at), window, start, None, most_rows, self.wanted.cleared)
        if question not in self._answered:
            self._answered[question] = self.sources.asked.answer(question)
        return self._answered[question]

    @cached_property
    def places(self) -> Mapping[str, str]:
        """What buildings and storeys are called, in the generation that was in force at the end."""
        found: dict[str, str] = {}
        for one in self.sources.campus.generation_at(self.as_of(self.told.at)).scene["buildings"]:
            english = one.get("name_en") if self.wanted.language == "en" else None
            found[one["building_id"]] = english or one["name"] or one["code"] or ""
            found |= {storey["storey_id"]: storey["name"] or "" for storey in one["storeys"]}
        return found

    def said(self, both: Any) -> str:
        """Of a text in both languages the one that is wanted."""
        if isinstance(both, Mapping):
            return str(both.get(self.wanted.language) or "")
        return str(getattr(both, self.wanted.language))

    def person(self, account: str | None) -> str:
        """What somebody is called, as far as the reader may read it."""
        if account is None:
            return ""
        name = self.sources.people.get(account, account)
        return name if self.wanted.cleared else mask(name)
