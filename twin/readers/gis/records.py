"""Rows of any geographic table -> features of one layer: geometry checked, fields mapped, keys chosen.

Shared by the readers of vector files, GeoParquet and coordinate tables, so that the same 42 buildings come out the
same from every format.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.errors import SourceUnreadableError, UnknownLayerError
from twin.model.layer import LayerDefinition
from twin.readers.base import ReadReport, SkipReason, Source
from twin.readers.gis.aliases import PIPE_LAYERS
from twin.readers.gis.fields import Mapped, is_blank, map_fields
from twin.readers.gis.pipe_features import PIPE_OPTIONS, write_pipes
from twin.readers.gis.shapes import Shapes, check_shapes
from twin.readers.height_unit import height_unit_m, taken_as_metres
from twin.readers.options import TEXT, UNITS, WORDS, Options
from twin.readers.writer import BatchWriter

Geometries = NDArray[np.object_]

_AREAS: Final = frozenset({"Polygon", "MultiPolygon"})
_LINES: Final = frozenset({"LineString", "MultiLineString", "LinearRing"})
_POINTS: Final = frozenset({"Point", "MultiPoint"})

# layer -> geometry types it takes
ACCEPTED: Final[dict[str, frozenset[str]]] = {
    "surface": _AREAS | _LINES | _POINTS,
    "buildings": _AREAS,
    "zones": _AREAS | _LINES,
    "devices": frozenset({"Point"}),
    **dict.fromkeys(PIPE_LAYERS, _LINES | _POINTS),
}
RECORD_OPTIONS: Final[Options] = {
    "fields": WORDS,
    "units": UNITS,
    "classes": WORDS,
    "surface_class": TEXT,
    "vertical_unit": TEXT,
    **PIPE_OPTIONS,
}
_KINDS: Final = {"surface": "surface", "buildings": "building", "zones": "zone", "devices": "device"}


@dataclass(slots=True)
class Records:
    """A table beside its geometry, in the file's own coordinates (x first). ``positions`` say where each row is.

    ``crs`` is what the file declares (None: nothing); ``vertical_datum`` likewise. ``reasons`` says why a row
    without geometry has none, where the reader knows better than "no geometry". ``heights_in_metres``: the reader has
    seen to the unit of heights; else it is that of campus.toml or the CRS.
    """

    geometry: Geometries
    table: dict[str, list[Any]]
    positions: list[str]
    crs: str | None
    vertical_datum: str | None = None
    reasons: dict[int, SkipReason] = field(default_factory=dict)
    heights_in_metres: bool = False

    def __len__(self) -> int:
        return len(self.geometry)


@dataclass(slots=True)
class Rows:
    """What is left to be written: placed geometry, mapped fields, keys; one entry a kept row."""

    source: Source
    layer: LayerDefinition
    geometry: Geometries
    mapped: Mapped
    positions: list[str]
    keys: list[str] | None
    notes: Callable[[str], None]


def target_layer(source: Source, out: BatchWriter) -> LayerDefinition:
    """The layer campus.toml gives to this source, or the error that asks for one."""
    known = [name for name in ACCEPTED if name in out.layers]
    if source.layer is None:
        raise SourceUnreadableError(
            path=source.path,
            detail="campus.toml does not say which layer it feeds",
            cure=f'Write layer = "…" for this source: {", ".join(known)}.',
        )
    if source.layer not in known:
        raise UnknownLayerError(layer=source.layer, known=", ".join(known))
    return out.layers[source.layer]


def write_records(records: Records, source: Source, out: BatchWriter) -> ReadReport:
    """Write ``records`` to the layer of ``source`` and account for every row."""
    layer = target_layer(source, out)
    report = ReadReport(found=len(records))
    keys = _key_values(records, source)
    heights = bool(shapely.has_z(records.geometry).any())
    georeference = source.georeference(records.crs, heights=heights, declared_datum=records.vertical_datum)
    if heights and not records.heights_in_metres:
        unit_m = height_unit_m(source, None, georeference.crs)
        if unit_m is None:
            report.note(f"{source.path.name}: {taken_as_metres(source, georeference.crs)}")
        georeference = replace(georeference, vertical_unit_m=unit_m or 1.0)
    shapes = check_shapes(records.geometry, ACCEPTED[layer.id], georeference)
    for row, reason in records.reasons.items():
        shapes.reasons[row] = reason
    out.placed_by(georeference)
    keep = _count_skips(shapes, records, keys, source, report)
    rows = np.flatnonzero(keep)
    table = {name: [values[row] for row in rows] for name, values in records.table.items()}
    kept = Rows(
        source=source,
        layer=layer,
        geometry=shapes.geometry[rows],
        mapped=map_fields(table, layer, source, report) if table else Mapped(attributes=[{} for _ in rows]),
        positions=[records.positions[row] for row in rows],
        keys=None if keys is None else [keys[row] for row in rows],
        notes=report.note,
    )
    if len(rows):
        _write(kept, out)
    report.kept = len(rows)
    return report


def _key_values(records: Records, source: Source) -> list[str] | None:
    """The natural keys from ``key_column``; an empty string where the row has none."""
    name = source.key_column
    if name is None:
        return None
    if name not in records.table:
        raise SourceUnreadableError(
            path=source.path,
            detail=f"key_column '{name}' is not in the file",
            cure=f"Its columns are: {', '.join(records.table)}.",
        )
    return ["" if is_blank(value) else _key(value) for value in records.table[name]]


def _key(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _count_skips(
    shapes: Shapes, records: Records, keys: Sequence[str] | None, source: Source, report: ReadReport
) -> NDArray[np.bool_]:
    """Which rows stay; the others are counted with their reason and the first few are named."""
    keep = np.array([reason is None for reason in shapes.reasons], dtype=bool)
    for reason in SkipReason:
        rows = [row for row, one in enumerate(shapes.reasons) if one is reason]
        if rows:
            where = ", ".join(records.positions[row] for row in rows[:5])
            report.skip(reason, len(rows), f"{source.path.name}: {reason.value}: {where}{' …' if rows[5:] else ''}")
    if shapes.repaired:
        where = ", ".join(records.positions[row] for row in shapes.repaired[:5])
        more = " …" if shapes.repaired[5:] else ""
        report.note(f"{source.path.name}: {len(shapes.repaired)} invalid areas were repaired: {where}{more}")
    if keys is not None:
        keyless = keep & np.array([not key for key in keys], dtype=bool)
        note = f"{source.path.name}: rows without a value in key column '{source.key_column}'"
        report.skip(SkipReason.NO_KEY, int(keyless.sum()), note)
        keep &= ~keyless
    return keep


def _write(rows: Rows, out: BatchWriter) -> None:
    if rows.layer.id in PIPE_LAYERS:
        write_pipes(rows, out)
        return
    columns: dict[str, Any] = {**rows.mapped.columns, "source_pos": rows.positions}
    if rows.layer.id == "surface":
        columns["surface_class"] = surface_classes(rows.mapped, rows.source, rows.notes, len(rows.geometry))
    out.features(
        rows.layer.id,
        kind=_KINDS[rows.layer.id],
        geometry=rows.geometry,
        georeference=None,
        natural_keys=rows.keys,
        columns=columns,
        attributes=rows.mapped.attributes,
    )


def surface_classes(mapped: Mapped, source: Source, note: Callable[[str], None], size: int) -> list[str]:
    """``options.surface_class`` for all, else what the class column says; ``other`` when neither does."""
    whole = source.options.get("surface_class")
    if whole is not None:
        return [str(whole)] * size
    found = mapped.columns.get("surface_class", [None] * size)
    unsaid = sum(one is None for one in found)
    if unsaid:
        note(f"{source.path.name}: {unsaid} things have no class; write options.surface_class or options.classes")
    return [one or "other" for one in found]
