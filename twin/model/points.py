"""What devices measure: the points that a type of device has unless a campus says otherwise."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from twin.model.live import Point, PointKind
from twin.model.text import Title


@dataclass(frozen=True, slots=True)
class PointType:
    """One quantity of a type of device. ``unit`` is UCUM; a value beyond ``low`` and ``high`` is out of range."""

    quantity: str
    unit: str
    title: Title
    kind: PointKind = PointKind.GAUGE
    low: float | None = None
    high: float | None = None
    stale_after_s: float = 3600.0


@cache
def point_types() -> dict[str, tuple[PointType, ...]]:
    """Device type -> what it measures (``point_kinds.toml``)."""
    text = (files("twin.model") / "point_kinds.toml").read_text(encoding="utf-8")
    return {
        device_type: tuple(_point_type(quantity, said) for quantity, said in quantities.items())
        for device_type, quantities in tomllib.loads(text).items()
    }


def point_id(device_code: str, quantity: str) -> str:
    return f"{device_code}:{quantity}"


def points_of(device_code: str, device_type: str) -> list[Point]:
    """The points of one device, by its type; none for a type that measures nothing we know."""
    return [
        Point(
            point_id=point_id(device_code, one.quantity),
            device_code=device_code,
            quantity=one.quantity,
            unit=one.unit,
            kind=one.kind,
            low_limit=one.low,
            high_limit=one.high,
        )
        for one in point_types().get(device_type, ())
    ]


def _point_type(quantity: str, said: dict[str, Any]) -> PointType:
    return PointType(
        quantity=quantity,
        unit=said["unit"],
        title=Title(said["zh"], said["en"]),
        kind=PointKind(said.get("kind", PointKind.GAUGE)),
        low=said.get("low"),
        high=said.get("high"),
        stale_after_s=said["stale_after_s"],
    )
