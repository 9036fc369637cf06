"""Invented registers of catering, contractors, plant and leases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from geodata.demo.placing import Place
from geodata.demo.register_rows import Rows, building_id, days_from, rooms_of, space_id, storey_id, write_register

# id, name, kind, building, use of the room, seats, windows
OUTLETS: Final = (
    ("CT-01", "第一食堂", "canteen", "B04", "第一食堂大厅", 420, 6),
    ("CT-02", "第二食堂", "canteen", "B04", "第二食堂大厅", 360, 5),
    ("CT-03", "风味餐厅", "canteen", "B04", "风味餐厅", 180, 4),
    ("SH-01", "园区便利店", "shop", "B04", "办公室", None, 1),
    ("SH-02", "同心咖啡", "shop", "B01", "中庭大厅", 36, 1),
    ("VM-01", "主楼售货机", "vending", "B01", "走廊", None, 1),
    ("VM-02", "体育馆售货机", "vending", "B08", "更衣室", None, 1),
)
CANTEENS: Final = ("CT-01", "CT-02", "CT-03")
# meal, name, price; offered in every canteen, the last ones in one only
DISHES: Final = (
    ("breakfast", "豆浆油条", 5.0), ("breakfast", "锅边糊", 6.0), ("breakfast", "鲜肉包", 4.0),
    ("breakfast", "拌面扁肉", 9.0), ("breakfast", "白粥小菜", 4.5),
    ("lunch", "荔枝肉套餐", 18.0), ("lunch", "红烧带鱼套餐", 17.0),
    ("lunch", "清炒时蔬套餐", 11.0), ("lunch", "香菇滑鸡套餐", 15.0), ("lunch", "牛肉粉", 16.0),
    ("lunch", "自选称重", 20.0),
    ("dinner", "番茄牛腩饭", 17.0), ("dinner", "海鲜卤面", 15.0), ("dinner", "家常豆腐套餐", 12.0),
    ("dinner", "杂粮轻食", 19.0),
)  # fmt: skip
GOODS: Final = (
    ("SH-01", "饮用水", 2.0), ("SH-01", "饼干", 8.5), ("SH-01", "水果盒", 12.0), ("SH-02", "美式咖啡", 13.0),
    ("SH-02", "拿铁", 16.0), ("VM-01", "饮料", 4.0), ("VM-02", "运动饮料", 6.0),
)  # fmt: skip
# name, measure, minimum
STOCK: Final = (
    ("大米", "kg", 400.0), ("面粉", "kg", 150.0), ("食用油", "L", 120.0), ("猪肉", "kg", 90.0), ("鸡蛋", "kg", 60.0),
    ("时蔬", "kg", 160.0),
)  # fmt: skip
# name, trades as the categories of repairs call them
CONTRACTORS: Final = (
    ("榕匠机电维保（虚构）", "lighting;power"), ("闽凉空调服务（虚构）", "air"), ("清源给排水（虚构）", "water"),
    ("云桥网络（虚构）", "network"), ("安居门窗家具（虚构）", "door;furniture"), ("平步电梯（虚构）", "lift"),
    ("后勤维修班（虚构）", "lighting;water;door;furniture"), ("榕安消防维保（虚构）", "fire"),
    ("示范管网工程（虚构）", "pipes"),
)  # fmt: skip
LIFTS: Final = {"B01": 4, "B02": 2, "B03": 2, "B04": 1, "B05": 1, "B06": 1}
# use of the room, kind, name, contractor, days between services
PLANT: Final = (
    ("配电室", "switch_room", "高低压配电室", "WB-01", 180),
    ("水泵房", "pump", "1号供水泵", "WB-03", 120),
    ("水泵房", "pump", "2号供水泵", "WB-03", 120), ("水泵房", "pump", "3号供水泵（备用）", "WB-03", 120),
    ("制冷机房", "chiller", "1号冷水机组", "WB-02", 365), ("制冷机房", "chiller", "2号冷水机组", "WB-02", 365),
    ("机房", "ahu", "空调机组", "WB-02", 90),
)  # fmt: skip
# tenant, building, use of the room, which of them, rent a month and m², ends so many days after the delivery
LEASES: Final = (
    ("示范银行园区支行（虚构）", "B01", "接待室", 0, 95.0, 410),
    ("风味餐饮公司（虚构）", "B04", "风味餐厅", 0, 62.0, 18),
    ("便利连锁（虚构）", "B04", "办公室", 0, 70.0, 55), ("同心咖啡（虚构）", "B01", "展示厅", 0, 88.0, 230),
    ("图文快印（虚构）", "B02", "接待室", 1, 66.0, 84), ("健身运营公司（虚构）", "B08", "健身房", 0, 48.0, 320),
    ("移动通信基站（虚构）", "B03", "机房", 0, 120.0, 905), ("体检服务点（虚构）", "B03", "接待室", 1, 74.0, -20),
    ("会务礼仪公司（虚构）", "B05", "贵宾室", 1, 72.0, 640),
)  # fmt: skip


def write_services(folder: Path, places: dict[str, Place], rng: np.random.Generator, *, seed: int) -> None:
    """outlets, dishes, stock_items, contractors, equipment, leases."""
    write_register(folder, "outlets", _outlets(places, seed))
    write_register(folder, "dishes", _dishes())
    stock = [(outlet, *one) for outlet in CANTEENS for one in STOCK]
    write_register(
        folder,
        "stock_items",
        [
            (f"WL-{n:02d}", name, outlet, measure, low * share)
            for n, (outlet, name, measure, low) in enumerate(stock, 1)
            for share in [{"CT-01": 1.0, "CT-02": 0.8, "CT-03": 0.4}[outlet]]
        ],
    )
    write_register(
        folder,
        "contractors",
        [
            (f"WB-{n:02d}", name, trades, f"000-9{n:03d}", days_from(rng.uniform(20, 700)))
            for n, (name, trades) in enumerate(CONTRACTORS, 1)
        ],
    )
    write_register(folder, "equipment", _equipment(places, rng, seed))
    write_register(folder, "leases", _leases(places, seed))


def _outlets(places: dict[str, Place], seed: int) -> Rows:
    for key, name, kind, code, use, seats, windows in OUTLETS:
        storey, room = next((storey, room) for one, storey, room in rooms_of(places, use) if one == code)
        yield (key, name, kind, building_id(code), storey_id(code, storey), space_id(seed, code, storey, room),
               seats, windows)  # fmt: skip


def _dishes() -> Rows:
    meals = [(outlet, *one) for outlet in CANTEENS for one in DISHES]
    goods = [(outlet, "all", name, price) for outlet, name, price in GOODS]
    for n, (outlet, meal, name, price) in enumerate([*meals, *goods], 1):
        yield f"CP-{n:03d}", name, outlet, meal, price


def _equipment(places: dict[str, Place], rng: np.random.Generator, seed: int) -> Rows:
    """A few are late; the others are due some time within their interval."""
    for n, (code, storey_room, kind, name, contractor, every) in enumerate(_plant(places, seed), 1):
        storey, space = storey_room
        since = every * (rng.uniform(1.02, 1.2) if rng.random() < 0.06 else rng.uniform(0.02, 1.0))
        yield (f"SB-{n:03d}", kind, name, building_id(code), storey, space, contractor,
               days_from(-rng.uniform(900, 4500)), days_from(-since), days_from(every - since))  # fmt: skip


def _plant(places: dict[str, Place], seed: int) -> Iterator[tuple[str, tuple[str, str | None], str, str, str, int]]:
    for code, count in LIFTS.items():
        first = places[code].building.storeys[0]
        for k in range(count):
            yield code, (storey_id(code, first), None), "lift", f"{code} {k + 1}号客梯", "WB-06", 30
    for use, kind, name, contractor, every in PLANT:
        for code, storey, room in rooms_of(places, use):
            where = (storey_id(code, storey), space_id(seed, code, storey, room))
            yield code, where, kind, f"{code}-{room.number} {name}", contractor, every


def _leases(places: dict[str, Place], seed: int) -> Rows:
    for n, (tenant, code, use, which, rent, ends) in enumerate(LEASES, 1):
        storey, room = [(storey, room) for one, storey, room in rooms_of(places, use) if one == code][which]
        area = round(room.polygon.area, 2)
        yield (f"ZL-{n:03d}", space_id(seed, code, storey, room), tenant, area, round(area * rent), days_from(ends))
