"""Storeys: merged over all models of a building by name and elevation; source GUIDs stay as aliases."""

from twin.model.layer import Column, ColumnType, LayerDefinition, LayerKind
from twin.model.text import Title

STOREYS = LayerDefinition(
    id="storeys",
    title=Title(zh="楼层", en="Storeys"),
    kind=LayerKind.TABLE,
    columns=(
        Column("elevation_m", Title("楼面高程", "Floor level"), ColumnType.NUMBER, "m"),
        Column("relative_m", Title("相对标高", "Relative elevation"), ColumnType.NUMBER, "m"),
        Column("height_m", Title("层高", "Storey height"), ColumnType.NUMBER, "m"),
        Column("ordinal", Title("序号", "Ordinal"), ColumnType.INTEGER),
        Column("global_id", Title("GlobalId", "GlobalId")),
        Column("aliases", Title("别名", "Aliases")),
    ),
    colour="#6d7c8f",
)
