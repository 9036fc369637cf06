"""Columns of a layer table."""

from __future__ import annotations

import pyarrow as pa

from ioc_app.fields.field import Field, FieldRef, FieldSource, FieldValues, known, summary
from twin.model.layer import Column, ColumnType, LayerDefinition
from twin.model.text import Title

# Columns that every layer has and that are worth a colour.
SHARED = (
    Column("kind", Title("种类", "Kind"), category=True),
    Column("building_id", Title("建筑", "Building"), category=True),
    Column("storey_id", Title("楼层", "Storey"), category=True),
    Column("source_key", Title("来源", "Source"), category=True),
    Column("accuracy_class", Title("精度类别", "Accuracy class"), category=True),
    Column("plan_sd_m", Title("平面中误差", "Plan standard deviation"), ColumnType.NUMBER, "m"),
    Column("depth_sd_m", Title("埋深中误差", "Depth standard deviation"), ColumnType.NUMBER, "m"),
)
# Names of things: they say which one it is, not what it is like.
_KEYS = {"global_id", "aliases", "type_id", "from_id", "to_id"}


def list_columns(layer: LayerDefinition | None, table: pa.Table) -> list[Field]:
    """The columns that hold something, the layer's own before those of every layer."""
    offered = _offered(layer, table)
    return [summary(FieldRef(FieldSource.COLUMN, one.name), _read(table, one)) for one in offered.values()]


def read_column(layer: LayerDefinition | None, table: pa.Table, name: str) -> FieldValues | None:
    """The known values of a column; None where the layer has none of that name."""
    column = _offered(layer, table).get(name)
    return _read(table, column) if column else None


def _offered(layer: LayerDefinition | None, table: pa.Table) -> dict[str, Column]:
    """Columns with a definition: a plugged-in table may hold others. Times have no colour."""
    defined = {one.name: one for one in (*(layer.columns if layer else ()), *SHARED)}
    columns = set(table.column_names) - _KEYS
    return {name: one for name, one in defined.items() if name in columns and one.type is not ColumnType.TIME}


def _read(table: pa.Table, column: Column) -> FieldValues:
    idx, values = known(table["idx"].combine_chunks(), table[column.name].combine_chunks())
    return FieldValues(column.title, column.unit, idx, values)
