"""The points of a campus: those of its devices by their type, changed and added to by ``config/points.toml``.

::

    [[points]]
    point_id = "EM-B01:power"
    high = 800            # kW; beyond it a value is out of range
    stale_after_s = 120

    [[points]]            # one that no device of the campus has
    point_id = "weather:rain"
    device_code = "weather"
    quantity = "rain"
    unit = "mm/h"
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field

from twin.config_file import Settings, load_config
from twin.model.entries import Entry
from twin.model.live import Point, PointKind, Quality
from twin.model.points import point_id, point_types
from twin.model.text import Title
from twin.store.campus import Generation
from twin.store.devices import Device, devices_of

CONFIG: Final = Path("config") / "points.toml"
STALE_AFTER_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class KnownPoint:
    """A point, what it is called, and where it hangs. ``idx`` is that of its device in the generation in use."""

    point: Point
    title: Title
    stale_after_s: float
    device_type: str | None = None
    feature_id: str | None = None
    idx: int | None = None
    main: bool = False  # of the several of a device, the one that colours it

    def quality_of(self, value: float | None, said: str | None) -> str | None:
        """What to make of a value: the sender's own doubt stands, a value beyond the limits is out of range."""
        low, high = self.point.low_limit, self.point.high_limit
        beyond = value is not None and ((low is not None and value < low) or (high is not None and value > high))
        return Quality.OUT_OF_RANGE.value if beyond and said == Quality.GOOD.value else said


class _PointSettings(Settings):
    point_id: Annotated[str, Field(min_length=1, max_length=160)]
    device_code: str | None = None
    quantity: str | None = None
    unit: str | None = None
    kind: PointKind | None = None
    low: float | None = None
    high: float | None = None
    stale_after_s: Annotated[float, Field(gt=0)] | None = None
    name: Title | None = None


class PointsFile(Settings):
    points: list[_PointSettings] = Field(default_factory=list)


def load_point_settings(campus_folder: Path) -> PointsFile:
    """Raises ConfigError with the line of the first mistake."""
    return load_config(campus_folder / CONFIG, PointsFile)


class PointBook:
    """Every known point by its id. Points that only sent are not in it: they are listed beside."""

    def __init__(
        self, points: dict[str, KnownPoint], devices: dict[str, int] | None = None, generation: int = 0
    ) -> None:
        self.generation = generation  # whose numbers ``idx`` are
        self._points = points
        self._devices = devices or {}
        self._main = {one.point.device_code: one.point.point_id for one in points.values() if one.main}

    @classmethod
    def of(cls, generation: Generation, settings: PointsFile | None = None) -> PointBook:
        devices = devices_of(generation)
        points = _of_devices(devices)
        for said in settings.points if settings is not None else ():
            points[said.point_id] = _changed(points.get(said.point_id), said)
        return cls(points, {one.device_code: one.idx for one in devices}, generation.number)

    def __len__(self) -> int:
        return len(self._points)

    def __iter__(self) -> Any:
        return iter(self._points.values())

    def get(self, point: str) -> KnownPoint | None:
        return self._points.get(point)

    def idx_of_device(self, device_code: str) -> int | None:
        """The number of a device in the generation, whatever it measures."""
        return self._devices.get(device_code)

    def main_of(self, device_code: str) -> str | None:
        """The point that colours a device."""
        return self._main.get(device_code)

    def judged(self, entry: Entry) -> Entry:
        """A reading with the quality that the limits of its point give it."""
        known = self._points.get(entry.subject)
        if known is None:
            return entry
        quality = known.quality_of(entry.value, entry.quality)
        return entry if quality == entry.quality else replace(entry, quality=quality)


def _of_devices(devices: list[Device]) -> dict[str, KnownPoint]:
    found: dict[str, KnownPoint] = {}
    for one in devices:
        for rank, kind in enumerate(point_types().get(one.device_type or "", ())):
            name = point_id(one.device_code, kind.quantity)
            found[name] = KnownPoint(
                Point(name, one.device_code, kind.quantity, kind.unit, kind.kind, kind.low, kind.high),
                kind.title,
                kind.stale_after_s,
                one.device_type,
                one.feature_id,
                one.idx,
                main=rank == 0,
            )
    return found


def _changed(known: KnownPoint | None, said: _PointSettings) -> KnownPoint:
    device, _, quantity = said.point_id.rpartition(":")
    before = known or KnownPoint(
        Point(said.point_id, device or said.point_id, quantity, "1"), Title(quantity, quantity), STALE_AFTER_S
    )
    renamed = {"low": "low_limit", "high": "high_limit"}
    changes = said.model_dump(exclude_none=True, exclude={"point_id", "stale_after_s", "name"})
    point = replace(before.point, **{renamed.get(name, name): value for name, value in changes.items()})
    return replace(
        before,
        point=point,
        title=said.name or before.title,
        stale_after_s=said.stale_after_s or before.stale_after_s,
    )
