"""A question to the campus as of a moment, and its answer: what goes to a reader process and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from twin.model.time import AsOf
from twin.screens.said import Window

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Question:
    """``sql`` may use ``$at``, ``$from``, ``$to``, ``$place`` (a feature_id or NULL) and the views of ``views.py``.

    ``start`` takes the place of the window's own beginning: a report's. ``generation`` None is the one of ``as_of``.
    """

    sql: str
    as_of: AsOf
    window: Window = Window.NOW
    start: datetime | None = None
    place: str | None = None
    most_rows: int = 2_000
    cleared: bool = False  # whether the asker may read what persons and plates are called
    exactly: bool = True  # whether levels and depths underground are told


@dataclass(frozen=True, slots=True)
class Answer:
    """``rows`` in the order of the SQL; ``more`` says that there were more than were asked for."""

    columns: tuple[str, ...] = ()
    rows: Rows = field(default=())
    more: bool = False
