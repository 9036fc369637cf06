"""What the headings of pipe survey tables mean: Chinese, English and pinyin forms (CJJ 61-2017 tables and their kin).

Compared by ``pipe_heading``: case, blanks, underscores, brackets and a unit do not matter.
"""

from __future__ import annotations

import re
from typing import Any, Final

from twin.readers.heading_units import without_unit
from twin.readers.tables.headings import normal_heading


def pipe_heading(text: Any) -> str:
    """A heading as it is compared: ``normal_heading`` without the unit that stands behind it, as in ``S_Depth_mm``."""
    bare = re.split(r"[(\[（［]", str(text))[0]
    return normal_heading(without_unit(bare.strip()))


POINT: Final[dict[str, tuple[str, ...]]] = {
    "point_no": (
        *("物探点号", "物探点编号", "管线点号", "管线点编号", "点号", "点编号", "探测点号"),
        *("Exp_No", "Point_No", "Point_ID", "Point", "WTDH", "DH", "GXDH"),
    ),
    "map_no": ("图上点号", "图上编号", "图幅点号", "Map_No", "TSDH"),
    "north": ("北坐标", "北", "纵坐标", "纵坐标X", "X纵坐标", "N", "North", "Northing"),
    "east": ("东坐标", "东", "横坐标", "横坐标Y", "Y横坐标", "E", "East", "Easting"),
    "x": ("X", "X坐标", "坐标X", "XZB", "X_Coord"),
    "y": ("Y", "Y坐标", "坐标Y", "YZB", "Y_Coord"),
    "cover": (
        *("地面高程", "地面标高", "高程", "井盖高程", "井口高程", "点高程", "地面高"),
        *("High", "Height", "H", "Z", "Elevation", "Ground_Level", "Cover_Level", "Surf_H", "DMGC"),
    ),
    "code": ("要素代码", "分类代码", "分类编码", "编码", "代码", "Code", "YSDM"),
    "feature": ("特征", "特征点", "点特征", "管线点特征", "Feature", "TZ", "TZD"),
    "appurtenance": ("附属物", "附属物名称", "附属设施", "Subsid", "Appurtenance", "FSW"),
    "well_depth": ("井底深", "井深", "井底埋深", "窨井深", "WellDeep", "Well_Depth", "JDS", "JS_Depth"),
    "bottom_level": ("井底高程", "井底标高", "Bottom_Level", "JDGC"),
    "shaft": ("井径", "井直径", "井规格", "窨井规格", "井盖规格", "Shaft_Diameter", "JJ"),
    "owner": ("权属", "权属单位", "管理单位", "Belong", "Owner", "QSDW"),
    "accuracy": ("点类型", "点性质", "明显点", "探查类型", "探测方式", "探查方式", "Accuracy", "TCFS"),
    "pipe_class": ("管类", "管线类型", "管线种类", "管线类别", "管线大类", "Pipe_Class", "GXLX", "GXZL"),
    "subclass": ("子类", "小类", "管线子类", "管线小类", "Subclass", "GXZLX"),
}

LINE: Final[dict[str, tuple[str, ...]]] = {
    "from_no": (
        *("起始点号", "起点点号", "起点号", "起始物探点号", "起点物探点号", "起点编号", "本点号", "起点", "起始点"),
        *("S_Point", "Start_Point", "Start_No", "From", "From_No", "From_Node", "From_Point", "QDDH", "QSDH", "BDH"),
    ),
    "to_no": (
        *("终止点号", "终点点号", "终点号", "终止物探点号", "终点物探点号", "终点编号", "连接点号", "连向点号"),
        *("终点", "终止点", "E_Point", "End_Point", "End_No", "To", "To_No", "To_Node", "To_Point", "ZDDH", "ZZDH"),
        "LJDH",
    ),
    "from_depth": (
        *("起点埋深", "起始埋深", "起始点埋深", "起点深度", "起点管顶埋深", "起点管底埋深", "起点管内底埋深"),
        *("S_Deep", "S_Depth", "Start_Depth", "From_Depth", "QDMS"),
    ),
    "to_depth": (
        *("终点埋深", "终止埋深", "终止点埋深", "终点深度", "终点管顶埋深", "终点管底埋深", "终点管内底埋深"),
        *("E_Deep", "E_Depth", "End_Depth", "To_Depth", "ZDMS"),
    ),
    "from_level": (
        *("起点高程", "起始高程", "起始点高程", "起点标高", "起点管线高程", "起点管顶高程", "起点管底高程"),
        *("起点管内底高程", "S_High", "S_H", "S_Elev", "Start_Level", "Start_High", "From_Level", "QDGC"),
    ),
    "to_level": (
        *("终点高程", "终止高程", "终止点高程", "终点标高", "终点管线高程", "终点管顶高程", "终点管底高程"),
        *("终点管内底高程", "E_High", "E_H", "E_Elev", "End_Level", "End_High", "To_Level", "ZDGC"),
    ),
    "burial": ("埋设方式", "埋设类型", "敷设方式", "Burial", "EmBed", "D_Type", "MSFS", "MSLX"),
    "material": ("材质", "管材", "管线材质", "材料", "Material", "CZ", "GXCZ"),
    "section": (
        *(
            "管径",
            "断面尺寸",
            "管径或断面",
            "管径或断面尺寸",
            "管径断面",
            "管径/断面",
            "管径及断面尺寸",
            "断面",
            "规格",
        ),
        *("D_S", "Pipe_Size", "PSize", "Size", "Section", "Diameter", "GJ", "DMCC"),
    ),
    "flow": ("流向", "流水方向", "Flow", "Flow_Direction", "FlowDir", "LX"),
    "pressure": ("压力", "压力等级", "压力值", "Pressure", "YL"),
    "voltage": ("电压", "电压值", "电压等级", "Voltage", "DY"),
    "load": ("压力/电压", "电压/压力", "压力或电压", "电压或压力", "压力电压值"),
    "ducts": ("孔数", "总孔数", "管孔数", "Ducts", "Holes", "Hole_Count", "KS", "ZKS"),
    "owner": ("权属", "权属单位", "管理单位", "Belong", "Owner", "QSDW"),
    "year": (
        "建设年代",
        "建设年份",
        "埋设年代",
        "建成年代",
        "B_Date",
        "Build_Year",
        "Built_Year",
        "Year",
        "JSND",
        "MSND",
    ),
    "road": ("道路名称", "所在道路", "路名", "道路", "Road", "Road_Name", "DLMC", "SZDL"),
    "state": ("状态", "使用状态", "管线状态", "使用状况", "State", "Status", "Use_State", "SYZT"),
    "accuracy": ("探测方式", "探查方式", "定位方式", "Accuracy", "TCFS"),
    "code": ("要素代码", "分类代码", "分类编码", "编码", "代码", "Code", "YSDM"),
    "pipe_class": ("管类", "管线类型", "管线种类", "管线类别", "管线大类", "Pipe_Class", "GXLX", "GXZL"),
    "subclass": ("子类", "小类", "管线子类", "管线小类", "Subclass", "GXZLX"),
}

# Headings that only a pipe survey has; one of them tells a point table from any other table with coordinates.
POINT_ONLY: Final = ("map_no", "feature", "appurtenance", "well_depth", "bottom_level", "pipe_class")
LINE_NEEDED: Final = ("from_no", "to_no")
LINE_ONLY: Final = ("from_depth", "to_depth", "from_level", "to_level", "burial", "section", "material")
