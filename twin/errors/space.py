"""Where things are: systems of coordinates, heights, placements."""

from __future__ import annotations

from twin.errors.base import TwinError


class NoGlobeError(TwinError):
    code = "no_globe"
    zh = "园区坐标系是工程坐标系（{crs}），在地球上没有位置，因此不能按经纬度提供。请在 campus.toml 中给出国家坐标系，或用 twin.open 读取。"
    en = "The campus is in an engineering CRS ({crs}) that has no place on the globe, so nothing can be told by longitude and latitude. Give campus.toml a national CRS, or read it with twin.open."


class MissingCrsError(TwinError):
    code = "missing_crs"
    zh = '{path}：文件没有说明坐标系。请用 --crs EPSG:… 或在 campus.toml 中为该来源写 crs = "EPSG:…"（独立坐标系写 "local"）。'
    en = '{path}: the file does not say its CRS. Answer with --crs EPSG:… or crs = "EPSG:…" for this source in campus.toml ("local" for a local frame).'


class MissingVerticalDatumError(TwinError):
    code = "missing_vertical_datum"
    zh = "{path}：有高程但没有说明高程基准。请用 --vertical-datum（如 EPSG:5737 为 1985 国家高程基准，或 local）。"
    en = "{path}: has heights but names no vertical datum. Answer with --vertical-datum (EPSG:5737 is the 1985 datum, or local)."


class UnknownCrsError(TwinError):
    code = "unknown_crs"
    zh = "{path}：坐标系 “{crs}” 不可用（{detail}）。请写一个有效的 EPSG 代码或 WKT。"
    en = "{path}: CRS '{crs}' cannot be used ({detail}). Write a valid EPSG code or WKT."


class CrsConflictError(TwinError):
    code = "crs_conflict"
    zh = "{path}：文件声明 {declared}，campus.toml 写的是 {given}。请改正其一，或写 crs_override = true 表示以 campus.toml 为准。"
    en = "{path}: the file declares {declared} but campus.toml says {given}. Correct one, or write crs_override = true to let campus.toml decide."


class NoTransformError(TwinError):
    code = "no_transform"
    zh = "{path}：PROJ 没有从 {source} 到 {target} 的可靠转换（缺少格网或参数）。请提供七参数或控制点（datum_shift；四参数用 placement.control_points）；若其数值本来就是园区坐标，请为该来源写园区的 crs 和 crs_override = true。"
    en = "{path}: PROJ has no sound transformation from {source} to {target} (grid or parameters missing). Give seven parameters or control points (datum_shift, or placement.control_points for four); if the numbers are campus coordinates already, give this source the crs of the campus and crs_override = true."


class DatumMismatchError(TwinError):
    code = "datum_mismatch"
    zh = "{path}：高程基准 {source} 与园区 {target} 不同。请写 height_offset_m（两基准之差）。"
    en = "{path}: vertical datum {source} differs from the campus {target}. Give height_offset_m, the difference of the two."


class DatumOffsetUnstatedError(DatumMismatchError):
    code = "datum_offset_unstated"
    zh = "{path}：高程基准 {source} 与园区 {target} 不同。请写 height_offset_m（两基准之差）；通行值为 {offset_m}（{doubt}），不会自动采用。"
    en = "{path}: vertical datum {source} differs from the campus {target}. Give height_offset_m, the difference of the two; {offset_m} is in use ({doubt}) and is never applied by itself."


class ZoneMismatchError(TwinError):
    code = "zone_mismatch"
    zh = "{path}：东坐标前的带号是 {found}，而 {crs} 是第 {expected} 带。请改正 campus.toml 中的 crs 或数据。"
    en = "{path}: eastings begin with zone {found}, but {crs} is zone {expected}. Correct crs in campus.toml or the data."


class ZonePrefixError(TwinError):
    code = "zone_prefix"
    zh = "{path}：东坐标{how_zh}，与 {crs} 不符。请写同一带的另一坐标系 crs = {other}，并加 crs_override = true（若文件自己声明了坐标系）。"
    en = "{path}: its eastings {how_en}, unlike {crs}. Write the other CRS of the same zone, crs = {other}, with crs_override = true if the file declares one."


class AxesExchangedError(TwinError):
    code = "axes_exchanged"
    zh = '{path}：坐标只有在两轴对调后才与 {crs} 相符（首点 {x}, {y}）。表格请写 options.axis_order = "yx"，其他文件请让交付方以东坐标在前重新导出。'
    en = '{path}: its coordinates fit {crs} only with the axes exchanged (first point {x}, {y}). For a table write options.axis_order = "yx"; have other files exported again with east first.'


class AxesUnclearError(TwinError):
    code = "axes_unclear"
    zh = '{path}（{where}）：分不清哪一列是北坐标（{detail}）。请写 options.axes = "north_east"（X 为北）或 "east_north"（X 为东）。'
    en = '{path} ({where}): cannot tell which column is north ({detail}). Write options.axes = "north_east" (X is north) or "east_north" (X is east).'


class AxesSwappedError(TwinError):
    code = "axes_swapped"
    zh = "{path}：{what} 与其节点相距最远 {distance_m} 米（允许 {tolerance_m} 米），坐标轴可能颠倒。{cure}"
    en = "{path}: {what} ends up to {distance_m} m from its nodes ({tolerance_m} m allowed); the axes are probably swapped. {cure}"


class BadPlacementError(TwinError):
    code = "bad_placement"
    zh = "{path}：定位参数无效：{detail}。"
    en = "{path}: placement is not valid: {detail}."


