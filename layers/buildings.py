"""Buildings as registered things: footprint, storeys, height, use; a shell or a solid to look at."""

from twin.model.layer import Column, ColumnType, LayerDefinition, LayerKind
from twin.model.text import Title

BUILDINGS = LayerDefinition(
    id="buildings",
    title=Title(zh="建筑", en="Buildings"),
    kind=LayerKind.VOLUME,
    columns=(
        Column("code", Title("编码", "Code")),
        Column("name_en", Title("英文名称", "English name")),
        Column("use", Title("用途", "Use"), category=True),
        Column("storeys_above", Title("地上层数", "Storeys above"), ColumnType.INTEGER),
        Column("storeys_below", Title("地下层数", "Storeys below"), ColumnType.INTEGER),
        Column("height_m", Title("高度", "Height"), ColumnType.NUMBER, "m"),
        Column("ground_level_m", Title("室外地坪高程", "Ground level"), ColumnType.NUMBER, "m"),
        Column("footprint_area_m2", Title("占地面积", "Footprint area"), ColumnType.NUMBER, "m2"),
        Column("floor_area_m2", Title("建筑面积", "Floor area"), ColumnType.NUMBER, "m2"),
        Column("built_year", Title("建成年份", "Year built"), ColumnType.INTEGER),
        Column("global_id", Title("GlobalId", "GlobalId")),
    ),
    colour="#aab4c0",
)
