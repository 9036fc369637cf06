"""The numbers of energy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pandas as pd

from tests.screens.witness.facts import ZONE, Facts, share

HOUR: Final = pd.Timedelta(hours=1)
# a grid factor of 2023 and later, coal equivalents and a limit: read in factors.toml by whoever wrote this
CO2_KG, COAL_POWER, COAL_GAS, OFFICE_LIMIT = 0.5306, 0.1229, 1.215, 80.0


def counted(facts: Facts, points: pd.DataFrame) -> pd.DataFrame:
    """Main meters of a campus, building or zone; of a storey or room those that are fed."""
    fed = points.feature_id.isin(facts.relations("feeds").to_id)
    if facts.place is None:
        return points[~fed]
    above = (points[["building_id", "zone_id", "feature_id"]] == facts.place).any(axis=1)
    below = (points[["storey_id", "space_id", "feature_id"]] == facts.place).any(axis=1)
    return points[(~fed & above) | (fed & below)]


def hours(facts: Facts, device_type: str, quantity: str = "energy") -> pd.DataFrame:
    found = facts.steps(quantity)
    found = counted(facts, found[found.device_type == device_type])
    local = found.from_at.dt.tz_convert(ZONE)
    return found.assign(day=local.dt.date, hour=local.dt.hour, whole=found.from_at + HOUR <= pd.Timestamp(facts.at))


def today(facts: Facts) -> date:
    return facts.at.astimezone(ZONE).date()


def works(day: date) -> bool:
    """The campus of the tests has no holidays in its weeks."""
    return day.isoweekday() < 6


def total(device_type: str, quantity: str) -> Callable[[Facts], float | None]:
    def add(facts: Facts) -> float | None:
        found = hours(facts, device_type, quantity)
        used = found[found.day == today(facts)].used.dropna()
        return float(used.sum()) if len(used) else None

    return add


def power_now(facts: Facts) -> float | None:
    values = counted(facts, facts.latest[facts.latest.quantity == "power"])
    fresh = values.value[(values.device_type == "electricity_meter") & ~values.stale]
    return float(fresh.sum()) if len(fresh) else None


def deviation(facts: Facts) -> float | None:
    found = hours(facts, "electricity_meter")
    found = found[found.whole & (found.used > 0)]
    day = today(facts)
    before = {one for one in found.day if day - timedelta(days=29) <= one < day and works(one) == works(day)}
    same = {one for one in before if one.isoweekday() == day.isoweekday()}
    alike = same if len(same) > 1 else before
    usual = found[found.day.isin(alike)].groupby(["point_id", "hour"], as_index=False).used.mean()
    pairs = found[found.day == day].merge(usual, on=["point_id", "hour"], suffixes=("", "_usual"))
    return 100 * (pairs.used.sum() / pairs.used_usual.sum() - 1) if len(pairs) else None


def by_area(uses: str) -> Callable[[Facts], float | None]:
    """kWh a square metre and year of the metered buildings that ``uses`` (a query) takes."""

    def witness(facts: Facts) -> float | None:
        return _by_area(facts, uses)

    return witness


def _by_area(facts: Facts, uses: str) -> float | None:
    found = facts.steps("energy", "day")
    found = found[(found.device_type == "electricity_meter") & (found.used > 0) & (found.from_at < facts.midnight())]
    found = found[~found.feature_id.isin(facts.relations("feeds").to_id)]
    found = found[(found[["building_id", "zone_id", "feature_id"]] == facts.place).any(axis=1) | (facts.place is None)]
    a_day = found.groupby(["building_id", "point_id"], as_index=False).used.mean()
    metered = facts.layer("buildings").query(f"{uses} and floor_area_m2 > 0").set_index("feature_id")
    a_day = a_day[a_day.building_id.isin(metered.index)]
    area = metered.floor_area_m2[list(set(a_day.building_id))].sum()
    return 365 * a_day.used.sum() / area if len(a_day) else None


def benchmark(facts: Facts) -> float | None:
    eui = _by_area(facts, "use == 'office'")
    return None if eui is None else 100 * eui / OFFICE_LIMIT


def co2(facts: Facts) -> float | None:
    used = total("electricity_meter", "energy")(facts)
    return None if used is None else used * CO2_KG / 1000


def coal(facts: Facts) -> float | None:
    parts = [
        (total("electricity_meter", "energy")(facts), COAL_POWER),
        (total("gas_meter", "volume")(facts), COAL_GAS),
    ]
    known = [used * factor for used, factor in parts if used is not None]
    return sum(known) if known else None


def night_share(facts: Facts) -> float | None:
    found = hours(facts, "electricity_meter")
    found = found[found.whole & (found.used > 0) & (found.from_at >= facts.midnight(6))]
    night = found[found.hour < 5].groupby("point_id").used.mean()
    daytime = found[found.day.map(works) & found.hour.between(9, 16)].groupby("point_id").used.mean()
    both = pd.concat([night, daytime], axis=1, keys=["night", "day"]).dropna()
    return share(both.night.sum(), both.day.sum())


def cost(facts: Facts) -> float | None:
    found = hours(facts, "electricity_meter")
    found = found[(found.day == today(facts)) & found.used.notna()]
    tariffs = facts.register("tariffs").query("energy == 'electricity'")
    periods = zip(tariffs.starts, tariffs.ends, tariffs.price_cny, strict=True)
    prices = {hour: price for starts, ends, price in periods for hour in range(int(starts[:2]), int(ends[:2]))}
    if not len(found) or any(one not in prices for one in found.hour):
        return None
    return float(sum(used * prices[hour] for used, hour in zip(found.used, found.hour, strict=True)))


def unexplained(facts: Facts) -> float | None:
    found = facts.steps("energy")
    found = found[(found.from_at >= facts.midnight()) & found.used.notna()]
    used = dict(zip(zip(found.feature_id, found.from_at, strict=True), found.used, strict=True))
    mains = facts.points.query("device_type == 'electricity_meter' and quantity == 'energy'")
    mains = mains[(mains[["building_id", "zone_id", "feature_id"]] == facts.place).any(axis=1) | (facts.place is None)]
    feeds = facts.relations("feeds")
    whole = parts = 0.0
    for main in mains.feature_id:
        below = feeds[(feeds.from_id == main) & feeds.to_id.isin(found.feature_id)].to_id.tolist()
        for at in {at for feature, at in used if below and feature == main}:
            if all((one, at) in used for one in below):
                whole += used[main, at]
                parts += sum(used[one, at] for one in below)
    return share(whole - parts, whole)


def complete(facts: Facts) -> float | None:
    meters = facts.points.query("device_type == 'electricity_meter' and quantity == 'energy'")
    listed = counted(facts, meters)
    passed = int((facts.at - facts.midnight()) / timedelta(hours=1))
    found = hours(facts, "electricity_meter")
    good = found[(found.day == today(facts)) & found.whole & (found.used > 0)]
    return share(len(good), passed * len(listed))


WITNESSES: Final[dict[str, Callable[[Facts], float | None]]] = {
    "energy.power_now": power_now,
    "energy.today": total("electricity_meter", "energy"),
    "energy.deviation": deviation,
    "energy.benchmark": benchmark,
    "energy.eui": by_area("index == index"),
    "energy.water": total("water_meter", "volume"),
    "energy.co2": co2,
    "energy.gas": total("gas_meter", "volume"),
    "energy.coal": coal,
    "energy.night_share": night_share,
    "energy.cost": cost,
    "energy.unexplained": unexplained,
    "energy.complete": complete,
}

STOREY: Final = "storey:campus:B02.3F"
BUILDING: Final = "building:campus:B02"
PLACES: Final[dict[str, str]] = {
    **dict.fromkeys(("energy.power_now", "energy.today", "energy.deviation", "energy.co2", "energy.complete"), STOREY),
    **dict.fromkeys(
        ("energy.benchmark", "energy.eui", "energy.water", "energy.night_share", "energy.unexplained"), BUILDING
    ),
    "energy.cost": "zone:zones:WG-08",
    "energy.gas": "building:campus:B04",
    "energy.coal": "building:campus:B04",
}
