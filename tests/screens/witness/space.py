"""The numbers of office space."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pandas as pd

from tests.screens.witness.facts import ZONE, Facts, share

# m2 by rank, provincial organs: 发改投资〔2014〕2674号
STANDARD: Final = {"正处": 18.0, "副处": 12.0, "正科": 9.0, "副科": 9.0, "科员": 9.0}


def rooms(facts: Facts) -> pd.DataFrame:
    """Of the place; a room is its own ``space_id``."""
    found = facts.layer("spaces")
    return facts.here(found.assign(space_id=found.feature_id))


def offices(facts: Facts) -> pd.DataFrame:
    found = rooms(facts)
    return found[found.use == "办公室"]


def people(facts: Facts) -> pd.DataFrame:
    """Everybody with an office, and what of it is theirs."""
    given = facts.register("room_assignments").dropna(subset="staff_id")
    own = offices(facts)[["feature_id", "area_m2"]].rename(columns={"area_m2": "room_m2"})
    sharers = given.groupby("space_id").staff_id.transform("count")
    found = given.assign(sharers=sharers).merge(own, left_on="space_id", right_on="feature_id")
    found["area_m2"] = found.area_m2.fillna(found.room_m2 / found.sharers)
    ranks = facts.register("staff")[["staff_id", "rank"]]
    return found.merge(ranks, on="staff_id", how="left").assign(standard=lambda one: one["rank"].map(STANDARD))


def today(facts: Facts) -> date:
    return facts.at.astimezone(ZONE).date()


def cards(facts: Facts) -> pd.Series[str]:
    """The last thing that a card did today, by whose it is."""
    return facts.happened(facts.midnight(), "access.in", "access.out").groupby("a_staff_id").type.last()


def came(facts: Facts) -> set[str]:
    return set(facts.happened(facts.midnight(), "access.in", "access.out").a_staff_id)


def of_standard(facts: Facts) -> float | None:
    found = people(facts).dropna(subset=["standard", "area_m2"])
    return share(found.area_m2.sum(), found.standard.sum())


def over(facts: Facts) -> float:
    found = people(facts)
    return int((found.area_m2 > found.standard).sum())


def taken(facts: Facts, found: pd.DataFrame) -> pd.Series[bool]:
    leases = facts.register("leases")
    running = leases[[one >= today(facts) for one in leases.ends_on]]
    return found.feature_id.isin([*facts.register("room_assignments").space_id, *running.space_id])


def vacancy(facts: Facts) -> float | None:
    found = offices(facts)
    return share(found.area_m2[~taken(facts, found)].sum(), found.area_m2.sum())


def area(facts: Facts) -> float:
    found = offices(facts)
    return float(found.area_m2[taken(facts, found)].sum())


def present(facts: Facts) -> float | None:
    own = set(people(facts).staff_id)
    return share(len(own & came(facts)), len(own))


def in_use(facts: Facts) -> float | None:
    found = people(facts)
    used = found[found.staff_id.isin(came(facts))]
    return share(used.space_id.nunique(), found.space_id.nunique())


def inside(facts: Facts) -> float:
    last = cards(facts)
    return int(people(facts).staff_id.isin(last.index[last == "access.in"]).sum())


def leases(facts: Facts) -> float:
    found = facts.register("leases")
    found = found[found.space_id.isin(rooms(facts).feature_id)]
    return len([one for one in found.ends_on if one <= today(facts) + timedelta(days=90)])


def repairs(facts: Facts) -> float:
    said = set(facts.happened(facts.midnight(), "repair.requested").a_space_id.dropna())
    return len(said & set(rooms(facts).feature_id))


def moves(facts: Facts) -> float:
    found = facts.register("moves")
    found = found[found.to_space_id.isin(rooms(facts).feature_id)]
    return len([one for one in found.done_on if pd.isna(one) or one > today(facts)])


def no_source(facts: Facts) -> float:
    found = rooms(facts)
    return int((found.area_m2.isna() | (found.area_source != "ifc_quantity")).sum())


WITNESSES: Final[dict[str, Callable[[Facts], float | None]]] = {
    "space.rooms": lambda facts: float(rooms(facts).area_m2.sum()),
    "space.per_head": lambda facts: float(people(facts).area_m2.mean()),
    "space.of_standard": of_standard,
    "space.over": over,
    "space.vacancy": vacancy,
    "space.present": present,
    "space.leases": leases,
    "space.area": area,
    "space.in_use": in_use,
    "space.inside": inside,
    "space.repairs": repairs,
    "space.moves": moves,
    "space.no_source": no_source,
}

PLACES: Final[dict[str, str]] = {
    **dict.fromkeys(WITNESSES, "building:campus:B01"),
    "space.per_head": "storey:campus:B02.3F",
    "space.over": "storey:campus:B02.3F",
    "space.present": "storey:campus:B01.5F",
}
