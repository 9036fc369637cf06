"""Payments, meals and stock, counted once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pandas as pd

from tests.screens.witness.facts import PLACE, Facts, share

CANTEENS = "building:campus:B04"


def _told(facts: Facts, event_type: str, back: int = 0) -> pd.DataFrame:
    """Events since so many midnights ago, each at the place of its outlet, else at its own; those of the place."""
    told = facts.happened(facts.midnight(back), event_type)
    outlets = facts.register("outlets").set_index("outlet_id")
    for name in PLACE[:3]:
        told[name] = told.a_outlet_id.map(outlets[name]).fillna(told[name])
    told["outlet_kind"] = told.a_outlet_id.map(outlets["kind"])
    return facts.here(told)


def _sum(values: pd.Series) -> float | None:
    return float(values.sum()) if values.notna().any() else None


def takings(facts: Facts) -> float | None:
    return _sum(_told(facts, "payment").a_amount_cny)


def payments(facts: Facts) -> float | None:
    return len(_told(facts, "payment")) or None


def queue_now(facts: Facts) -> float | None:
    canteens = facts.register("outlets").query("kind == 'canteen'")
    fresh = facts.fresh("waiting")
    return _sum(fresh[fresh.space_id.isin(canteens.space_id)].value)


def peak_minute(facts: Facts) -> float | None:
    minutes = _told(facts, "payment").occurred_at.map(lambda at: at.replace(second=0, microsecond=0))
    return max(minutes.value_counts().to_list(), default=None)


def basket(facts: Facts) -> float | None:
    amounts = _told(facts, "payment").a_amount_cny.dropna()
    return float(amounts.mean()) if len(amounts) else None


def subsidy(facts: Facts) -> float | None:
    return _sum(_told(facts, "payment").a_subsidy_cny)


def waste(facts: Facts) -> float | None:
    return _sum(_told(facts, "waste.weighed").a_kg)


def satisfied(facts: Facts) -> float | None:
    scores = _told(facts, "meal.rated", 6).a_score.dropna()
    return share(sum(one in (4, 5) for one in scores), len(scores))


def diners(facts: Facts) -> float | None:
    paid = _told(facts, "payment")
    return len(set(paid[paid.outlet_kind == "canteen"].a_staff_id.dropna())) or None


def stock_low(facts: Facts) -> float | None:
    counted = facts.happened(facts.at - timedelta(days=7), "stock.counted").sort_values("occurred_at")
    last = counted[counted.occurred_at >= facts.midnight(6)].groupby("a_item_id").a_quantity.last()
    items = facts.register("stock_items").merge(
        facts.register("outlets")[["outlet_id", *PLACE[:3]]], on="outlet_id", how="left"
    )
    items = facts.here(items[items.item_id.isin(last.index)])
    return int((items.item_id.map(last) < items.minimum).sum()) if len(items) else None


def topups(facts: Facts) -> float | None:
    return _sum(facts.happened(facts.midnight(), "balance.topup").a_amount_cny)


WITNESSES: dict[str, Callable[[Facts], float | None]] = {
    f"consumption.{one.__name__}": one
    for one in (takings, payments, queue_now, peak_minute, basket, subsidy, waste, satisfied, diners, stock_low, topups)
}
PLACES = {one: CANTEENS for one in WITNESSES if one != "consumption.topups"}
