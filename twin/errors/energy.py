"""What is asked of energy readings and cannot be answered."""

from __future__ import annotations

from twin.errors.base import TwinError


class TimesWithoutZoneError(TwinError):
    code = "times_without_zone"
    zh = "{what}：时间没有时区。请先用 tz_localize 说明时区（如 UTC），再用 tz_convert 转为园区时区。"
    en = "{what}: the times have no time zone. Say it with tz_localize (UTC, say), then tz_convert to the zone of the campus."


class TimesNotRegularError(TwinError):
    code = "times_not_regular"
    zh = "{what}：{at} 处的时间不在等间隔格网上（{detail}）。请先去重、排序并按固定间隔重采样；缺的时刻可以空着。"
    en = "{what}: the time {at} is not on a regular grid ({detail}). Remove doubles, sort, and resample to one step; missing times may stay out."


class TooFewReadingsError(TwinError):
    code = "too_few_readings"
    zh = "{what}：可用读数 {found} 个，至少需要 {needed} 个（{why}）。请给更长的时段，或先补齐缺数。"
    en = "{what}: {found} readings can be used and {needed} are needed ({why}). Give a longer span, or fill the gaps first."


class WeatherNotGivenError(TwinError):
    code = "weather_not_given"
    zh = "{what}：{at} 没有室外温度，而该基线是按温度拟合的。请给出这一时段的 outdoor_c，或不用温度重新拟合。"
    en = "{what}: there is no outdoor temperature at {at}, and this baseline was fitted with one. Give outdoor_c for that span, or fit again without."


class UnknownFactorError(TwinError):
    code = "unknown_factor"
    zh = "系数“{name}”在 {day} 没有有效值。已有：{known}。请在 config/factors.toml 中补上。"
    en = "No factor '{name}' holds on {day}. There are: {known}. Add it to config/factors.toml."


class FactorUnitError(TwinError):
    code = "factor_unit"
    zh = "系数“{name}”的单位是 {found}，这里需要 {needed}。请改正 config/factors.toml。"
    en = "Factor '{name}' is in {found}; {needed} is needed here. Correct config/factors.toml."


class CoverageTooLowError(TwinError):
    code = "coverage_too_low"
    zh = "{what}：一年中有读数的时段只占 {found_percent}%，低于 {needed_percent}%，不能推算全年。请补数，或放宽 least_coverage。"
    en = "{what}: only {found_percent} % of the year has readings, less than {needed_percent} %; no year can be told from that. Fill the gaps, or lower least_coverage."


class BadFloorAreaError(TwinError):
    code = "bad_floor_area"
    zh = "建筑面积 {area_m2} m² 不能用来计算单位面积能耗。请给出大于 0 的建筑面积。"
    en = "A floor area of {area_m2} m² gives no energy per area. Give a floor area above 0."


class UnknownAreaStandardError(TwinError):
    code = "unknown_area_standard"
    zh = "没有“{level}”一级的办公面积标准。已有：{known}。请选其一，或在 config/factors.toml 中补上 area.{level}.…。"
    en = "There is no office standard of the level '{level}'. There are: {known}. Choose one, or add area.{level}.… to config/factors.toml."


class ColumnMissingError(TwinError):
    code = "column_missing"
    zh = "表“{table}”缺少列 {columns}。请给出含有这些列的表。"
    en = "The table '{table}' lacks the columns {columns}. Give one that has them."
