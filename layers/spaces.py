"""Rooms and other spaces of buildings; every area says where it came from."""

from twin.model.layer import Column, ColumnType, LayerDefinition, LayerKind
from twin.model.text import Title

SPACES = LayerDefinition(
    id="spaces",
    title=Title(zh="房间", en="Spaces"),
    kind=LayerKind.ELEMENT,
    columns=(
        Column("number", Title("房号", "Number")),
        Column("long_name", Title("名称", "Long name")),
        Column("use", Title("用途", "Use"), category=True),
        Column("area_m2", Title("面积", "Area"), ColumnType.NUMBER, "m2"),
        Column("area_source", Title("面积来源", "Source of area"), category=True),
        Column("volume_m3", Title("体积", "Volume"), ColumnType.NUMBER, "m3"),
        Column("height_m", Title("净高", "Height"), ColumnType.NUMBER, "m"),
        Column("global_id", Title("GlobalId", "GlobalId")),
    ),
    colour="#6ea8d8",
    visible=False,
    opacity=0.4,  # what stands in a room is seen through it
)
