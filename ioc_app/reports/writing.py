"""How a report writes: words of ``words.json``, numbers and times as on screens, tables and facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from ioc_app.reports.markup import Child, Markup, el, joined
from ioc_app.reports.period import PeriodKind
from ioc_app.reports.sources import Making
from ioc_app.screens import written as numbers
from ioc_app.screens.look import Look
from ioc_app.screens.plain import plain
from twin.model.levels import LEVELS
from twin.model.live import Level
from twin.model.time import moment

WORDS: Final[dict[str, dict[str, str]]] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
LONGEST: Final = 300  # of a text that people wrote


@dataclass(frozen=True)
class Pen:
    """Of one report."""

    making: Making
    look: Look

    @staticmethod
    def of(making: Making) -> Pen:
        language = making.wanted.language
        return Pen(making, Look(making.sources.zone, making.told.at, style="light", language=language))

    def text(self, key: str, **words: object) -> str:
        return WORDS[self.look.language][key].format(**words)

    def said(self, both: Any) -> str:
        """Text in both languages, written by anybody."""
        return plain(self.making.said(both), LONGEST)

    def time(self, at: datetime | int | None) -> str:
        """A moment, or microseconds, on the campus' clocks."""
        return numbers.time(moment(at) if isinstance(at, int) else at, self.look)

    def day(self, day: date) -> str:
        weekday = self.text(f"weekday.{day.weekday()}")
        return f"{day.isoformat()} {weekday}"

    def duration(self, seconds: float | None) -> str:
        return numbers.duration(seconds, self.look)

    def level(self, level: Level) -> str:
        return f"{self.look.level_sign(level.value)} {self.said(LEVELS[level].title)}"

    def buckets(self) -> tuple[list[str], list[datetime]]:
        """The hours of a day, or the days of a longer period: what they are called, and when each begins."""
        period, zone = self.making.wanted.period, self.making.sources.zone
        if period.kind is PeriodKind.DAY:
            start, hours = period.told.start, []
            while (local := start.astimezone(zone)).date() == period.first:
                hours.append((f"{local:%H}", start))
                start += timedelta(hours=1)
            return [one for one, _ in hours], [one for _, one in hours]
        days = [period.first + timedelta(days=one) for one in range((period.last - period.first).days + 1)]
        starts = [datetime(one.year, one.month, one.day, tzinfo=zone) for one in days]
        return [f"{one.month}-{one.day}" for one in days], starts


def table(heads: Sequence[str], rows: Iterable[Sequence[Child]], right: Sequence[int] = ()) -> Markup:
    """``right`` are the columns of numbers."""

    def cells(name: str, row: Sequence[Child]) -> list[Markup]:
        scope = "col" if name == "th" else None
        return [el(name, one, class_="n" if at in right else None, scope=scope) for at, one in enumerate(row)]

    return el(
        "table", el("thead", el("tr", *cells("th", heads))), el("tbody", *(el("tr", *cells("td", r)) for r in rows))
    )


def facts(*pairs: tuple[str, str | int]) -> Markup:
    """Large numbers beside one another, each with its word below."""
    return el("div", *(el("div", el("b", value), word) for word, value in pairs), class_="facts")


def figure(title: str, drawing: Markup) -> Markup:
    return el("figure", el("figcaption", title), drawing)


def chapter(title: str, *parts: Child) -> Markup:
    return el("section", el("h2", title), joined(*parts))
