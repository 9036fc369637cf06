"""Zones of responsibility: grids (网格), fence segments, assembly areas."""

from twin.model.layer import Column, ColumnType, LayerDefinition, LayerKind
from twin.model.text import Title

ZONES = LayerDefinition(
    id="zones",
    title=Title(zh="网格", en="Zones"),
    kind=LayerKind.ZONE,
    columns=(
        Column("code", Title("编码", "Code")),
        Column("zone_type", Title("类型", "Type"), category=True),
        Column("responsible", Title("责任人", "Responsible")),
        Column("area_m2", Title("面积", "Area"), ColumnType.NUMBER, "m2"),
    ),
    colour="#8ab4f8",
    visible=False,
)
