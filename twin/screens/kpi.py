"""A number somebody answers for: ``[[kpis]]`` entries of ``config/kpis/*.toml``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from twin.live.rules.checked import Flag, Names, Number, Seconds, Strict
from twin.screens.said import KpiId, Needs, Sql, Window


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Compared(StrEnum):
    """With which earlier moment the number is compared: the same question, asked about that."""

    NO = "no"
    YESTERDAY = "yesterday"  # the same time of day
    LAST_WEEK = "last_week"  # the same weekday and time


class Kpi(Strict):
    """One number. ``sql`` gives one row ``value``, and where they mean something ``numerator``, ``denominator``,
    ``samples``, ``true_at``; ``rows_sql`` the rows behind it. Shares have the unit ``%`` and values 0 to 100.
    """

    id: KpiId
    title: Names
    unit: Annotated[str, Field(max_length=20)] = ""
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    owner: Names  # who answers for it
    formula: Names  # in words, for whoever opens the number
    direction: Direction = Direction.NEITHER
    target: Number | None = None
    compare: Compared = Compared.NO
    same_samples: Flag = False  # compared only where as many ``samples`` are behind both: a lost meter saves no power
    fresh_s: Seconds = 900.0  # a number true longer ago than this before $at is stale
    window: Window = Window.NOW
    needs: Needs = ()
    sql: Sql
    rows_sql: Sql
    nothing: Names | None = None  # said where there is no value: what it takes
    unverified: Flag = False  # rests on numbers nobody has verified yet
    source: str | None = None  # the standard or page behind it
