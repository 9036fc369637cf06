"""Columns that every underground network shares: nodes (kind ``node``) and links (kind ``link``).

A link's geometry is the axis of the pipe, LineString Z; a node's geometry is a Point Z at its cover level.
``elevation_reference`` says what the survey measured (crown for pressure and cables, invert for gravity) before the
reader turned it into the axis. Codes: CJJ 61-2017.
"""

from __future__ import annotations

from typing import Final

from twin.model.layer import Column, ColumnType
from twin.model.text import Title

LINK: Final = "link"
NODE: Final = "node"

NETWORK_COLUMNS: Final = (
    Column("pipe_class", Title("管类", "Pipe class"), category=True),
    Column("subclass", Title("子类", "Subclass"), category=True),
    Column("code", Title("要素代码", "Feature code")),
    # links
    Column("from_id", Title("起点", "From node")),
    Column("to_id", Title("终点", "To node")),
    Column("length_m", Title("长度", "Length"), ColumnType.NUMBER, "m"),
    Column("diameter_m", Title("管径", "Diameter"), ColumnType.NUMBER, "m"),
    Column("width_m", Title("断面宽", "Section width"), ColumnType.NUMBER, "m"),
    Column("height_m", Title("断面高", "Section height"), ColumnType.NUMBER, "m"),
    Column("from_depth_m", Title("起点埋深", "Depth at start"), ColumnType.NUMBER, "m"),
    Column("to_depth_m", Title("终点埋深", "Depth at end"), ColumnType.NUMBER, "m"),
    Column("elevation_reference", Title("高程基准部位", "Level refers to"), category=True),
    Column("material", Title("材质", "Material"), category=True),
    Column("burial", Title("埋设方式", "Burial"), category=True),
    Column("flow", Title("流向", "Flow direction")),
    Column("pressure_kpa", Title("压力", "Pressure"), ColumnType.NUMBER, "kPa"),
    Column("voltage_kv", Title("电压", "Voltage"), ColumnType.NUMBER, "kV"),
    Column("ducts", Title("孔数", "Ducts"), ColumnType.INTEGER),
    Column("built_year", Title("建设年代", "Year built"), ColumnType.INTEGER),
    Column("owner", Title("权属", "Owner"), category=True),
    Column("road", Title("道路名称", "Road")),
    Column("state", Title("状态", "State"), category=True),
    # nodes
    Column("point_no", Title("物探点号", "Survey point")),
    Column("cover_level_m", Title("地面高程", "Cover level"), ColumnType.NUMBER, "m"),
    Column("bottom_level_m", Title("井底高程", "Bottom level"), ColumnType.NUMBER, "m"),
    Column("shaft_diameter_m", Title("井径", "Shaft diameter"), ColumnType.NUMBER, "m"),
    Column("feature", Title("特征", "Point feature"), category=True),
    Column("appurtenance", Title("附属物", "Appurtenance"), category=True),
)
