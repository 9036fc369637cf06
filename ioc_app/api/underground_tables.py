"""Sections and digs as tables to take away, in the words of the field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from ioc_app.tables import Column, as_csv, field, flag_field, word_field
from twin.model.text import Title
from twin.store.campus import Generation

UTC: Final = ZoneInfo("UTC")  # no table here has times
LAYER: Final = "layer_id"

RELATIONS: Final = {
    "crosses": Title("相交", "crosses"),
    "along": Title("顺线", "along"),
    "upright": Title("竖管", "upright"),
    "beside": Title("线旁", "beside"),
}
VERDICTS: Final = {
    "hit": Title("冲突", "hit"),
    "possible": Title("可能冲突", "possible"),
    "near": Title("临近", "near"),
}

CROSS: Final = (
    word_field("关系", "Relation", "relation", RELATIONS),
    field("管类", "Class", LAYER),
    field("名称", "Name", "name"),
    field("规格 (mm)", "Size (mm)", "size"),
    field("材质", "Material", "material"),
    field("里程 (m)", "Chainage (m)", "chainage_m"),
    field("偏距 (m)", "Offset (m)", "offset_m"),
    field("交角 (°)", "Angle (°)", "angle_deg"),
    field("地面高程 (m)", "Ground (m)", "ground_m"),
    field("管顶高程 (m)", "Crown (m)", "crown_m"),
    field("管底高程 (m)", "Invert (m)", "invert_m"),
    field("覆土 (m)", "Cover (m)", "cover_m"),
    field("埋设方式", "Burial", "burial"),
    field("权属单位", "Owner", "owner"),
    field("平面中误差 (m)", "Plan SD (m)", "plan_sd_m"),
    field("埋深中误差 (m)", "Depth SD (m)", "depth_sd_m"),
    flag_field("中误差按等级推定", "SD by accuracy class", "sd_by_class"),
    field("东 (m)", "East (m)", "x"),
    field("北 (m)", "North (m)", "y"),
    field("编号", "Id", "feature_id"),
)
LONG: Final = (
    field("管点", "Node", "name"),
    field("种类", "Kind", "kind"),
    field("里程 (m)", "Chainage (m)", "chainage_m"),
    field("地面高程 (m)", "Ground (m)", "ground_m"),
    field("进口管内底高程 (m)", "Invert in (m)", "in_invert_m"),
    field("出口管内底高程 (m)", "Invert out (m)", "out_invert_m"),
    field("跌水 (m)", "Drop (m)", "drop_m"),
    field("埋深 (m)", "Depth (m)", "depth_m"),
    field("平距 (m)", "Length (m)", "length_m"),
    field("坡度 (‰)", "Slope (‰)", "slope_permille"),
    field("管径 (mm)", "Size (mm)", "size"),
    field("材质", "Material", "material"),
    field("管点编号", "Node id", "node_id"),
    field("管段编号", "Link id", "link_id"),
)
DIG: Final = (
    word_field("判定", "Verdict", "verdict", VERDICTS),
    field("管类", "Class", LAYER),
    field("名称", "Name", "name"),
    field("规格 (mm)", "Size (mm)", "size"),
    field("材质", "Material", "material"),
    field("管顶埋深 (m)", "Depth to top (m)", "depth_m"),
    field("平面距离 (m)", "Distance in plan (m)", "distance_m"),
    field("高出坑底 (m)", "Top above bottom (m)", "above_bottom_m"),
    field("坑内长度 (m)", "Length inside (m)", "length_inside_m"),
    field("权属单位", "Owner", "owner"),
    field("埋设方式", "Burial", "burial"),
    field("压力 (kPa)", "Pressure (kPa)", "pressure_kpa"),
    field("电压 (kV)", "Voltage (kV)", "voltage_kv"),
    field("状态", "State", "state"),
    flag_field("在地面以上", "Above ground", "above_ground"),
    field("平面中误差 (m)", "Plan SD (m)", "plan_sd_m"),
    field("埋深中误差 (m)", "Depth SD (m)", "depth_sd_m"),
    flag_field("中误差按等级推定", "SD by accuracy class", "sd_by_class"),
    field("东 (m)", "East (m)", "x"),
    field("北 (m)", "North (m)", "y"),
    field("编号", "Id", "feature_id"),
)


def csv_of(columns: Sequence[Column], rows: Iterable[dict[str, Any]], language: str, generation: Generation) -> str:
    """With the mark that Excel needs before it. Layers by their titles; metres to the millimetre."""
    titles = {one.id: one.title.to_dict() for one in generation.definitions.values()}
    told = (
        {name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()}
        | {"name": row.get("name") or str(row["feature_id"]).rsplit(":", 1)[-1]}
        | {LAYER: titles.get(row.get(LAYER) or "", row.get(LAYER))}
        for row in rows
    )
    return as_csv(columns, told, language, UTC).decode("utf-8")
