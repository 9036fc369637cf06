"""The answer: counts for people, one row a difference for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import pyarrow as pa

from twin.model.feature import BBOX


class Change(StrEnum):
    """What became of a feature. One that moved and has other values too is ``moved``; its ``columns`` say the rest."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


VALUES: Final = pa.list_(pa.struct([("column", pa.string()), ("old", pa.string()), ("new", pa.string())]))

# what a row says: ``idx`` in the newer generation, null of what was removed; geometry of the newer one, of what was
# removed the older; ``moved_*`` null where one side has no place; ``columns``: what has another value, as text
SCHEMA: Final = pa.schema(
    [
        pa.field("feature_id", pa.string(), nullable=False),
        pa.field("layer_id", pa.string(), nullable=False),
        pa.field("kind", pa.string()),
        pa.field("name", pa.string()),
        pa.field("change", pa.string(), nullable=False),
        pa.field("moved_plan_m", pa.float64()),
        pa.field("moved_height_m", pa.float64()),
        pa.field("columns", VALUES),
        pa.field("former_id", pa.string()),
        pa.field("id_stable", pa.bool_(), nullable=False),
        pa.field("idx", pa.uint32()),
        pa.field("geometry", pa.binary()),
        pa.field("bbox", BBOX),
    ]
)


@dataclass(frozen=True, slots=True)
class LayerChanges:
    """One layer. ``old = removed + moved + changed + unchanged`` and ``new = added + moved + changed + unchanged``.

    ``moved_and_changed`` are among ``moved``. ``matched_by_place``: pairs whose ids come from their geometry and that
    were found by it; ``unmatched``: added and removed ones with such an id, which may be the same thing. Metres; None
    where ``masked`` (``as_told``).
    """

    layer_id: str
    old: int
    new: int
    added: int
    removed: int
    moved: int
    changed: int
    unchanged: int
    moved_and_changed: int
    matched_by_place: int
    unmatched: int
    largest_plan_m: float | None
    largest_height_m: float | None
    columns: Mapping[str, int]  # column -> features with another value
    table: pa.Table = field(repr=False, compare=False)
    masked: bool = False

    @property
    def is_same(self) -> bool:
        return len(self.table) == 0

    def to_dict(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in self.__slots__ if name not in ("table", "columns")}
        return {**said, "columns": dict(self.columns)}


@dataclass(frozen=True, slots=True)
class Changes:
    """From generation ``old`` to ``new``. ``crs`` as in campus.toml; of campuses whose CRS changed nothing is told."""

    old: int
    new: int
    crs: str
    layers: tuple[LayerChanges, ...]

    def to_arrow(self) -> pa.Table:
        """One row for all that is not the same, in ``SCHEMA``; ``geoparquet.write`` takes it."""
        return pa.concat_tables([one.table for one in self.layers] or [SCHEMA.empty_table()]).combine_chunks()

    def to_dict(self) -> dict[str, Any]:
        """Counts, JSON-ready."""
        return {"from": self.old, "to": self.new, "layers": [one.to_dict() for one in self.layers]}
