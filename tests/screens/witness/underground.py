"""The numbers of what lies underground."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, cast

import pandas as pd

from geodata.demo import supplement
from tests.screens.witness.facts import ZONE, Facts, share
from twin.model.finding import finding_rules

LAYERS: Final = ("water_supply", "drainage", "gas", "heat", "power", "telecom", "other_pipes")


def today(facts: Facts) -> date:
    return facts.at.astimezone(ZONE).date()


def pipes(facts: Facts) -> pd.DataFrame:
    found = pd.concat([facts.layer(one)[["kind", "length_m", "built_year"]] for one in LAYERS])
    return found[found.kind == "link"]


def alarmed(facts: Facts) -> float:
    found = [one for one in facts.alarms(facts.at) if one.active and one.alarm_type == "level.high"]
    return len({one.device or one.originator for one in found})


def lowest_pressure(facts: Facts) -> float | None:
    values = facts.fresh("pressure", "pressure").value
    return float(values.min()) if len(values) else None


def highest_level(facts: Facts) -> float | None:
    values = facts.fresh("level", "level").value
    return float(values.max()) if len(values) else None


def rows(facts: Facts, register: str) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", facts.register(register).to_dict("records"))


def before(value: date | None, day: date) -> bool:
    return isinstance(value, date) and value <= day


def findings(facts: Facts, *, late: bool = False) -> float:
    day = today(facts)
    found = [one for one in rows(facts, "pipe_findings") if facts.place in (None, one["feature_id"])]
    found = [one for one in found if before(one["found_on"], day) and not before(one["closed_on"], day)]
    return len([one for one in found if not late or one["due_on"] < day])


def excavations(facts: Facts) -> float:
    day, found = today(facts), rows(facts, "excavations")
    found = [one for one in found if facts.place in (None, one["zone_id"], one["feature_id"])]
    return len([one for one in found if before(one["starts_on"], day) and not before(one["reinstated_on"], day)])


def age(facts: Facts) -> float:
    found = pipes(facts).dropna()
    years = today(facts).year - found.built_year
    return float((years * found.length_m).sum() / found.length_m.sum())


def repairs_km(facts: Facts) -> float:
    day = today(facts)
    done = [one for one in facts.register("pipe_repairs").done_on if day - timedelta(days=365) < one <= day]
    return len(done) / (pipes(facts).length_m.sum() / 1000)


def covers_open(facts: Facts) -> float:
    return int((facts.fresh("cover_open", "cover").value > 0).sum())


def covers_heard(facts: Facts) -> float | None:
    wells = facts.layer("drainage").query("kind == 'node' and appurtenance == '检查井'")
    heard = {one.removeprefix("井盖") for one in facts.fresh("cover_open", "cover").name}
    return share(int(wells.point_no.isin(heard).sum()), len(wells))


def inflow(facts: Facts) -> float | None:
    found = facts.latest[(facts.latest.quantity == "flow") & (facts.latest.device_type == "water_meter")]
    found = found[~found.stale & ~found.feature_id.isin(facts.relations("feeds").to_id)]
    values = found[(found[["building_id", "zone_id"]] == facts.place).any(axis=1) | (facts.place is None)].value
    return float(values.sum()) if len(values) else None


# of a point whose ground level is wrong on purpose: its other pipe does not fit it either
FOLLOWS: Final = 1


def survey_errors(facts: Facts) -> float:
    """Mistakes that the demo makes on purpose and whose rules are errors; the clean part of its survey has none."""
    wrong = [one for one in supplement.SEEDS if finding_rules()[one.rule].severity == "error"]
    if facts.place is None:
        return len(wrong) + FOLLOWS
    pipes = pd.concat([facts.layer(one)[["feature_id", "source_key", "source_pos"]] for one in LAYERS])
    rows = pipes[(pipes.feature_id == facts.place) & (pipes.source_key == supplement.KEY)].source_pos
    return len([one for one in wrong if f"{one.sheet}!{one.row}" in set(rows)])


WITNESSES: Final[dict[str, Callable[[Facts], float | None]]] = {
    "underground.levels_high": alarmed,
    "underground.pressure_min": lowest_pressure,
    "underground.findings": findings,
    "underground.overdue": lambda facts: findings(facts, late=True),
    "underground.excavations": excavations,
    "underground.length": lambda facts: float(pipes(facts).length_m.sum() / 1000),
    "underground.age": age,
    "underground.repairs_km": repairs_km,
    "underground.level_max": highest_level,
    "underground.covers_open": covers_open,
    "underground.survey_errors": survey_errors,
    "underground.covers_heard": covers_heard,
    "underground.inflow": inflow,
}

PLACES: Final[dict[str, str]] = {
    "underground.levels_high": "zone:zones:WG-05",
    "underground.pressure_min": "zone:zones:WG-07",
    "underground.level_max": "zone:zones:WG-07",
    "underground.covers_open": "zone:zones:WG-07",
    "underground.survey_errors": "link:BC:YS902--YS903",
    "underground.findings": "link:PS:YS057--YS058",
    "underground.overdue": "link:PS:YS057--YS058",
    "underground.excavations": "zone:zones:WG-03",
    "underground.inflow": "building:campus:B04",
}
