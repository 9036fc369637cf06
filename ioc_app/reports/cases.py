"""The incidents of a period: how many, how they were handled, what stands open, who owns it, how shifts went over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ioc_app.reports.period import Stretch
from ioc_app.reports.sources import Making
from twin.live.incidents.book import IncidentBook, urgency
from twin.live.incidents.clocks import ClockName
from twin.live.incidents.handover import Handover
from twin.live.incidents.measures import NOT_COUNTED, Measures, measure
from twin.live.incidents.state import IncidentState, WorkOrder
from twin.model.levels import LEVELS
from twin.model.live import Level
from twin.model.time import microseconds

MOST_LISTED: Final = 30
GRAVE: Final = (Level.MAJOR, Level.A)


@dataclass(frozen=True, slots=True)
class Case:
    """A line of the list. ``late`` are the clocks that were ever missed."""

    state: IncidentState
    late: Sequence[ClockName]
    due_us: int | None


@dataclass(frozen=True, slots=True)
class Cases:
    """``levels`` and ``kinds`` count those of ``measures``; ``left_out`` were tests, doubles or merged."""

    measures: Measures
    before: Measures
    left_out: int
    levels: Mapping[Level, int]
    kinds: Sequence[tuple[Mapping[str, str], Mapping[Level, int]]]
    closed: int  # in the period, whenever they were opened
    open: int
    late: int  # of the open ones
    listed: Sequence[Case]
    unlisted: int
    orders_issued: int
    orders_late: Sequence[tuple[IncidentState, WorkOrder]]
    handovers: Sequence[Handover]
    unconfirmed: int
    opened_us: Sequence[tuple[int, Level]]


def cases_of(making: Making, book: IncidentBook, earlier: IncidentBook) -> Cases:
    """``book`` as of the end of the period, ``earlier`` as of that of the one before."""
    start_us, at_us = _microseconds(making.told)
    states = list(book.all())
    of_period = [one for one in states if start_us <= one.opened_us <= at_us]
    counted = [one for one in of_period if one.outcome not in NOT_COUNTED]
    listed = sorted((_case(one, at_us) for one in states if _is_listed(one, start_us, at_us)), key=_order(at_us))
    handed = [one for one in book.handovers.all() if start_us <= one.at_us <= at_us]
    return Cases(
        measures=_measured(book, making.told, making),
        before=_measured(earlier, making.wanted.period.before, making),
        left_out=len(of_period) - len(counted),
        levels=Counter(one.level for one in counted),
        kinds=_kinds(counted),
        closed=sum(one.closed_us is not None and start_us <= one.closed_us <= at_us for one in states),
        open=sum(one.open for one in states),
        late=sum(one.open and bool(late_of(one, at_us)) for one in states),
        listed=listed[:MOST_LISTED],
        unlisted=max(0, len(listed) - MOST_LISTED),
        orders_issued=sum(start_us <= order.issued_us <= at_us for one in states for order in one.orders),
        orders_late=[(one, order) for one in states for order in one.orders if order.overdue(at_us)],
        handovers=list(reversed(handed)),
        unconfirmed=sum(one.confirmed_us is None for one in handed),
        opened_us=[(one.opened_us, one.level) for one in counted],
    )


def late_of(one: IncidentState, at_us: int) -> list[ClockName]:
    """The limits that it ever passed."""
    return [name for name in ClockName if one.missed(name, at_us)]


def _measured(book: IncidentBook, stretch: Stretch, making: Making) -> Measures:
    start_us, at_us = _microseconds(stretch)
    return measure(book.all(), start_us, at_us + 1, at_us, making.sources.satisfied_from)


def _is_listed(one: IncidentState, start_us: int, at_us: int) -> bool:
    """Whatever stands open, and of the period the grave and the late ones."""
    if one.outcome in NOT_COUNTED:
        return False
    return one.open or (start_us <= one.opened_us <= at_us and (one.level in GRAVE or bool(late_of(one, at_us))))


def _case(one: IncidentState, at_us: int) -> Case:
    return Case(one, late_of(one, at_us), one.due_us(at_us))


def _order(at_us: int) -> Any:
    """Open before closed, the gravest first, the late before the others."""
    return lambda case: (not case.state.open, LEVELS[case.state.level].rank, not case.late, urgency(case.state, at_us))


def _kinds(counted: Sequence[IncidentState]) -> list[tuple[Mapping[str, str], Mapping[Level, int]]]:
    """Most first."""
    by_kind: dict[str, tuple[Mapping[str, str], Counter[Level]]] = {}
    for one in counted:
        by_kind.setdefault(one.kind, (one.kind_title, Counter()))[1][one.level] += 1
    return sorted(by_kind.values(), key=lambda one: (-sum(one[1].values()), one[0].get("zh", "")))


def _microseconds(stretch: Stretch) -> tuple[int, int]:
    return microseconds(stretch.start), microseconds(stretch.at)
