"""Canteens, shops and vending machines: payments, top-ups, ratings, waste, stock, and how many wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from twin.simulate.campus import Position, SimulatedCampus, staff_of
from twin.simulate.chance import Floats, generator, key, share
from twin.simulate.days import Days
from twin.simulate.happenings import Happening, Teller
from twin.simulate.patterns import Meal, Patterns

METHODS: Final = ("card", "code", "face")
_TOP_UP_METHODS: Final = ("code", "bank", "cash", "unit")
_WORDS: Final = {5: "味道不错", 4: "可以", 3: "一般", 2: "偏咸", 1: "等得太久"}
_NO_MEAL: Final = "none"
_COUNTED_H: Final = 6.5
_WEIGHED_AFTER_H: Final = 0.4
_LATE: Final = 0.5  # of all deliveries; by the last morning before one that is late the stock is below its minimum
_RUNS_DOWN, _RUNS_DOWN_LATE = 2.5, 3.0  # times the minimum, from one delivery to the next


@dataclass(frozen=True)
class Outlet:
    """A place that sells. ``tills`` are its windows; without a register there is one, without an id."""

    outlet_id: str | None
    name: str
    kind: str
    building: str | None
    space_id: str | None
    position: Position | None
    tills: tuple[str, ...]


class Catering:
    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days) -> None:
        self._seed = seed
        self._pattern = patterns.canteen
        self._days = days
        self._teller = Teller(seed, days)
        self._people = staff_of(campus, patterns.staff.count, seed)
        outlets = list(_outlets(campus, patterns.canteen.tills))
        self.canteens = [one for one in outlets if one.kind == "canteen"]
        self._others = [one for one in outlets if one.kind != "canteen"]
        self._dishes = _by_outlet(campus.register("dishes"))
        self._stock = _by_outlet(campus.register("stock_items"))

    def of_day(self, day: date) -> Iterator[Happening]:
        if not self.canteens:
            return
        work = self._days.is_working_day(day)
        yield from self._payments(day, generator(self._seed, "payments", day), work=work)
        yield from self._top_ups(day, generator(self._seed, "top-ups", day), work=work)
        yield from self._after_meals(day, generator(self._seed, "after-meals", day), work=work)
        yield from self._counted(day, generator(self._seed, "stock", day), work=work)

    def waiting(self, space_id: str | None, hours: Floats, *, work: bool) -> Floats:
        """How many stand before the windows of a canteen: a sharp hill over each meal."""
        shares = dict(zip((one.space_id for one in self.canteens), self._pattern.prefers, strict=False))
        found = np.zeros(len(hours))
        for meal in self._pattern.meals:
            peak_h = meal.from_h + 0.4 * (meal.to_h - meal.from_h)
            shape = np.interp(hours, [meal.from_h, peak_h, meal.to_h], [0.0, 1.0, 0.0])
            found += meal.share * shape**1.7
        busy = 1.0 if work else self._pattern.payments_off / max(self._pattern.payments, 1)
        return np.asarray(self._pattern.most_waiting * busy * shares.get(space_id, 0.3) * found)

    def _payments(self, day: date, chance: np.random.Generator, *, work: bool) -> Iterator[Happening]:
        pattern = self._pattern
        mean = pattern.payments if work else pattern.payments_off
        shares = np.array([one.share for one in pattern.meals])
        prefers = np.array(pattern.prefers[: len(self.canteens)])
        for number in range(max(0, round(chance.normal(mean, mean * 0.03)))):
            if self._others and chance.random() < pattern.elsewhere_share:
                outlet = self._others[int(chance.integers(len(self._others)))]
                yield self._payment(day, number, chance, outlet, None, chance.triangular(7.6, 12.8, 20.5))
                continue
            meal = pattern.meals[int(chance.choice(len(shares), p=shares / shares.sum()))]
            outlet = self.canteens[int(chance.choice(len(prefers), p=prefers / prefers.sum()))]
            hour = chance.triangular(meal.from_h, meal.from_h + 0.4 * (meal.to_h - meal.from_h), meal.to_h)
            yield self._payment(day, number, chance, outlet, meal, hour)

    def _payment(
        self, day: date, number: int, chance: np.random.Generator, outlet: Outlet, meal: Meal | None, hour: float
    ) -> Happening:
        window = int(chance.integers(len(outlet.tills)))
        staff_id, name, _ = self._people[int(chance.integers(len(self._people)))]
        method = METHODS[int(chance.integers(len(METHODS)))]
        offered = [
            one for one in self._dishes.get(outlet.outlet_id, ()) if one["meal"] == (meal.meal if meal else "all")
        ]
        dish = offered[_popular(chance, len(offered))] if offered else None
        amount = self._amount(chance, dish, meal)
        attributes = {
            "amount_cny": amount,
            "subsidy_cny": _half(amount * self._pattern.subsidy_share) if meal and method != "code" else 0.0,
            "meal": meal.meal if meal else _NO_MEAL,
            "method": method,
            "person": name,
            "staff_id": staff_id,
            "building": outlet.building,
            "outlet_id": outlet.outlet_id,
            "window": window + 1 if outlet.outlet_id else None,
            "dish_id": dish["dish_id"] if dish else None,
            "dish": dish["name"] if dish else None,
        }
        text = f"{outlet.name}{meal.zh if meal else ''}消费"
        till = outlet.tills[window]
        return self._teller.tell(day, hour, f"pay-{number}", "payment", till, text, outlet.position, attributes)

    def _amount(self, chance: np.random.Generator, dish: Mapping[str, Any] | None, meal: Meal | None) -> float:
        """The price of the dish and something beside it."""
        if dish is None or dish["price_cny"] is None:
            return _half(float(chance.uniform(*(meal.amount_cny if meal else self._pattern.meals[0].amount_cny))))
        beside = float(chance.uniform(0.5, 5.0)) if meal and chance.random() < 0.4 else 0.0
        return _half(dish["price_cny"] + beside)

    def _top_ups(self, day: date, chance: np.random.Generator, *, work: bool) -> Iterator[Happening]:
        pattern = self._pattern
        for number in range(int(chance.poisson(pattern.top_ups if work else pattern.top_ups * 0.15))):
            staff_id, name, _ = self._people[int(chance.integers(len(self._people)))]
            attributes = {
                "amount_cny": pattern.top_up_cny[int(chance.integers(len(pattern.top_up_cny)))],
                "method": _TOP_UP_METHODS[int(chance.choice(len(_TOP_UP_METHODS), p=(0.6, 0.15, 0.1, 0.15)))],
                "person": name,
                "staff_id": staff_id,
                "card_no": f"88{key(self._seed, 'card', staff_id) % 10**6:06d}",
            }
            machine, hour = f"CZ-{int(chance.integers(3)) + 1:02d}", chance.triangular(7.2, 11.8, 19.0)
            where = self.canteens[0].position
            yield self._teller.tell(
                day, hour, f"top-up-{number}", "balance.topup", machine, "餐卡充值", where, attributes
            )

    def _after_meals(self, day: date, chance: np.random.Generator, *, work: bool) -> Iterator[Happening]:
        """What people say of a meal, and what of it is thrown away."""
        pattern, busy = self._pattern, 1.0 if work else 0.2
        for rank, outlet in enumerate(one for one in self.canteens if one.outlet_id):
            assert outlet.outlet_id is not None
            share = (*pattern.prefers, *([0.2] * len(self.canteens)))[rank]
            for meal in pattern.meals:
                name = f"{outlet.outlet_id}-{meal.meal}"
                for number in range(int(chance.poisson(pattern.ratings * share * meal.share * busy))):
                    score = int(np.clip(round(chance.normal(4.25 - 0.25 * rank, 0.9)), 1, 5))
                    said = {"outlet_id": outlet.outlet_id, "meal": meal.meal, "score": score, "text": _WORDS[score]}
                    hour = chance.uniform(meal.from_h + 0.3, meal.to_h + 0.5)
                    yield self._teller.tell(day, hour, f"rated-{name}-{number}", "meal.rated", outlet.outlet_id,
                                            f"{outlet.name}{meal.zh}评价", outlet.position, said)  # fmt: skip
                for kind, (low, high) in (("kitchen", pattern.kitchen_waste_kg), ("plate", pattern.plate_waste_kg)):
                    kilos = float(chance.uniform(low, high)) * 3 * share * meal.share * busy
                    weighed = {"outlet_id": outlet.outlet_id, "meal": meal.meal, "kind": kind, "kg": round(kilos, 1)}
                    hour = meal.to_h + _WEIGHED_AFTER_H + float(chance.uniform(0, 0.2))
                    scale, text = f"CC-{rank + 1:02d}", f"{outlet.name}{meal.zh}餐厨垃圾称重"
                    yield self._teller.tell(
                        day, hour, f"waste-{name}-{kind}", "waste.weighed", scale, text, outlet.position, weighed
                    )

    def _counted(self, day: date, chance: np.random.Generator, *, work: bool) -> Iterator[Happening]:
        """Stock runs down over some days and is filled up; now and then later than it should be."""
        if not work:
            return
        for outlet in self.canteens:
            for n, item in enumerate(self._stock.get(outlet.outlet_id, ())):
                cycle = 5 + key(self._seed, "stock", item["item_id"]) % 4
                delivery, passed = divmod(day.toordinal() + key(self._seed, "delivery", item["item_id"]), cycle)
                late = share(self._seed, "late", item["item_id"], delivery) < _LATE
                left = 3.2 - (_RUNS_DOWN_LATE if late else _RUNS_DOWN) * passed / cycle
                quantity = round((item["minimum"] or 1.0) * left * float(chance.uniform(0.95, 1.05)), 1)
                counted = {"outlet_id": outlet.outlet_id, "item_id": item["item_id"], "item": item["name"],
                           "quantity": quantity, "measure": item["measure"]}  # fmt: skip
                hour = _COUNTED_H + n * 0.02 + float(chance.uniform(0, 0.02))
                name, text = f"stock-{item['item_id']}", f"{item['name']}盘点"
                yield self._teller.tell(
                    day, hour, name, "stock.counted", item["outlet_id"], text, outlet.position, counted
                )


def _outlets(campus: SimulatedCampus, tills: int) -> Iterator[Outlet]:
    first = 1
    rows = campus.register("outlets")
    for one in sorted(rows, key=lambda one: str(one["outlet_id"])):
        count = max(int(one["windows"] or 1), 1)
        room = campus.room.get(one["space_id"])
        position, building = (room.position, room.building) if room is not None else (None, None)
        codes = tuple(f"POS-{n:02d}" for n in range(first, first + count))
        yield Outlet(one["outlet_id"], one["name"] or "", one["kind"] or "", building, one["space_id"], position, codes)
        first += count
    doors = [one for one in campus.of("door") if one.use == "canteen"]
    if not any(one["kind"] == "canteen" for one in rows):
        codes = tuple(f"POS-{n:02d}" for n in range(first, first + tills))
        door = doors[0] if doors else None
        yield Outlet(None, "", "canteen", door.building if door else None, None, door.position if door else None, codes)


def _by_outlet(rows: tuple[Mapping[str, Any], ...]) -> dict[str | None, list[Mapping[str, Any]]]:
    found: dict[str | None, list[Mapping[str, Any]]] = {}
    for one in rows:
        found.setdefault(one["outlet_id"], []).append(one)
    return found


def _popular(chance: np.random.Generator, count: int) -> int:
    """The first are liked more than the last."""
    return min(int(abs(chance.normal(0.0, 0.55)) * count), count - 1)


def _half(amount: float) -> float:
    """Prices go by half a yuan."""
    return round(amount * 2) / 2