class ControlPointsMisfitError(TwinError):
    code = "control_points_misfit"
    zh = "{path}：控制点对不上，各点残差（平面/高程，m）：{residuals}，超过 {tolerance_m} m。请核对：from 与 to 均以米为单位、先东后北、点号一一对应；确需如此时写 placement.tolerance_m。"
    en = "{path}: the control points do not fit; residuals in m (plane/height) are {residuals}, over {tolerance_m} m. Check that from and to are in metres, east before north, and in the same order; if it must be so, write placement.tolerance_m."


class ControlPointSuspectError(ControlPointsMisfitError):
    code = "control_point_suspect"
    zh = "{path}：控制点对不上，各点残差（平面/高程，m）：{residuals}，超过 {tolerance_m} m。与其余各点不符的是第 {suspects} 点；请核对其坐标和点号，或去掉它；确需如此时写 {setting}.tolerance_m。"
    en = "{path}: the control points do not fit; residuals in m (plane/height) are {residuals}, over {tolerance_m} m. Out of line with the others: point {suspects}. Check its coordinates and its name, or leave it out; if it must be so, write {setting}.tolerance_m."


class ControlPointsUnfitError(BadPlacementError):
    code = "control_points_unfit"
    zh = "{path}：控制点不足以求参数：需要至少 {need} 对坐标完整的公共点，现有 {given} 对。请补充控制点。"
    en = "{path}: control points are too few: {need} pairs with all coordinates are needed, {given} are given. Add control points."


class ControlPointsCoincideError(ControlPointsUnfitError):
    code = "control_points_coincide"
    zh = "{path}：控制点都在同一位置，无法确定旋转和尺度。请使用分散在测区四周的控制点。"
    en = (
        "{path}: the control points coincide, so rotation and scale cannot be told. Take points spread around the area."
    )


class ControlPointsInLineError(ControlPointsUnfitError):
    code = "control_points_in_line"
    zh = "{path}：控制点在一条直线上，绕该线的旋转无法确定。请增加一个离开该线的控制点。"
    en = "{path}: the control points lie on one line, so the turn about it cannot be told. Add a point away from it."


class DatumShiftUnfitError(TwinError):
    code = "datum_shift_unfit"
    zh = (
        "{path}：datum_shift 在两个基准之间转换，而 {crs} 没有基准。独立坐标系请用 placement.control_points（四参数）。"
    )
    en = "{path}: datum_shift leads from one datum to another, and {crs} has none. For a local frame write placement.control_points (four parameters)."


class SameDatumError(TwinError):
    code = "same_datum"
    zh = "{path}：写了 datum_shift，但 {source} 与 {target} 基准相同（{datum}），无可转换。请改正 crs，或去掉 datum_shift。"
    en = "{path}: it has a datum_shift, but {source} and {target} are on the same datum ({datum}). Correct crs, or take datum_shift out."


class ShiftOfItsOwnError(TwinError):
    code = "shift_of_its_own"
    zh = "{path}：坐标系 {crs} 自带基准转换参数（towgs84），与 datum_shift 矛盾。请从坐标系定义中去掉，或去掉 datum_shift。"
    en = "{path}: the CRS {crs} brings datum parameters of its own (towgs84), which contradicts datum_shift. Take them out of its definition, or take datum_shift out."


class DatumShiftTooFarError(TwinError):
    code = "datum_shift_too_far"
    zh = "{path}：datum_shift 使坐标移动 {distance_km} 千米，两个基准不会相差这么远。请核对参数的单位（m、角秒、ppm）和坐标系。"
    en = "{path}: datum_shift moves it by {distance_km} km, and no two datums are so far apart. Check the units of the parameters (m, arc seconds, ppm) and the CRS."


class PlacementBeforeShiftError(BadPlacementError):
    code = "placement_before_shift"
    zh = "{path}：同时写了 placement 和 datum_shift 时，placement 把来源放到其 crs 中，该 crs 须以米为单位，而 {crs} 不是。请写平面坐标系。"
    en = "{path}: with placement and datum_shift both, placement puts the source into its crs, which must count metres; {crs} does not. Write a grid."


class ControlPointCoordinatesError(BadPlacementError):
    code = "control_point_coordinates"
    zh = "{path}：第 {number} 个控制点的 {side}（{shown}）与 {crs} 不符：{what_zh}。"
    en = "{path}: control point {number}, '{side}' ({shown}), does not fit {crs}: {what}."


class ControlPointElsewhereError(BadPlacementError):
    code = "control_point_elsewhere"
    zh = "{path}：第 {number} 个控制点的 from（{source}）与 to（{target}）相距 {distance_km} 千米：带号或中央经线不对、两轴颠倒，或不是同一点。请改正坐标系或该点。"
    en = "{path}: 'from' ({source}) and 'to' ({target}) of control point {number} lie {distance_km} km apart: another zone or central meridian, exchanged axes, or another point. Correct the CRS or the point."


class DatumPointsMisfitError(ControlPointsMisfitError):
    code = "datum_points_misfit"
    zh = "{path}：控制点对不上，各点残差（平面/高程，m）：{residuals}，超过 {tolerance_m} m。请核对：from 为来源坐标系、to 为 to_crs（默认园区坐标系）中的坐标和高程，点号一一对应；确需如此时写 datum_shift.tolerance_m。"
    en = "{path}: the control points do not fit; residuals in m (plane/height) are {residuals}, over {tolerance_m} m. Check that from is in the CRS of the source and to in to_crs (the campus CRS if not said), heights last and in the same order; if it must be so, write datum_shift.tolerance_m."


class ParametersMisfitError(ControlPointsMisfitError):
    code = "parameters_misfit"
    zh = "{path}：给定的七参数与控制点不符，各点残差（平面/高程，m）：{residuals}，平面超过 {tolerance_m} m。{cure_zh}"
    en = "{path}: the seven parameters given do not take the control points to where they are; residuals in m (plane/height) are {residuals}, over {tolerance_m} m in the plane. {cure}"
