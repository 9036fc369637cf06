"""What the columns of foreign tables are called: layer column -> names seen in surveys, GIS exports and OSM.

Names are compared after ``normalise``: case, blanks, punctuation and a trailing unit do not matter, so
``Building:levels``, ``BUILDING LEVELS`` and ``building_levels`` are one. The first alias that a table has wins.
``options.fields`` in campus.toml (layer column = source column) goes before this table.
Chinese names: CJJ 61-2017, appendix on data structures, and GB/T 35648 for things on the ground.
"""

from __future__ import annotations

import re
from typing import Final

from twin.readers.heading_units import without_unit

PIPE_LAYERS: Final = (
    "water_supply",
    "drainage",
    "gas",
    "heat",
    "power",
    "telecom",
    "industrial",
    "other_pipes",
)


def normalise(name: str) -> str:
    """``name`` without case, punctuation and trailing unit."""
    return re.sub(r"[\W_]+", "", without_unit(name)).casefold()


_NAME: Final = ("name", "placename", "名称", "fullname", "longname", "labelname", "title", "roadname", "outfall")
_PLACE: Final = {
    "building_id": ("buildingid", "所在建筑", "所属建筑"),
    "storey_id": ("storeyid", "所在楼层"),
    "space_id": ("spaceid", "roomid", "所在房间"),
}

_PIPES: Final[dict[str, tuple[str, ...]]] = {
    "name": _NAME,
    "pipe_class": ("pipeclass", "管类", "管线类型", "管线种类"),
    "subclass": ("subclass", "subtype", "子类", "管线子类"),
    "code": ("featurecode", "要素代码", "管线代码"),
    "from_id": ("fromid", "fromnode", "juncin", "inletnode", "usnode", "startnode", "起点", "起点点号", "起点编号"),
    "to_id": ("toid", "tonode", "juncout", "outletnode", "dsnode", "endnode", "终点", "终点点号", "终点编号"),
    "length_m": ("length", "长度", "管长"),
    "diameter_m": ("diameter", "dn", "geom1", "pipediameter", "管径", "直径", "内径"),
    "width_m": ("width", "断面宽", "管宽"),
    "height_m": ("sectionheight", "断面高", "管高"),
    "from_depth_m": ("fromdepth", "startdepth", "起点埋深"),
    "to_depth_m": ("todepth", "enddepth", "终点埋深"),
    "material": ("material", "pipematerial", "材质", "管材"),
    "burial": ("burial", "埋设方式", "埋设类型"),
    "flow": ("flow", "flowdirection", "流向"),
    "pressure_kpa": ("pressurekpa", "kpa"),
    "voltage_kv": ("voltagekv", "kv"),
    "ducts": ("ducts", "barrels", "总孔数", "孔数"),
    "built_year": ("builtyear", "yearbuilt", "installyear", "建设年代", "埋设年代", "建设年份"),
    "owner": ("owner", "权属", "权属单位"),
    "road": ("road", "street", "道路名称", "所在道路"),
    "state": ("state", "status", "状态", "使用状态"),
    "point_no": ("pointno", "点号", "物探点号", "管点编号", "name", "outfall"),
    "cover_level_m": ("coverlevel", "groundlevel", "rim", "rimelevation", "elevation", "地面高程", "井盖高程"),
    "bottom_level_m": ("bottomlevel", "invertlevel", "invelev", "invert", "invertelevation", "井底高程"),
    "shaft_diameter_m": ("shaftdiameter", "manholediameter", "井径", "井直径"),
    "feature": ("feature", "特征", "管点特征"),
    "appurtenance": ("appurtenance", "附属物", "附属物名称"),
    # not columns of the layer: they become the heights of the axis
    "from_level_m": (
        "fromlevel",
        "elevin",
        "usinvert",
        "startinvert",
        "upinvert",
        "起点高程",
        "起点管底高程",
        "起点管顶高程",
    ),
    "to_level_m": (
        "tolevel",
        "elevout",
        "dsinvert",
        "endinvert",
        "downinvert",
        "终点高程",
        "终点管底高程",
        "终点管顶高程",
    ),
}

_SURFACE: Final[dict[str, tuple[str, ...]]] = {
    "name": _NAME,
    "surface_class": ("surfaceclass", "lshardtype", "landscapetype", "类别", "地物类别"),
    "width_m": ("width", "roadwidth", "宽度", "路宽"),
    "height_m": ("height", "theight", "treeheight", "高度", "树高"),
    "crown_m": ("crown", "crownwidth", "crownwidth1", "canopy", "冠幅"),
    "species": ("species", "taxa", "taxon", "genus", "commonname", "树种"),
    "material": ("material", "surface", "材质", "路面材料"),
}

_BUILDINGS: Final[dict[str, tuple[str, ...]]] = {
    "name": (*_NAME, "buildingname", "建筑名称", "楼名"),
    "name_en": ("nameen", "englishname", "英文名称", "英文名"),
    "code": ("code", "bldgcode", "buildingcode", "ref", "编码", "建筑编号", "楼号"),
    "use": ("use", "usage", "bldgusage", "buildinguse", "function", "sbldgusage", "用途", "使用性质"),
    "storeys_above": (
        *("storeysabove", "storeysaboveground", "buildinglevels", "levels", "maxfloors", "floors", "numfloors"),
        *("storeys", "层数", "地上层数", "楼层数"),
    ),
    "storeys_below": ("storeysbelow", "storeysbelowground", "buildinglevelsunderground", "地下层数"),
    "height_m": ("height", "bldgheight", "buildingheight", "measuredheight", "高度", "建筑高度", "楼高"),
    "ground_level_m": ("groundlevel", "baseelevation", "地坪高程", "室外地坪高程"),
    "footprint_area_m2": ("footprintarea", "占地面积", "基底面积"),
    "floor_area_m2": ("floorarea", "gba", "gfa", "grossfloorarea", "totalfloorarea", "建筑面积"),
    "built_year": ("builtyear", "yearbuilt", "yearofconstruction", "constructionyear", "建成年份", "建造年代"),
    "global_id": ("ifcguid", "ifcglobalid"),
}

_DEVICES: Final[dict[str, tuple[str, ...]]] = {
    "name": (*_NAME, "devicename", "设备名称"),
    **_PLACE,
    "device_code": ("devicecode", "code", "deviceid", "编码", "设备编码", "设备编号", "编号", "id"),
    "device_type": ("devicetype", "type", "category", "设备类型", "类型"),
    "model": ("model", "型号"),
    "heading_deg": ("heading", "azimuth", "bearing", "direction", "方位角", "朝向"),
    "pitch_deg": ("pitch", "tilt", "俯仰角"),
    "field_of_view_deg": ("fieldofview", "fov", "视场角"),
    "range_m": ("range", "有效距离", "可视距离"),
    "mounting_height_m": ("mountingheight", "installheight", "安装高度"),
    "zone_id": ("zoneid", "zone", "所属网格", "网格编码"),
    "installed_on": ("installedon", "installdate", "安装日期"),
}

_ZONES: Final[dict[str, tuple[str, ...]]] = {
    "name": (*_NAME, "网格名称"),
    "code": ("code", "zonecode", "编码", "网格编码"),
    "zone_type": ("zonetype", "landuse", "type", "类型", "网格类型"),
    "responsible": ("responsible", "owner", "责任人", "负责人"),
    "area_m2": ("area", "shapearea", "面积"),
}

ALIASES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "surface": _SURFACE,
    "buildings": _BUILDINGS,
    "devices": _DEVICES,
    "zones": _ZONES,
    **dict.fromkeys(PIPE_LAYERS, _PIPES),
}
