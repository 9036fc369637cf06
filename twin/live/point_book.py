"""The points of a campus: those of its devices by their type, changed and added to by ``config/points.toml``.

::

    [[points]]
    point_id = "EM-B01:power"
    high = 800            # kW; beyond it a value is out of range
    stale_after_s = 120

    [[points]]            # what the logger calls the energy of a meter, and that each reading is what an hour used
    point_id = "logger-7:ch3"
    device_code = "EM-B02"
    quantity = "energy"
    kind = "delta"

    [[points]]            # one that no device of the campus has
    point_id = "weather:rain"
    device_code = "weather"
    quantity = "rain"
    unit = "mm/h"
"""

from __future__ import annotations

from collections.abc import Mapping
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
        by_code = {one.device_code: one for one in devices}
        for said in settings.points if settings is not None else ():
            before = points.get(said.point_id) or _of_its_device(points, said) or _added(said, by_code)
            if before.point.point_id != said.point_id:
                points.pop(before.point.point_id, None)
            points[said.point_id] = _changed(before, said)
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


def _of_its_device(points: dict[str, KnownPoint], said: _PointSettings) -> KnownPoint | None:
    """The point of the device's type that is only called otherwise."""
    if said.device_code is None or said.quantity is None:
        return None
    return points.get(point_id(said.device_code, said.quantity))


def _added(said: _PointSettings, devices: Mapping[str, Device]) -> KnownPoint:
    """A point that the type of its device does not have; where that device stands, so does it."""
    named, _, quantity = said.point_id.rpartition(":")
    code = said.device_code or named or said.point_id
    point, title = Point(said.point_id, code, quantity, "1"), Title(quantity, quantity)
    device = devices.get(code)
    if device is None:
        return KnownPoint(point, title, STALE_AFTER_S)
    return KnownPoint(point, title, STALE_AFTER_S, device.device_type, device.feature_id, device.idx)


def _changed(before: KnownPoint, said: _PointSettings) -> KnownPoint:
    renamed = {"low": "low_limit", "high": "high_limit"}
    changes = said.model_dump(exclude_none=True, exclude={"stale_after_s", "name"})
    point = replace(before.point, **{renamed.get(name, name): value for name, value in changes.items()})
    return replace(
        before,
        point=point,
        title=said.name or before.title,
        stale_after_s=said.stale_after_s or before.stale_after_s,
    )
