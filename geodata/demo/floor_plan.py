"""Rooms of one bar of a building: a corridor in the middle or at one side, or one hall."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from shapely import Point, Polygon, box

from geodata.demo.building_plan import Instance, Opening, Room, Storey, Wall

MARGIN_M: Final = 0.3  # the outer wall
CORRIDOR_M: Final = 2.4
CORRIDOR_WALL_M: Final = 0.2
PARTITION_M: Final = 0.12
SLAB_M: Final = 0.15
DOOR: Final = "木门-1x2.1"
STAIR_SIZE_M: Final = (4.7, 2.9)

FURNITURE: Final = {
    "办公室": "办公桌",
    "会议室": "会议桌",
    "接待室": "会议桌",
    "机房": "机柜",
    "配电室": "机柜",
    "档案室": "密集架",
}
WIDE: Final = ("会议室", "多功能厅")


@dataclass(frozen=True)
class Bar:
    """A rectangle of a building over some storeys. ``axis`` x or y says where the corridor runs.

    ``kind``: double (corridor in the middle), low or high (corridor at that side across the axis), hall.
    ``uses`` are given to the rooms in turn; ``ground_uses`` on the ground floor. ``stairs`` at its ends.
    """

    key: str
    x0: float
    y0: float
    x1: float
    y1: float
    axis: str
    kind: str
    storeys: int
    style: str
    uses: tuple[str, ...] = ("办公室",)
    ground_uses: tuple[str, ...] = ()
    slot_m: float = 8.4
    stairs: bool = True
    lobby: bool = False

    @property
    def polygon(self) -> Polygon:
        return box(self.x0, self.y0, self.x1, self.y1)

    def mirrored(self) -> Bar:
        """The same bar on the other side of the y axis."""
        kind = {"low": "high", "high": "low"}.get(self.kind, self.kind) if self.axis == "y" else self.kind
        kept = (self.storeys, self.style, self.uses, self.ground_uses, self.slot_m, self.stairs, self.lobby)
        return Bar(self.key, -self.x1, self.y0, -self.x0, self.y1, self.axis, kind, *kept)


@dataclass(frozen=True)
class _Axes:
    """s along the corridor, t to its left."""

    x: float
    y: float
    angle_rad: float
    length_m: float
    width_m: float

    def point(self, s: float, t: float) -> tuple[float, float]:
        c, n = math.cos(self.angle_rad), math.sin(self.angle_rad)
        return round(self.x + s * c - t * n, 4), round(self.y + s * n + t * c, 4)

    def rectangle(self, s0: float, t0: float, s1: float, t1: float) -> Polygon:
        return Polygon([self.point(s0, t0), self.point(s1, t0), self.point(s1, t1), self.point(s0, t1)])


def _axes(bar: Bar) -> _Axes:
    if bar.axis == "x":
        return _Axes(bar.x0, bar.y0, 0.0, bar.x1 - bar.x0, bar.y1 - bar.y0)
    return _Axes(bar.x1, bar.y0, math.pi / 2, bar.y1 - bar.y0, bar.x1 - bar.x0)


class Numbering:
    """Room numbers of one storey: 301, 302 …; corridors and stairs 3Z01, 3T01."""

    def __init__(self, ordinal: int) -> None:
        self.ordinal = ordinal
        self._next = {"": 0, "Z": 0, "T": 0}

    def take(self, series: str = "") -> str:
        self._next[series] += 1
        return f"{self.ordinal}{series}{self._next[series]:02d}"


def furnish_bar(storey: Storey, bar: Bar, numbers: Numbering, stair_key: str | None) -> list[Polygon]:
    """Rooms, inner walls, doors, furniture of one bar on one storey; returns the stair holes in the floor above.

    ``stair_key`` is None on the last storey of a bar: no flight leads to an open roof.
    """
    axes = _axes(bar)
    if bar.kind == "hall":
        _hall(storey, bar, axes, numbers)
        return []
    half = (CORRIDOR_M / 2 + CORRIDOR_WALL_M, CORRIDOR_M / 2)
    inner = axes.width_m - MARGIN_M
    middle = {"double": axes.width_m / 2, "low": MARGIN_M + half[1], "high": inner - half[1]}[bar.kind]
    corridor = axes.rectangle(MARGIN_M, middle - half[1], axes.length_m - MARGIN_M, middle + half[1])
    _add_room(storey, f"{bar.key}.corridor", numbers.take("Z"), "走廊", corridor)
    holes: list[Polygon] = []
    if bar.kind in ("double", "high"):
        holes += _row(storey, bar, axes, numbers, (MARGIN_M, middle - half[0]), 1, stair_key)
    if bar.kind in ("double", "low"):
        holes += _row(storey, bar, axes, numbers, (middle + half[0], inner), -1, stair_key)
    return holes


def _row(
    storey: Storey,
    bar: Bar,
    axes: _Axes,
    numbers: Numbering,
    span: tuple[float, float],
    side: int,
    stair_key: str | None,
) -> list[Polygon]:
    """One row of rooms; ``side`` 1 when the corridor lies above it (greater t), -1 below."""
    low, high = span
    count = max(2, round((axes.length_m - 2 * MARGIN_M) / bar.slot_m))
    pitch = (axes.length_m - 2 * MARGIN_M) / count
    doors: list[Opening] = []
    holes: list[Polygon] = []
    at, turn = 0, storey.ordinal
    name_row = f"{bar.key}.{'a' if side > 0 else 'b'}"
    while at < count:
        use, slots = _use(storey, bar, at, count, side, turn)
        turn += use not in ("楼梯间", "卫生间")
        s0, s1 = MARGIN_M + at * pitch, MARGIN_M + (at + slots) * pitch
        net = axes.rectangle(s0 + (PARTITION_M / 2 if at else 0), low,
                             s1 - (PARTITION_M / 2 if at + slots < count else 0), high)  # fmt: skip
        room = f"{name_row}{at}"
        _add_room(storey, room, numbers.take("T" if use == "楼梯间" else ""), use, net)
        if at:
            storey.walls.append(
                _inner_wall(storey, f"{room}.wall", "隔墙", axes, (s0 - PARTITION_M / 2, low), PARTITION_M, high - low)
            )
        doors.append(Opening(DOOR, (s0 + s1) / 2 - MARGIN_M + 0.6, 0.0))
        if use == "楼梯间" and stair_key:
            holes.append(_stair(storey, room, axes, s0 + 0.6, low if side > 0 else high - STAIR_SIZE_M[1], stair_key))
        elif use in FURNITURE:
            middle = axes.point((s0 + s1) / 2, (low + high) / 2 - 0.4)
            storey.instances.append(Instance(f"{room}.furniture", FURNITURE[use], (*middle, 0.0), axes.angle_rad))
        at += slots
    storey.walls += _end_walls(storey, name_row, axes, span)
    base = high if side > 0 else low - CORRIDOR_WALL_M
    start = axes.point(MARGIN_M, base)
    length = axes.length_m - 2 * MARGIN_M
    shape = ((0.0, 0.0), (length, 0.0), (length, CORRIDOR_WALL_M), (0.0, CORRIDOR_WALL_M))
    storey.walls.append(
        Wall(
            f"{name_row}.corridor", "走廊墙", start, axes.angle_rad, shape, 0.0, storey.height_m - SLAB_M, tuple(doors)
        )
    )
    return holes


def _use(storey: Storey, bar: Bar, at: int, count: int, side: int, turn: int) -> tuple[str, int]:
    """What the room in slot ``at`` is for, and how many slots it takes."""
    stair_side = -1 if bar.kind in ("double", "low") else 1
    if bar.stairs and side == stair_side and at in (0, count - 1):
        return "楼梯间", 1
    if bar.stairs and side == stair_side and at == 1:
        return "卫生间", 1
    if bar.lobby and storey.ordinal == 1 and side == 1 and at == count // 2 - 1:
        return "门厅", 2
    uses = bar.ground_uses if storey.ordinal == 1 and bar.ground_uses else bar.uses
    use = uses[turn % len(uses)]
    free = at + 2 <= count - (2 if bar.stairs else 0) and not (bar.lobby and storey.ordinal == 1)
    return use, 2 if use in WIDE and free else 1


def _end_walls(storey: Storey, name_row: str, axes: _Axes, span: tuple[float, float]) -> list[Wall]:
    """Partitions where a row of rooms ends at another bar; the corridors run through."""
    low, high = span
    within = storey.outline.buffer(-0.05)
    gap = (MARGIN_M - PARTITION_M) / 2
    ends = (("first", 0.0, gap), ("last", axes.length_m, axes.length_m - gap - PARTITION_M))
    return [
        _inner_wall(storey, f"{name_row}.{word}", "隔墙", axes, (at, low), PARTITION_M, high - low)
        for word, edge, at in ends
        if within.contains(Point(axes.point(edge, (low + high) / 2)))
    ]


def _inner_wall(
    storey: Storey, key: str, type_key: str, axes: _Axes, at: tuple[float, float], along_m: float, across_m: float
) -> Wall:
    shape = ((0.0, 0.0), (along_m, 0.0), (along_m, across_m), (0.0, across_m))
    return Wall(key, type_key, axes.point(*at), axes.angle_rad, shape, 0.0, storey.height_m - SLAB_M)


def _stair(storey: Storey, room: str, axes: _Axes, s: float, t: float, stair_key: str) -> Polygon:
    x, y = axes.point(s, t)
    storey.instances.append(Instance(f"{room}.stair", stair_key, (x, y, 0.0), axes.angle_rad))
    return axes.rectangle(s, t + 0.05, s + STAIR_SIZE_M[0], t + STAIR_SIZE_M[1])


def _hall(storey: Storey, bar: Bar, axes: _Axes, numbers: Numbering) -> None:
    """One large room with a grid of columns."""
    uses = bar.ground_uses if storey.ordinal == 1 and bar.ground_uses else bar.uses
    use = uses[(storey.ordinal - 1) % len(uses)]
    net = axes.rectangle(MARGIN_M, MARGIN_M, axes.length_m - MARGIN_M, axes.width_m - MARGIN_M)
    _add_room(storey, f"{bar.key}.hall", numbers.take(), use, net)
    across, along = max(1, round(axes.width_m / 9)), max(1, round(axes.length_m / 9))
    for i in range(1, along):
        for j in range(1, across):
            x, y = axes.point(axes.length_m * i / along, axes.width_m * j / across)
            key = f"方柱-0.6x{round(storey.height_m - SLAB_M, 3):g}-混凝土"
            storey.instances.append(Instance(f"{bar.key}.c{i}.{j}", key, (x, y, 0.0)))


def _add_room(storey: Storey, key: str, number: str, use: str, net: Polygon) -> None:
    gross = net.buffer(0.1, join_style="mitre").area
    storey.rooms.append(Room(key, number, use, use, net, round(storey.height_m - SLAB_M, 3), round(gross, 3)))
