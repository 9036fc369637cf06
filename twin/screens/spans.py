"""From when to when a question looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from twin.model.time import microseconds, moment
from twin.screens.question import Question
from twin.screens.said import DAYS_BACK, Window
from twin.store.days import LocalDays

RAW_LONGEST: Final = timedelta(hours=48)
RAW_LONGEST_US: Final = int(RAW_LONGEST.total_seconds()) * 1_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """``[start_us, at_us]``, and the last entry of the journal that counts (None: all that are known)."""

    start_us: int
    at_us: int
    known_seq: int | None = None

    def knows(self, seq: int) -> bool:
        return self.known_seq is None or seq <= self.known_seq


def span_of(question: Question, days: LocalDays) -> Span:
    """The window before ``at``: 48 hours, or from the campus-local midnight so many days back."""
    at_us = microseconds(question.as_of.at)
    if question.start is not None:
        start_us = microseconds(question.start)
    elif question.window is Window.NOW:
        start_us = at_us - RAW_LONGEST_US
    else:
        first = days.day_at(moment(at_us)) - timedelta(days=DAYS_BACK[question.window])
        start_us = days.bounds_us(first)[0]
    return Span(min(start_us, at_us), at_us, question.as_of.known_seq)
