"""What is asked of views and water over the terrain and cannot be answered."""

from __future__ import annotations

from twin.errors.base import TwinError


class NoGroundHereError(TwinError):
    code = "no_ground_here"
    zh = "点 ({x:.2f}, {y:.2f}) 处没有地形高程。请选择地形范围内的点，或补充该处的地形。"
    en = "No ground elevation is known at ({x:.2f}, {y:.2f}). Choose a point on the terrain, or add terrain there."


class CellTooSmallError(TwinError):
    code = "cell_too_small"
    zh = "格网边长 {cell_m} m 会产生 {cells} 个单元，上限为 {most}。请增大边长或缩小范围。"
    en = "Cells of {cell_m} m would make a grid of {cells}; the most is {most}. Use larger cells or a smaller area."


class NotOneGridError(TwinError):
    code = "not_one_grid"
    zh = "“{name}” 的行列数为 {found}，地形为 {wanted}。请把它重采样到地形的格网。"
    en = "'{name}' has rows and columns {found}, the terrain {wanted}. Resample it to the terrain's grid."


class ImpossibleAmountError(TwinError):
    code = "impossible_amount"
    zh = "“{name}” 的值 {value} 不可用；应为 {wanted}。"
    en = "'{name}' is {value}, which cannot be; it must be {wanted}."


class NotAPlaceError(TwinError):
    code = "not_a_place"
    zh = "“{kind}” 不是可以观看的地点。请给出非空的点或面。"
    en = "A '{kind}' is not a place to look at. Give a point or a polygon that is not empty."
