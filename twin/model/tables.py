"""Tables of a generation that are not layers."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import pyarrow as pa

from twin.model.feature import BBOX


class RelationKind(StrEnum):
    """The verbs of the campus graph; subject and object are feature ids or register ids."""

    CONTAINS = "contains"
    SERVES = "serves"
    FEEDS = "feeds"
    CONTROLS = "controls"
    MEASURES = "measures"
    SEES = "sees"
    RESPONSIBLE_FOR = "responsible_for"


_TIME = pa.timestamp("us", tz="UTC")

RELATIONS: Final = pa.schema(
    [
        pa.field("from_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("to_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("valid_from", _TIME),
        pa.field("valid_to", _TIME),
    ]
)

# Other names of things: what merged buildings and storeys were called, what links between data sets say is the same.
ALIASES: Final = pa.schema(
    [
        pa.field("alias", pa.string(), nullable=False),
        pa.field("feature_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
    ]
)

# IFC property sets and quantities, one row a value. ``number`` is SI; ``unit`` says what it was turned into.
PROPERTIES: Final = pa.schema(
    [
        pa.field("feature_id", pa.string(), nullable=False),
        pa.field("set_name", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("value", pa.string()),
        pa.field("number", pa.float64()),
        pa.field("unit", pa.string()),
        pa.field("origin", pa.string(), nullable=False),  # property | quantity | type_property
    ]
)

MATERIALS: Final = pa.schema(
    [
        pa.field("feature_id", pa.string(), nullable=False),
        pa.field("position", pa.int32(), nullable=False),  # 1 = outermost or only
        pa.field("material", pa.string(), nullable=False),
        pa.field("thickness_m", pa.float64()),
        pa.field("category", pa.string()),
    ]
)

SYSTEMS: Final = pa.schema(
    [
        pa.field("system_id", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("feature_id", pa.string(), nullable=False),
    ]
)

# What readers said of single rows (twin.model.finding.RowRemark). ``row`` counts as a spreadsheet does.
REMARKS: Final = pa.schema(
    [
        pa.field("source_key", pa.string(), nullable=False),
        pa.field("rule", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("sheet", pa.string(), nullable=False),
        pa.field("row", pa.int32(), nullable=False),
        pa.field("skipped", pa.bool_(), nullable=False),
        pa.field("said", pa.string(), nullable=False),  # JSON: what fills the rule's sentences
        pa.field("changes", pa.string()),  # JSON list: cells that would mend the row
        pa.field("layer", pa.string()),  # which the row is of, where the reader knows; skipped rows, too
    ]
)

# What the inspection that is part of a build found (twin.model.finding.Finding), worst first. GeoParquet.
FINDINGS: Final = pa.schema(
    [
        pa.field("finding", pa.int32(), nullable=False),  # its number, which is its row
        pa.field("rule", pa.string(), nullable=False),
        pa.field("title_zh", pa.string(), nullable=False),  # of the rule
        pa.field("title_en", pa.string(), nullable=False),
        pa.field("severity", pa.string(), nullable=False),
        pa.field("layer", pa.string()),
        pa.field("source", pa.string()),
        pa.field("file", pa.string()),
        pa.field("sheet", pa.string()),
        pa.field("row", pa.int64()),
        pa.field("feature_ids", pa.list_(pa.string()), nullable=False),
        pa.field("message_zh", pa.string()),
        pa.field("message_en", pa.string()),
        pa.field("fix_zh", pa.string()),
        pa.field("fix_en", pa.string()),
        pa.field("said", pa.string()),  # JSON: what fills the rule's sentences
        pa.field("changes", pa.string()),  # JSON list: cells that would mend it
        pa.field("also", pa.string()),  # JSON list: where the others stand of what it is about
        pa.field("names", pa.string(), nullable=False),  # JSON: what people call these things
        pa.field("safe", pa.bool_(), nullable=False),
        pa.field("underground", pa.bool_(), nullable=False),  # it tells of what lies underground
        pa.field("geometry", pa.binary()),  # the evidence as WKB, campus CRS
        pa.field("bbox", BBOX),
    ]
)

# Canonical geometry: what tiles, sections, clearance and visibility are derived from.
MESHES: Final = pa.schema(
    [
        pa.field("mesh_id", pa.string(), nullable=False),
        pa.field("positions", pa.list_(pa.float64()), nullable=False),  # x y z x y z …, local metres
        pa.field("indices", pa.list_(pa.uint32()), nullable=False),  # three a triangle, counter-clockwise from outside
    ]
)

INSTANCES: Final = pa.schema(
    [
        pa.field("feature_id", pa.string(), nullable=False),
        pa.field("mesh_id", pa.string(), nullable=False),
        pa.field("matrix", pa.list_(pa.float64(), 12), nullable=False),  # 3 rows x 4, local -> campus CRS
        pa.field("rgba", pa.uint32(), nullable=False),  # 0xRRGGBBAA, the material's own colour; 0 = the layer's colour
    ]
)

# tables that generations of earlier versions have no file of
ADDED_LATER: Final = frozenset({"remarks", "findings"})

# what readers deliver beside layers
AUXILIARY: Final = {
    "relations": RELATIONS,
    "aliases": ALIASES,
    "properties": PROPERTIES,
    "materials": MATERIALS,
    "systems": SYSTEMS,
    "remarks": REMARKS,
    "meshes": MESHES,
    "instances": INSTANCES,
}

# every table of a generation that is no layer
TABLES: Final = {**AUXILIARY, "findings": FINDINGS}
