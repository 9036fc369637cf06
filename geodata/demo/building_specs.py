"""The eight buildings as data: bars, storey heights, faces, entrances, roofs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geodata.demo.facade import Entrance, Style
from geodata.demo.floor_plan import Bar

STONE: Final = Style("石材外墙", 6.3, "窗-3.8x2")
STONE_TALL: Final = Style("石材外墙", 6.0, "窗-2.6x2.7", 0.6)
TOWER: Final = Style("石材外墙", 4.2, glass=True, sill_m=0.75)
PLASTER: Final = Style("涂料外墙", 6.3, "窗-3.8x2")
PLASTER_WIDE: Final = Style("涂料外墙", 5.6, "窗-4.2x2.6", 0.7)
SANDSTONE: Final = Style("红砂岩外墙", 4.8, "窗-1.2x2.4", 0.7)
BLANK: Final = Style("涂料外墙", 6.0, None)
GLASS: Final = Style("石材外墙", 3.4, glass=True, sill_m=0.5)
SHED: Final = Style("涂料外墙", 6.0, "窗-3.6x1.4", 2.4)

STYLES: Final = {
    "stone": STONE, "stone_tall": STONE_TALL, "tower": TOWER, "plaster": PLASTER, "plaster_wide": PLASTER_WIDE,
    "sandstone": SANDSTONE, "blank": BLANK, "glass": GLASS, "shed": SHED,
}  # fmt: skip

OFFICE: Final = ("办公室", "办公室", "会议室", "办公室", "办公室", "档案室", "办公室", "接待室", "办公室", "机房")


@dataclass(frozen=True)
class BuildingSpec:
    """``heights_m``: ground floor, all others. ``drum``: (x, y, radius, storeys) of a round part."""

    code: str
    heights_m: tuple[float, float]
    bars: tuple[Bar, ...]
    entrances: tuple[Entrance, ...]
    drum: tuple[float, float, float, int] | None = None
    drum_uses: tuple[str, ...] = ()
    # (kind, storey it covers, rectangle, rise, eaves)
    roofs: tuple[tuple[str, int, tuple[float, float, float, float], float, float], ...] = ()
    millimetres: bool = False


def _door(x: float, y: float, width: float = 3.6, height: float = 2.8) -> Entrance:
    return Entrance((x, y), f"玻璃门-{width:g}x{height:g}", width)


def _main_building() -> BuildingSpec:
    wing = Bar("ww", -56, -24, -42, 46, "y", "low", 6, "stone", OFFICE)
    return BuildingSpec(
        "B01",
        (4.8, 3.6),
        (
            Bar("t", -42, 26, 42, 46, "x", "double", 12, "tower", OFFICE, ("办公室", "接待室", "会议室"), lobby=True),
            wing,
            Bar("we", 42, -24, 56, 46, "y", "high", 6, "stone", OFFICE),
            Bar(
                "f",
                -42,
                -24,
                42,
                -10,
                "x",
                "high",
                4,
                "stone_tall",
                ("会议室", "接待室", "办公室"),
                lobby=True,
                stairs=False,
            ),
            Bar("l", -10, -10, 10, 26, "y", "hall", 4, "glass", ("中庭大厅", "多功能厅", "展示厅", "阅览室")),
        ),
        (_door(0, -24), _door(-8.4, -24), _door(8.4, -24), _door(0, 46), _door(-56, 11), _door(56, 11)),
        roofs=(("hipped", 12, (-42, 26, 42, 46), 7.0, 2.2),),
    )


def _wing(code: str, *, mirror: bool) -> BuildingSpec:
    bars = (
        Bar("s", -32, -36, -14, 36, "y", "double", 6, "stone", OFFICE, ("办公室", "接待室", "会议室")),
        Bar("n", -14, 20, 32, 36, "x", "low", 5, "stone", OFFICE),
        Bar("k", -14, -36, 32, -20, "x", "high", 5, "stone", OFFICE),
    )
    sign = -1.0 if mirror else 1.0
    doors = (_door(sign * -14, 0), _door(sign * -32, 9), _door(sign * 32, 28), _door(sign * 32, -28))
    spine = (14.0, -36.0, 32.0, 36.0) if mirror else (-32.0, -36.0, -14.0, 36.0)
    made = tuple(one.mirrored() for one in bars) if mirror else bars
    return BuildingSpec(code, (4.5, 3.6), made, doors, roofs=(("hipped", 6, spine, 5.0, 1.6),), millimetres=mirror)


def _canteen() -> BuildingSpec:
    return BuildingSpec(
        "B04",
        (5.4, 4.8),
        (
            Bar("h", -27, -20, 27, 5, "x", "hall", 3, "glass", ("第一食堂大厅", "第二食堂大厅", "风味餐厅")),
            Bar(
                "k",
                -27,
                5,
                27,
                20,
                "x",
                "low",
                3,
                "plaster",
                ("厨房", "备餐间", "冷库", "洗碗间", "办公室"),
                slot_m=8.8,
            ),
        ),
        (_door(0, -20), _door(-14, -20), _door(14, -20), _door(27, 9)),
        roofs=(("hipped", 3, (-27, -20, 27, 20), 7.5, 2.0),),
    )


def _conference() -> BuildingSpec:
    return BuildingSpec(
        "B05",
        (5.4, 5.1),
        (
            Bar(
                "f", -31, -28, 31, -13, "x", "high", 3, "stone_tall", ("会议室", "接待室", "贵宾室", "同传室", "会议室")
            ),
        ),
        (_door(0, -28), _door(-10, -28), _door(10, -28)),
        drum=(0.0, 6.0, 24.0, 4),
        drum_uses=("宴会厅", "报告厅", "大会议厅", "多功能厅"),
    )


def _archive() -> BuildingSpec:
    return BuildingSpec(
        "B06",
        (4.8, 3.9),
        (
            Bar(
                "o",
                -24,
                -17,
                24,
                0,
                "x",
                "double",
                5,
                "sandstone",
                ("档案室", "办公室", "阅览室", "数字化室", "办公室"),
                slot_m=8.0,
            ),
            Bar("v", -24, 0, 24, 17, "x", "hall", 4, "sandstone", ("档案库房",)),
        ),
        (_door(0, -17), _door(24, 8)),
        millimetres=True,
    )


def _energy() -> BuildingSpec:
    return BuildingSpec(
        "B07",
        (5.6, 4.2),
        (
            Bar("p", -19, -13, 6, 13, "x", "hall", 1, "shed", ("制冷机房",)),
            Bar("c", 6, -13, 19, 13, "y", "low", 3, "plaster", ("配电室", "值班室", "水泵房", "控制室"), slot_m=6.4),
        ),
        (_door(-6, -13, 3.0, 3.2), _door(12, -13, 2.4, 2.6)),
    )


def _gymnasium() -> BuildingSpec:
    return BuildingSpec(
        "B08",
        (5.0, 4.6),
        (
            Bar("g", -27, -18, 15, 18, "x", "hall", 3, "plaster_wide", ("羽毛球馆", "篮球馆", "乒乓球馆")),
            Bar("s", 15, -18, 27, 18, "y", "high", 3, "plaster", ("更衣室", "健身房", "器材室", "办公室"), slot_m=7.0),
        ),
        (_door(-6, -18), _door(21, -18)),
        roofs=(("vault", 3, (-27, -18, 27, 18), 6.0, 1.2),),
    )


def building_specs() -> tuple[BuildingSpec, ...]:
    """All eight, B01 … B08."""
    return (
        _main_building(), _wing("B02", mirror=False), _wing("B03", mirror=True),
        _canteen(), _conference(), _archive(), _energy(), _gymnasium(),
    )  # fmt: skip
