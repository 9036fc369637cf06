"""Repairs followed ticket by ticket, and the equipment list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

import pandas as pd

from tests.screens.witness.facts import ZONE, Facts, share

STEPS = ("requested", "accepted", "dispatched", "done", "returned", "rated")


@dataclass
class Ticket:
    """One repair: when it came, when each step was last and first told."""

    asked: datetime
    due: datetime
    room: str
    category: str
    accepted: datetime | None = None
    done: datetime | None = None
    returned: datetime | None = None

    @property
    def closed(self) -> bool:
        return self.done is not None and (self.returned is None or self.returned <= self.done)


def _told(facts: Facts, back: int, *steps: str) -> pd.DataFrame:
    """Events of repairs of rooms in the place."""
    told = facts.happened(facts.midnight(back), *(f"repair.{one}" for one in steps))
    rooms = facts.layer("spaces").set_index("feature_id")
    told["space_id"] = told.a_space_id
    told["building_id"], told["storey_id"] = (told.a_space_id.map(rooms[one]) for one in ("building_id", "storey_id"))
    return facts.here(told)


def _tickets(facts: Facts, back: int = 29) -> list[Ticket]:
    found: dict[str, Ticket] = {}
    told: list[dict[Any, Any]] = _told(facts, back, *STEPS).sort_values("occurred_at").to_dict("records")
    for one in told:
        if one["type"] == "repair.requested":
            due = datetime.fromisoformat(one["a_due_at"])
            found[one["a_repair_no"]] = Ticket(one["occurred_at"], due, one["a_space_id"], one["a_category"])
    for one in told:
        ticket, step = found.get(one["a_repair_no"]), one["type"].removeprefix("repair.")
        if ticket is not None and step in ("done", "returned"):
            setattr(ticket, step, one["occurred_at"])
        elif ticket is not None and step == "accepted" and ticket.accepted is None:
            ticket.accepted = one["occurred_at"]
    return list(found.values())


def _of_any(tickets: list[Ticket], count: int) -> int | None:
    return count if tickets else None


def open_ones(facts: Facts) -> float | None:
    tickets = _tickets(facts)
    return _of_any(tickets, sum(not one.closed for one in tickets))


def overdue(facts: Facts) -> float | None:
    tickets = _tickets(facts)
    return _of_any(tickets, sum(not one.closed and one.due < facts.at for one in tickets))


def on_time(facts: Facts) -> float | None:
    judged = [one for one in _tickets(facts) if one.closed or one.due < facts.at]
    return share(sum(one.closed and one.done is not None and one.done <= one.due for one in judged), len(judged))


def first_time(facts: Facts) -> float | None:
    closed = [one for one in _tickets(facts) if one.closed]
    return share(sum(one.returned is None for one in closed), len(closed))


def median_hours(facts: Facts) -> float | None:
    took = [(one.done - one.asked).total_seconds() / 3600 for one in _tickets(facts) if one.closed and one.done]
    return median(took) if took else None


def satisfied(facts: Facts) -> float | None:
    scores = _told(facts, 29, "rated").a_score.dropna()
    return share(sum(one > 3 for one in scores), len(scores))


def requests_today(facts: Facts) -> float | None:
    return len(_told(facts, 0, "requested")) or None


def accept_minutes(facts: Facts) -> float | None:
    took = [(one.accepted - one.asked).total_seconds() / 60 for one in _tickets(facts, 6) if one.accepted]
    return median(took) if took else None


def returned(facts: Facts) -> float | None:
    told = Counter(_told(facts, 6, "returned", "done").type)
    return told["repair.returned"] if told else None


def cost(facts: Facts) -> float | None:
    done = _told(facts, 6, "done")
    return float(done.a_cost_cny.sum()) if len(done) else None


def service_overdue(facts: Facts) -> float | None:
    dues = facts.here(facts.register("equipment")).service_due_on.dropna()
    today = facts.at.astimezone(ZONE).date()
    return sum(one < today for one in dues) if len(dues) else None


def recurring(facts: Facts) -> float | None:
    tickets = _tickets(facts)
    again = {room for (room, _), n in Counter((one.room, one.category) for one in tickets).items() if n > 1}
    return _of_any(tickets, len(again))


WITNESSES: dict[str, Callable[[Facts], float | None]] = {
    "property.open": open_ones,
    **{
        f"property.{one.__name__}": one
        for one in (
            overdue, on_time, first_time, median_hours, satisfied, requests_today, accept_minutes, returned, cost,
            service_overdue, recurring,
        )
    },
}  # fmt: skip
PLACES = dict.fromkeys(WITNESSES, "building:campus:B02")
