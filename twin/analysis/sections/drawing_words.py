"""The words on drawings, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class PipeStyle:
    """How a layer is drawn: its standard colour as ``#rrggbb`` and what it is called."""

    colour: str
    title: str


WORDS: Final[dict[str, tuple[str, str]]] = {
    "cross": ("横断面图", "Cross section"),
    "long": ("纵断面图", "Longitudinal section"),
    "scale": (
        "横向 1:{h}　竖向 1:{v}　竖向放大 {e} 倍",
        "Horizontal 1:{h}, vertical 1:{v}, heights exaggerated {e} times",
    ),
    "ends": ("起点 东 {e} 北 {n}　终点 东 {e2} 北 {n2}", "from E {e} N {n} to E {e2} N {n2}"),
    "chainage": ("里程 (m)", "Chainage (m)"),
    "elevation": ("高程 (m)", "Elevation (m)"),
    "sd": ("位置不确定范围 (±{k} 倍中误差)", "Uncertainty of place (±{k} standard deviations)"),
    "building": ("建筑物（高度未按比例）", "Building (height not to scale)"),
    "crossing": ("交叉管线", "Crossing pipe"),
    "beside": ("虚线空心：线旁管线（未切到）", "Dashed, hollow: pipe beside the line (not cut)"),
    "no": ("序号", "No."),
    "layer": ("管类", "Class"),
    "size": ("规格 (mm)", "Size (mm)"),
    "material": ("材质", "Material"),
    "ground_m": ("地面高程", "Ground"),
    "crown_m": ("管顶高程", "Crown"),
    "axis_m": ("管中高程", "Axis"),
    "invert_m": ("管底高程", "Invert"),
    "cover_m": ("覆土 (m)", "Cover (m)"),
    "angle": ("交角 (°)", "Angle (°)"),
    "plan_sd": ("平面中误差", "Plan SD"),
    "depth_sd": ("埋深中误差", "Depth SD"),
    "id": ("编号", "Id"),
    "node": ("管点", "Node"),
    "station": ("里程 (m)", "Chainage (m)"),
    "in_invert": ("管内底高程 (m)", "Invert (m)"),
    "station_ground": ("地面高程 (m)", "Ground (m)"),
    "depth": ("埋深 (m)", "Depth (m)"),
    "slope": ("坡度 (‰)", "Slope (‰)"),
    "length": ("平距 (m)", "Length (m)"),
    "diameter": ("管径 (mm)", "Size (mm)"),
    "by_class": ("* 中误差按精度等级推定", "* standard deviation by accuracy class"),
    "assumed": ("虚线井壁：井径未测，按 1 m 绘制", "Dashed shaft: diameter not surveyed, drawn 1 m wide"),
    "small": ("小于 0.6 mm 的管径按 0.6 mm 绘制", "Pipes below 0.6 mm on paper are drawn 0.6 mm wide"),
}


def say(key: str, language: str, **values: object) -> str:
    """The word for ``key``, Chinese unless ``language`` is ``en``."""
    return WORDS[key][1 if language == "en" else 0].format(**values)
