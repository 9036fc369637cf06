"""What one quantity is everywhere on campus now, or was at a moment: for colouring, so as columns."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from twin.live.latest import Latest
from twin.live.point_book import KnownPoint
from twin.live.running import RunningCampus
from twin.model.live import PointKind
from twin.model.text import Title

SILENT: Final = "silent"
"""The quality of a point that never sent anything."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """``unit`` is that of most of its points; ``other_units`` counts those that measure in another."""

    quantity: str
    unit: str
    title: Title
    points: int
    other_units: int


@dataclass(frozen=True, slots=True)
class QuantityNow:
    """One row a point, in five columns. ``idx`` is that of the device in ``generation``."""

    quantity: Quantity
    generation: int
    at: datetime
    idx: list[int]
    feature_id: list[str]
    value: list[float | None]
    quality: list[str]
    observed_at: list[datetime | None]


def quantities(running: RunningCampus) -> list[Quantity]:
    """The gauges that devices have, those with most points first; a counter's standing says nothing of now."""
    found: dict[str, list[KnownPoint]] = defaultdict(list)
    for known in running.points():
        if known.point.kind == PointKind.GAUGE and known.idx is not None:
            found[known.point.quantity].append(known)
    summed = [_summed(name, known) for name, known in found.items()]
    return sorted(summed, key=lambda one: (-one.points, one.quantity))


def quantity_now(running: RunningCampus, quantity: str, at: datetime | None = None) -> QuantityNow | None:
    """The newest value of each point of ``quantity`` in the unit that most have; None where no device measures it."""
    book = running.points()
    gauges = (one for one in book if one.point.kind == PointKind.GAUGE and one.idx is not None)
    known = [one for one in gauges if one.point.quantity == quantity]
    if not known:
        return None
    summed, now = _summed(quantity, known), at or running.clock.now()
    latest = running.latest.all() if at is None else running.moments.latest(at)
    found = QuantityNow(summed, book.generation, now, [], [], [], [], [])
    for one in known:
        if one.point.unit == summed.unit:
            _add(found, one, latest.get(one.point.point_id), now)
    return found


def _summed(quantity: str, known: list[KnownPoint]) -> Quantity:
    unit, count = Counter(one.point.unit for one in known).most_common(1)[0]
    return Quantity(quantity, unit, known[0].title, count, len(known) - count)


def _add(found: QuantityNow, known: KnownPoint, latest: Latest | None, now: datetime) -> None:
    assert known.idx is not None
    assert known.feature_id is not None
    found.idx.append(known.idx)
    found.feature_id.append(known.feature_id)
    found.value.append(latest.value if latest else None)
    found.quality.append(latest.quality_at(now, known.stale_after_s).value if latest else SILENT)
    found.observed_at.append(latest.observed_at if latest else None)
