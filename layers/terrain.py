"""The ground: elevation grids and surface meshes."""

from twin.model.layer import Column, ColumnType, LayerDefinition, LayerKind
from twin.model.text import Title

TERRAIN = LayerDefinition(
    id="terrain",
    title=Title(zh="地形", en="Terrain"),
    kind=LayerKind.TERRAIN,
    columns=(
        Column("cell_m", Title("格网间距", "Cell size"), ColumnType.NUMBER, "m"),
        Column("lowest_m", Title("最低高程", "Lowest"), ColumnType.NUMBER, "m"),
        Column("highest_m", Title("最高高程", "Highest"), ColumnType.NUMBER, "m"),
        Column("nodata_share", Title("无数据比例", "Share without data"), ColumnType.NUMBER, "1"),
    ),
    colour="#5b6b5a",
    needs_heights=True,
)
