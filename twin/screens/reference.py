"""What numbers are measured against: factors by name and time, working days, and the registers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import pyarrow as pa

from twin.live.rules.calendar import Calendar
from twin.model.registers import REGISTERS
from twin.model.time import AsOf, moment
from twin.screens.factors import Factor
from twin.screens.spans import Span
from twin.store.campus import Campus
from twin.store.days import LocalDays

_TEXT: Final = pa.string()
FACTORS: Final = pa.schema(
    [
        ("name", _TEXT),
        ("value", pa.float64()),
        ("unit", _TEXT),
        ("since", pa.date32()),
        ("until", pa.date32()),
        ("source", _TEXT),
        ("unverified", pa.bool_()),
    ]
)
CALENDAR: Final = pa.schema([("day", pa.date32()), ("working", pa.bool_())])


def factor_table(factors: Sequence[Factor]) -> pa.Table:
    """All of them, whenever they hold: a year has parts of several."""
    return pa.Table.from_pylist([one.model_dump() for one in factors], schema=FACTORS)


def calendar_table(calendar: Calendar, days: LocalDays, span: Span) -> pa.Table:
    """The days of the span, the last one among them."""
    first, last = (days.day_at(moment(one)) for one in (span.start_us, span.at_us))
    found = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    rows = [{"day": one, "working": calendar.is_working_day(one)} for one in found]
    return pa.Table.from_pylist(rows, schema=CALENDAR)


def register_table(campus: Campus, name: str, span: Span) -> pa.Table:
    """The rows that hold; one that nobody delivered is there and empty."""
    table = campus.register(name, AsOf(moment(span.at_us)))
    return REGISTERS[name].delivered.empty_table() if table is None else table
