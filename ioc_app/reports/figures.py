"""The numbers of every screen over the period: the same SQL as on the screen, so that paper and wall say the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from ioc_app.reports.arrivals import Arrivals
from ioc_app.reports.sources import Making
from ioc_app.screens.reads import titled
from ioc_app.screens.written import number
from twin.screens.kpi import Direction, Kpi
from twin.screens.kpi_said import is_old, state_of, tried
from twin.screens.panel import Panel
from twin.screens.plain import plain
from twin.screens.question import Answer
from twin.screens.said import DAYS_BACK, Window
from twin.screens.screen import Screen
from twin.store.days import LocalDays

HEADLINES: Final = 6  # as in a screen's head
DRAWN: Final = ("trend", "columns", "ranking", "shares", "stages", "progress")
MOST_DRAWN: Final = 2  # of a screen
_SAME: Final = "same"  # its own window is the period
_LONGER: Final = "longer"  # the period is longer, and the question goes along with it
_CUTS_ITSELF: Final = re.compile(r"\$at\b|\blocal_day\s*\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One KPI. ``value`` is over the period where ``whole``, else as of its end; ``shown`` is what its screen says at
    the end. ``before`` is the same of the period before.
    """

    kpi: Kpi
    value: float | None
    shown: float | None
    before: float | None
    whole: bool
    state: str  # as on screens: good, stale, waiting, empty, broken
    true_at: datetime | None
    waits_for: Sequence[Mapping[str, str]] = ()
    fault: Mapping[str, str] | None = None

    @property
    def change(self) -> float | None:
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def better(self) -> bool | None:
        """Against the period before; None where nothing is better or worse."""
        if not self.change or self.kpi.direction is Direction.NEITHER:
            return None
        return (self.change > 0) is (self.kpi.direction is Direction.HIGHER)

    @property
    def met(self) -> bool | None:
        """Whether the target is met, by what the screen shows; None where there is none."""
        if self.kpi.target is None or self.shown is None or self.kpi.direction is Direction.NEITHER:
            return None
        if self.kpi.direction is Direction.HIGHER:
            return self.shown >= self.kpi.target
        return self.shown <= self.kpi.target


@dataclass(frozen=True, slots=True)
class Drawing:
    """A panel with its rows, to be drawn."""

    panel: Panel
    title: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Section:
    """One screen."""

    screen: Screen
    figures: Sequence[Figure]
    drawings: Sequence[Drawing]


def sections(making: Making) -> list[Section]:
    """Every screen in force, in its order."""
    arrivals, kpis = Arrivals(making), making.sources.kpis
    return [
        Section(
            screen,
            [figure(kpis[one], making, arrivals) for one in screen.kpis[:HEADLINES] if one in kpis],
            _drawings(screen, making, arrivals),
        )
        for screen in making.sources.screens.values()
    ]


def figure(kpi: Kpi, making: Making, arrivals: Arrivals) -> Figure:
    told, before = making.told, making.wanted.period.before
    waits = arrivals.lacking(kpi.needs)
    if waits:
        return Figure(kpi, None, None, None, False, "waiting", None, waits)

    def row(at: datetime, start: datetime | None) -> tuple[Mapping[str, Any], Any]:
        answer, fault = tried(lambda: making.ask(kpi.sql, kpi.window, at, start, 1), Answer())
        return (answer.rows[0] if answer.rows else {}), fault

    shown, fault = row(told.at, None)
    whole = over_period(kpi, making)
    over = shown
    if whole is _LONGER and not fault:
        over, fault = row(told.at, told.start)
    earlier, _ = row(before.at, before.start if whole is _LONGER else None) if not fault else ({}, None)
    value, true_at = number(plain(over.get("value"))), shown.get("true_at")
    return Figure(
        kpi,
        value,
        number(plain(shown.get("value"))),
        number(plain(earlier.get("value"))),
        bool(whole),
        state_of((), fault, value is not None, is_old(true_at, told.at, kpi.fresh_s)),
        true_at if isinstance(true_at, datetime) else None,
        (),
        fault["text"] if fault else None,
    )


def over_period(kpi: Kpi, making: Making) -> str | None:
    """Whether a KPI may be asked over the period; None where it is told as of the end.

    A window is only ever made longer: what looks back a year for the last inspection would find none in a day. A
    question that cuts its rows itself (``$at``, ``local_day``) does not go along with another beginning.
    """
    if kpi.window is Window.NOW:
        return None
    days, period = LocalDays(making.sources.zone.key), making.wanted.period
    back = (days.day_at(making.told.at) - period.first).days
    if DAYS_BACK[kpi.window] == back:
        return _SAME
    return _LONGER if DAYS_BACK[kpi.window] < back and not _CUTS_ITSELF.search(kpi.sql) else None


def _drawings(screen: Screen, making: Making, arrivals: Arrivals) -> list[Drawing]:
    """The first of its panels that can be drawn on paper and have something to show."""
    found: list[Drawing] = []
    for panel in screen.panels:
        if len(found) < MOST_DRAWN and panel.kind in DRAWN and not arrivals.lacking(panel.needs):
            answer, fault = tried(partial(making.ask, panel.sql, panel.window, making.told.at), Answer())
            if answer.rows and not fault:
                found.append(Drawing(panel, _title(panel, making), answer))
    return found


def _title(panel: Panel, making: Making) -> str:
    sql = panel.title_sql
    row: Mapping[str, Any] = {}
    if sql is not None:
        answer, _ = tried(lambda: making.ask(sql, panel.window, making.told.at, most_rows=1), Answer())
        row = answer.rows[0] if answer.rows else {}
    return making.said(titled(panel, row))
