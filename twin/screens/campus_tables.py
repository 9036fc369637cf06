"""What stands on campus, as tables of one generation: points, devices, features, every layer; what was found there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

from twin.live.point_book import KnownPoint, PointBook, PointsFile
from twin.live.rules.campus_places import places_of
from twin.live.rules.places import Place
from twin.model.feature import COMMON
from twin.model.source_path import shown_path
from twin.store.campus import Generation

NOT_TOLD: Final = ("geometry", "bbox")  # shapes are not for screens' SQL: areas and lengths are columns
AUXILIARIES: Final = ("relations", "properties")
_NUMBER, _TEXT = pa.float64(), pa.string()
_PLACE: Final = tuple((name, _TEXT) for name in ("building_id", "storey_id", "space_id", "zone_id"))
POINTS: Final = pa.schema(
    [
        *((name, _TEXT) for name in ("point_id", "device_code", "quantity", "unit", "kind")),
        *((name, _NUMBER) for name in ("low_limit", "high_limit", "stale_after_s")),
        ("device_type", _TEXT),
        *_PLACE,
        ("feature_id", _TEXT),
    ]
)
DEVICES: Final = pa.schema(
    [
        *((name, _TEXT) for name in ("feature_id", "device_code", "device_type", "name")),
        *_PLACE,
        ("model", _TEXT),
        ("installed_on", _TEXT),
    ]
)
_TEXTS_OF_FINDINGS: Final = ("rule", "title_zh", "title_en", "severity", "layer", "source", "file", "sheet")
FOUND: Final = pa.schema(
    [
        ("finding", pa.int32()),
        *((name, _TEXT) for name in _TEXTS_OF_FINDINGS),
        ("row", pa.int64()),
        ("feature_id", _TEXT),
        ("feature_ids", pa.list_(_TEXT)),
        *((name, _TEXT) for name in ("message_zh", "message_en")),
        *((name, pa.bool_()) for name in ("underground", "masked")),
    ]
)
INSPECTIONS: Final = pa.schema(
    [("generation", pa.int32()), *((name, pa.int64()) for name in ("errors", "warnings", "infos"))]
)
FEATURES: Final = pa.schema([one for one in COMMON if one.name not in NOT_TOLD])


class CampusTables:
    """Of one generation and one list of points; each table is made when it is first asked for."""

    def __init__(
        self, generation: Generation, settings: PointsFile, layers: Mapping[str, pa.Schema], *, exactly: bool = True
    ) -> None:
        self.generation = generation
        self._layers, self._exactly = layers, exactly
        self._made: dict[str, pa.Table] = {}
        self.book = PointBook.of(generation, settings)
        self.places = places_of(generation)
        self.feature_of = self._feature_of()

    def names(self) -> list[str]:
        """Layers that are here, and those that any campus may have."""
        return sorted({*self._layers, *self.generation.layer_ids()} - {"devices"})

    def of(self, name: str) -> pa.Table:
        if name not in self._made:
            makers = {
                "points": self._points,
                "devices": self._devices,
                "features": self._features,
                "findings": self._findings,
                "inspections": self._inspections,
            }
            make = makers.get(name)
            self._made[name] = make() if make is not None else self._layer(name)
        return self._made[name]

    def spot(self, device_code: str | None) -> dict[str, str | None]:
        """Where a device stands, and which feature it is."""
        place = self.places.devices.get(device_code) if device_code is not None else None
        return {**spot_of(place), "feature_id": self.feature_of.get(device_code or "")}

    def _feature_of(self) -> dict[str, str]:
        if "devices" not in self.generation.layer_ids():
            return {}
        table = self.generation.table("devices")
        pairs = zip(table["device_code"].to_pylist(), table["feature_id"].to_pylist(), strict=True)
        return {code: feature for code, feature in pairs if code}

    def _points(self) -> pa.Table:
        return pa.Table.from_pylist([self._point(one) for one in self.book], schema=POINTS)

    def _point(self, known: KnownPoint) -> dict[str, Any]:
        point = known.point
        return {
            "point_id": point.point_id,
            "device_code": point.device_code,
            "quantity": point.quantity,
            "unit": point.unit,
            "kind": point.kind.value,
            "low_limit": point.low_limit,
            "high_limit": point.high_limit,
            "stale_after_s": known.stale_after_s,
            "device_type": known.device_type,
            **self.spot(point.device_code),
        }

    def _devices(self) -> pa.Table:
        if "devices" not in self.generation.layer_ids():
            return DEVICES.empty_table()
        table = self.generation.table("devices")
        rows = table.select([one for one in DEVICES.names if one in table.column_names]).to_pylist()
        for one in rows:
            where = self.spot(one["device_code"])
            # places name zones by feature_id, a row of the layer by its code
            one.update({name: where[name] or one.get(name) for name, _ in _PLACE})
        return pa.Table.from_pylist(rows, schema=DEVICES)

    def _features(self) -> pa.Table:
        tables = [
            self.generation.told(one, exactly=self._exactly).select(FEATURES.names)
            for one in self.generation.layer_ids()
        ]
        return pa.concat_tables([FEATURES.empty_table(), *(one.cast(FEATURES) for one in tables)])

    def _findings(self) -> pa.Table:
        """As the build of this generation found them; where they are from as browsers are told it."""
        told = self.generation.findings(exactly=self._exactly)
        files = {one.key: one.path for one in self.generation.manifest.sources}
        rows = told.select([one for one in FOUND.names if one in told.column_names]).to_pylist()
        for one in rows:
            file = one["file"] or files.get(one["source"])
            one["file"] = None if file is None else shown_path(file)
            one["feature_id"] = next(iter(one["feature_ids"]), None)
            one["masked"] = one["underground"] and not self._exactly
        return pa.Table.from_pylist(rows, schema=FOUND)

    def _inspections(self) -> pa.Table:
        """That of the build of this generation; none where it failed or there was none yet."""
        made = self.generation.manifest.inspection
        if made is None or made.failed is not None:
            return INSPECTIONS.empty_table()
        counts = {f"{severity}s": count for severity, count in made.found.items()}
        return pa.Table.from_pylist([{"generation": self.generation.number, **counts}], schema=INSPECTIONS)

    def _layer(self, name: str) -> pa.Table:
        if name in AUXILIARIES:
            return self.generation.auxiliary(name)
        if name not in self.generation.layer_ids():
            return _told(self._layers[name].empty_table())
        return _told(self.generation.told(name, exactly=self._exactly))


def spot_of(place: Place | None) -> dict[str, str | None]:
    """Of the zones it is in the first: most things are in one."""
    if place is None:
        return dict.fromkeys((name for name, _ in _PLACE), None)
    zone = place.zone_ids[0] if place.zone_ids else None
    return {
        "building_id": place.building_id,
        "storey_id": place.storey_id,
        "space_id": place.space_id,
        "zone_id": zone,
    }


def _told(table: pa.Table) -> pa.Table:
    return table.drop_columns([one for one in NOT_TOLD if one in table.column_names])
