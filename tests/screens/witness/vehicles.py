"""Barriers, bays, piles and the official fleet, counted once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pandas as pd

from tests.screens.witness.facts import ZONE, Facts, share


def _passed(facts: Facts) -> pd.DataFrame:
    return facts.happened(facts.midnight(), "vehicle.in", "vehicle.out")


def _inside(passed: pd.DataFrame) -> float | None:
    came = int((passed.type == "vehicle.in").sum())
    return max(2 * came - len(passed), 0) if len(passed) else None


def inside(facts: Facts) -> float | None:
    return _inside(_passed(facts))


def visitors_inside(facts: Facts) -> float | None:
    passed = _passed(facts)
    return _inside(passed[passed.a_vehicle_kind == "visitor"])


def entered_today(facts: Facts) -> float | None:
    return len(facts.here(facts.happened(facts.midnight(), "vehicle.in"))) or None


def free_bays(facts: Facts) -> float | None:
    bays = facts.fresh("occupied", "parking").value
    return int((bays == 0).sum()) if len(bays) else None


def occupancy(facts: Facts) -> float | None:
    bays = facts.fresh("occupied", "parking").value
    return share(int((bays == 1).sum()), len(bays))


def _lives(facts: Facts) -> Iterator[tuple[str, list[tuple[datetime, float]]]]:
    """What each bay of the place said in 48 hours, by its device."""
    told = facts.readings[facts.readings.quantity.eq("occupied") & facts.readings.device_type.eq("parking")]
    told = facts.here(told[told.observed_at >= facts.at - timedelta(hours=48)]).sort_values("observed_at")
    for device, own in told.groupby("device_code"):
        yield str(device), list(zip(own.observed_at.to_list(), own.value.to_list(), strict=True))


def turnover(facts: Facts) -> float | None:
    bays = list(_lives(facts))
    came = sum(
        before == 0 and after == 1 and at >= facts.midnight()
        for _, life in bays
        for (_, before), (at, after) in pairwise(life)
    )
    return came / len(bays) if bays else None


def overstayers(facts: Facts) -> float | None:
    bays = facts.register("parking_bays").merge(facts.register("parking_lots"), on="lot_id")
    bays = bays[bays.max_stay_h.notna()]
    limits: dict[str, float] = dict(zip(bays.device_code, bays.max_stay_h, strict=True))
    fresh = set(facts.fresh("occupied", "parking").device_code) & set(limits)
    late = 0
    for device, life in _lives(facts):
        since = None
        for at, taken in life:
            since = None if taken == 0 else since or at
        late += device in fresh and since is not None and facts.at - since > timedelta(hours=limits[device])
    return late if fresh else None


def gate_queue(facts: Facts) -> float | None:
    waiting = facts.fresh("waiting")
    outdoors = waiting[waiting.space_id.isna()].value
    return float(outdoors.sum()) if len(outdoors) else None


def official_out(facts: Facts) -> float | None:
    fleet = facts.register("fleet")
    last = facts.happened(facts.midnight(6), "trip.started", "trip.ended").groupby("a_vehicle_id").type.last()
    return int((fleet.vehicle_id.map(last) == "trip.started").sum()) if len(fleet) else None


def charging(facts: Facts) -> float | None:
    piles = facts.fresh("charging").value
    return int((piles == 1).sum()) if len(piles) else None


def charged_today(facts: Facts) -> float | None:
    hours = facts.steps("energy")
    used = facts.here(hours[(hours.device_type == "charger") & (hours.from_at >= facts.midnight())]).used.dropna()
    return float(used.sum()) if len(used) else None


def fleet_due(facts: Facts) -> float | None:
    fleet = facts.register("fleet")
    until = facts.at.astimezone(ZONE).date() + timedelta(days=30)
    due = (fleet.inspection_due_on <= until) | (fleet.insurance_due_on <= until)
    return int(due.sum()) if len(fleet) else None


WITNESSES: dict[str, Callable[[Facts], float | None]] = {
    f"vehicles.{one.__name__}": one
    for one in (
        inside, free_bays, turnover, gate_queue, official_out, charging, entered_today, occupancy, overstayers,
        visitors_inside, charged_today, fleet_due,
    )
}  # fmt: skip
_BAYS = ("free_bays", "turnover", "occupancy", "overstayers")
PLACES = {
    **{f"vehicles.{one}": "zone:zones:WG-03" for one in _BAYS},
    "vehicles.gate_queue": "device:devices:PD-0001",
    "vehicles.entered_today": "device:devices:DZ-0005",
    "vehicles.charging": "device:devices:CDZ-0003",
    "vehicles.charged_today": "device:devices:CDZ-0003",
}
