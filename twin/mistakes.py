"""What can be wrong in a file of settings, in both languages: one table for what pydantic finds and what we find.

A mistake is a kind and its parameters; its words are made from them in the reader's language, as in ``errors.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import PydanticCustomError

# kind -> zh, en, both read after the name of the setting
WORDS: Final[dict[str, tuple[str, str]]] = {
    # the file
    "not_utf8": ("不是 UTF-8 编码；请另存为 UTF-8", "this is not UTF-8; save the file as UTF-8"),
    "not_toml": ("不是 TOML：{detail}", "this is not TOML: {detail}"),
    # what pydantic finds
    "missing": ("缺失", "is missing"),
    "extra_forbidden": (
        "不是这里的设置；请删去或改正拼写",
        "is not a setting here; remove it or correct its spelling",
    ),
    "union_tag_not_found": ("缺失", "is missing"),
    "union_tag_invalid": ("为 '{tag}'；可用的是 {expected_tags}", "is '{tag}'; there are {expected_tags}"),
    "literal_error": ("应为以下之一：{expected}", "should be one of {expected}"),
    "enum": ("应为以下之一：{expected}", "should be one of {expected}"),
    "float_type": ("应为数字", "should be a number"),
    "float_parsing": ("应为数字", "should be a number"),
    "int_type": ("应为整数", "should be a whole number"),
    "int_parsing": ("应为整数", "should be a whole number"),
    "int_from_float": ("应为整数", "should be a whole number"),
    "finite_number": ("应为有限的数字", "should be a finite number"),
    "bool_type": ("应为 true 或 false", "should be true or false"),
    "bool_parsing": ("应为 true 或 false", "should be true or false"),
    "string_type": ("应为带引号的文字", "should be text in quotes"),
    "tuple_type": ("应为列表", "should be a list"),
    "list_type": ("应为列表", "should be a list"),
    "dict_type": ("应为一张表", "should be a table"),
    "model_type": ("应为一张表", "should be a table"),
    "model_attributes_type": ("应为一张表", "should be a table"),
    "greater_than": ("应大于 {gt}", "should be greater than {gt}"),
    "greater_than_equal": ("应不小于 {ge}", "should be at least {ge}"),
    "less_than": ("应小于 {lt}", "should be less than {lt}"),
    "less_than_equal": ("应不大于 {le}", "should be at most {le}"),
    "string_pattern_mismatch": ("不符合格式 {pattern}", "does not fit the pattern {pattern}"),
    "string_too_short": ("至少应有 {min_length} 个字符", "should have at least {min_length} characters"),
    "string_too_long": ("最多可有 {max_length} 个字符", "should have at most {max_length} characters"),
    "too_short": ("至少应有 {min_length} 项", "should have at least {min_length} entries"),
    "too_long": ("最多可有 {max_length} 项", "should have at most {max_length} entries"),
    "date_type": ("应为日期，如 2026-10-01", "should be a date such as 2026-10-01"),
    "date_parsing": ("应为日期，如 2026-10-01", "should be a date such as 2026-10-01"),
    "date_from_datetime_parsing": ("应为日期，如 2026-10-01", "should be a date such as 2026-10-01"),
    "date_from_datetime_inexact": ("应为日期，如 2026-10-01", "should be a date such as 2026-10-01"),
    "datetime_type": (
        "应为时刻，如 2026-10-01T08:00:00+08:00",
        "should be a moment such as 2026-10-01T08:00:00+08:00",
    ),
    "datetime_parsing": (
        "应为时刻，如 2026-10-01T08:00:00+08:00",
        "should be a moment such as 2026-10-01T08:00:00+08:00",
    ),
    "datetime_from_date_parsing": (
        "应为时刻，如 2026-10-01T08:00:00+08:00",
        "should be a moment such as 2026-10-01T08:00:00+08:00",
    ),
    "timezone_aware": (
        "没有时区偏移；请写成 2026-10-01T08:00:00+08:00",
        "has no offset; write it as 2026-10-01T08:00:00+08:00",
    ),
    "datetime_object_invalid": ("不是存在的时刻", "is no moment that exists"),
    "string_unicode": ("不是有效的文字", "is no text"),
    "no_timezone": (
        "为 '{name}'，没有这个时区；请写成 Asia/Shanghai 这样的名称",
        "'{name}' is not a time zone; write one like Asia/Shanghai",
    ),
    "no_secret": (
        "“{kind}:…”没有指向口令；请写 env:NAME 或 file:PATH，并设好它",
        "'{kind}:...' names no secret: write env:NAME or file:PATH, and set it",
    ),
    "not_absolute": ("应为文件的绝对路径", "should be the absolute path of a file"),
    # messages and their bodies
    "json_invalid": ("不是一个完整的 JSON 对象，或不是 UTF-8", "this is no whole JSON object, or not UTF-8"),
    "no_object": ("应为一个 JSON 对象", "should be a JSON object"),
    "unknown_field": (
        "不是这种消息的字段；请删去或改正拼写",
        "is no field of such a message; remove it or correct its spelling",
    ),
    "number_as_time": (
        "应为写明的时刻，如 2026-10-01T08:00:00+08:00；数字不作时间",
        "should be written, such as 2026-10-01T08:00:00+08:00; a number is no time",
    ),
    "event_too_long": ("{entry_id} 超过 {most} 个字符", "{entry_id} has more than {most} characters"),
    "body_not_utf8": (
        "第 {byte} 个字节起不是 UTF-8；请以 UTF-8 发送",
        "from byte {byte} on this is not UTF-8; send it as UTF-8",
    ),
    "body_not_json": ("第 {line} 行第 {column} 列起不是 JSON", "from line {line}, column {column} on this is not JSON"),
    "body_too_deep": ("JSON 嵌套过深", "this is JSON in too many layers"),
    "body_number_too_long": ("有一个数字过长", "one of its numbers is too long"),
    "payload_lacks": ("缺少 {names}", "has no {names}"),
    "payload_no_number": ("“{said}”不是数字", "'{said}' is no number"),
    "payload_no_time": (
        "“{said}”不是看得懂的时间；请写成 2026-10-01T08:00:00+08:00，数字只认 2000 至 2100 年的 UNIX 时间",
        "'{said}' is no time that is understood; write 2026-10-01T08:00:00+08:00, "
        "of numbers only UNIX times from 2000 to 2100",
    ),
    "topic_lacks_level": ("主题 {topic} 没有 {pattern} 所指的层级", "topic {topic} has no level for {pattern}"),
    # spans of time
    "ends_before_start": ("'to' 早于 'from'", "'to' lies before 'from'"),
    "ends_before_since": ("'until' 不晚于 'since'", "'until' does not lie after 'since'"),
    "empty_span": ("'to' 不晚于 'from'", "'to' does not lie after 'from'"),
    "one_offset": (
        "'from' 和 'to' 一个有时区、一个没有",
        "one of 'from' and 'to' has an offset and the other has none",
    ),
    "hours_backwards": (
        "工作时段在 {end} 结束，早于开始的 {start}；跨午夜请写成两段",
        "working hours end at {end}, before they begin at {start}; write two spans over midnight",
    ),
    # maintenance
    "scope_empty": (
        "未指明任何范围；覆盖全园区的检修会隐藏所有告警",
        "names nothing; a window over the whole campus would hide every alarm",
    ),
    "windows_twice": ("有两个检修都叫 {names}", "two windows are called {names}"),
    # rules
    "id_used": ("已在 {other} 中使用", "is used in {other} already"),
    "one_limit": ("'above' 和 'below' 必须且只能有一个", "needs exactly one of 'above' and 'below'"),
    "clear_above": (
        "clear_at {clear_at} 高于 'above' {limit}：告警永远不会保持",
        "clear_at {clear_at} lies above 'above' {limit}: it would never stand",
    ),
    "clear_below": (
        "clear_at {clear_at} 低于 'below' {limit}：告警永远不会保持",
        "clear_at {clear_at} lies below 'below' {limit}: it would never stand",
    ),
    "no_quantity": (
        "applies_to 需要 'quantities' 或 'point_ids'：限值总是某个量的限值",
        "applies_to needs 'quantities' or 'point_ids': a limit is one of a quantity",
    ),
    "member_twice": ("'of' 中同一规则出现两次", "'of' names a rule twice"),
    "composite_place": (
        "组合规则在其成员规则适用的地方适用；请删去 'applies_to'",
        "a composite applies where its rules do; remove 'applies_to'",
    ),
    "never_ends": (
        "需要 'clear_types' 或 'clear_after_s'：否则告警永远不会结束",
        "needs 'clear_types' or 'clear_after_s': otherwise it would stand for ever",
    ),
    "raises_and_clears": ("{types} 不能既触发又解除", "{types} cannot both raise and clear"),
    "events_have_no_points": (
        "事件没有量和测点；请按设备类型、区域或楼栋选择",
        "events have no quantities or points; choose by device type, zone or building",
    ),
    "positions_have_no_points": (
        "位置没有量；请按设备类型选择",
        "a position has no quantity; choose by device type",
    ),
    "template_broken": (
        "模板 {template} 无法填写（{detail}）；原样的花括号请写两个",
        "text {template} cannot be filled in ({detail}); double the braces that are meant",
    ),
    "template_word": ("没有词 {{{word}}}；可用的是 {words}", "text has no word {{{word}}}; there are {words}"),
    "template_format": (
        "请写 {{{word}}}，不带格式（数值已经取整）；单复数写作 {{{word}:meter|meters}}",
        "text: write {{{word}}} without format, values are rounded already; or {{{word}:meter|meters}} for the noun",
    ),
    "unknown_name": ("中的 {name} 无人认识；已知的是：{known}", "names {name}, which is not known; there are: {known}"),
    "ambiguous_name": (
        "中的 {name} 可以指：{known}；请写全其中一个",
        "names {name}, which may be any of {known}; write one of them in full",
    ),
    "no_point": ("中的 {point} 不是这里的测点", "names {point}, which is no point here"),
    "nested_composite": (
        "中的 {name} 本身是组合规则；请写它的成员规则",
        "names {name}, which is a composite itself; name its rules instead",
    ),
    "wrong_unit": (
        "为 {unit}，而这些测点的单位是 {expected}",
        "is {unit}, but these points are measured in {expected}",
    ),
    "chooses_nothing": (
        "选不到测点：没有这样的设备测量 {quantities}",
        "chooses no points: no such device measures {quantities}",
    ),
    # incidents
    "no_other_kind": ("缺少种类 'other'，即其余事件", "kinds needs 'other', for what fits no other"),
    "two_kinds": ("{type} 属于两个种类：{kinds}；请只留一个", "{type} is of two kinds, {kinds}; leave one"),
    "limits_backwards": (
        "受理、派单、反馈、办结的时限应依次不减",
        "accept, dispatch, feedback, close: each must have at least the time of the one before",
    ),
    "levels_missing": ("缺少级别 {levels}", "lacks the levels {levels}"),
    "roster_strangers": (
        "第 {turn} 条排班中的 {names} 未在本文件中登记",
        "turn {turn} of the roster names {names}, which this file does not list",
    ),
    "away_strangers": (
        "第 {entry} 条 away 中的 {names} 未在本文件的 people 中登记",
        "entry {entry} of 'away' names {names}, who is not among the people of this file",
    ),
    "names_twice": ("{names} 出现两次", "{names} is there twice"),
    # screens
    "side_is_full": (
        "为 {side} 侧的第 {number} 个面板，而一侧只容 {most} 个；请移到另一侧，或移到另一屏",
        "is the panel number {number} of the {side} side, which takes {most}: move it to the other side,"
        " or to another screen",
    ),
    "sql_not_one": (
        "应是一条读取数据的 SELECT，别无其他",
        "should be one SELECT that reads data, and nothing else",
    ),
    "sql_wrong": ("DuckDB 无法理解：{detail}", "is not understood by DuckDB: {detail}"),
    "sql_parameter": (
        "中的 {name} 不是参数；可用的是 {known}",
        "uses {name}, which is no parameter; there are {known}",
    ),
    "sql_reads": (
        "读取 {name}，这里没有；可读的是 {known}",
        "reads {name}, which is not there to be read; there are {known}",
    ),
    "sql_clock": (
        "使用 {name}，其结果随提问的时刻或次数而变；时间请用 $at、$from、$to",
        "uses {name}, which says something else each time it is asked; for time use $at, $from, $to",
    ),
    "sql_lacks": (
        "没有给出列 {names}",
        "does not give the columns {names}",
    ),
    "sql_strange": (
        "给出了无人读取的列 {names}；可用的是 {known}",
        "gives the columns {names}, which nobody reads; there are {known}",
    ),
    "sql_no_number": ("的列 {name} 类型为 {type}，应为数字", "gives {name} as {type}; it should be a number"),
    "sql_no_time": ("的列 {name} 类型为 {type}，应为时刻或日期", "gives {name} as {type}; it should be a time or date"),
    "table_without_columns": ("缺失：请写明表格有哪些列", "is missing: say which columns the table has"),
    "columns_of_no_table": (
        "只用于 kind 为 'table' 的面板，这里是 '{panel}'；请删去",
        "is for panels of the kind 'table', this one is '{panel}'; remove it",
    ),
    "title_without_sql": (
        "中有词 {{{word}}}，却没有 'title_sql' 给出它；原样的花括号请写两个",
        "has the word {{{word}}} and no 'title_sql' that gives it; double the braces that are meant",
    ),
    "step_one_of": ("'below' 和 'value' 必须且只能有一个", "needs exactly one of 'below' and 'value'"),
    "steps_of_both": (
        "有的写 'below'，有的写 'value'；数值用前者，类别用后者",
        "have 'below' here and 'value' there; numbers have the one, classes the other",
    ),
    "steps_backwards": (
        "为 {below}，不大于前一级的 {before}；请从小到大排列",
        "is {below}, not above {before} of the step before; put the lowest first",
    ),
    "hides_nothing": ("为 '{name}'，没有这个页面可以隐藏", "is '{name}'; there is no such screen to hide"),
}
# what a pattern of ours asks for, in words: zh, en
PATTERNS: Final[dict[str, tuple[str, str]]] = {
    "^(env|file):.+": (
        "应写作 env:NAME 或 file:PATH：这里不写口令本身",
        "should be env:NAME or file:PATH: the secret itself does not stand here",
    ),
    r"^[^~\x00-\x1f][^\x00-\x1f]*$": (
        "不能以 ~ 开头，也不能有控制字符",
        "cannot begin with ~ or have control characters",
    ),
    r"^[a-z0-9_.-]+$": ("只能有小写字母、数字和 _ . -", "can have small letters, digits and _ . - only"),
    r"^[a-z0-9_.-]*$": ("只能有小写字母、数字和 _ . -", "can have small letters, digits and _ . - only"),
    r"^[a-z0-9][a-z0-9-]{0,40}$": (
        "应为至多 41 个小写字母、数字和 -，不以 - 开头",
        "should be up to 41 small letters, digits and -, not beginning with -",
    ),
    r"^[A-Za-z0-9_-]{1,40}$": (
        "应为 1 至 40 个字母、数字和 _ -",
        "should be 1 to 40 letters, digits and _ -",
    ),
    r"^[A-Za-z0-9_-]{1,40}(:.+)?$": (
        "应为 1 至 40 个字母、数字和 _ -，其后可接 : 和名称",
        "should be 1 to 40 letters, digits and _ -, then perhaps : and a name",
    ),
    r"^[A-Za-z0-9_.-]{1,40}$": (
        "应为 1 至 40 个字母、数字和 _ . -",
        "should be 1 to 40 letters, digits and _ . -",
    ),
    r"^[a-z][a-z0-9_]{0,39}$": (
        "应为至多 40 个小写字母、数字和 _，以字母开头",
        "should be up to 40 small letters, digits and _, beginning with a letter",
    ),
    r"^[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,59}$": (
        "应为 主题.名称 的形式，如 energy.power_now：小写字母、数字和 _",
        "should be a theme and a name such as energy.power_now: small letters, digits and _",
    ),
    r"^(quantity|event|register|layer):[A-Za-z0-9._*|-]{1,80}$": (
        "应为 quantity:、event:、register: 或 layer: 加名称，如 quantity:power",
        "should be quantity:, event:, register: or layer: and a name, such as quantity:power",
    ),
    r"^[A-Za-z0-9._*-]{1,80}$": (
        "应为至多 80 个字母、数字和 . _ * -",
        "should be up to 80 letters, digits and . _ * -",
    ),
    r"^[a-z-]{1,30}$": ("应为至多 30 个小写字母和 -", "should be up to 30 small letters and -"),
    r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$": ("应为 00:00 至 24:00 的钟点", "should be a time of day, 00:00 to 24:00"),
    r"^[a-z0-9][a-z0-9._-]{0,63}$": (
        "应为至多 64 个小写字母、数字和 . _ -，以字母或数字开头",
        "should be up to 64 small letters, digits and . _ -, beginning with a letter or digit",
    ),
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$": (
        "应为至多 64 个字母、数字和 . _ -，以字母或数字开头",
        "should be up to 64 letters, digits and . _ -, beginning with a letter or digit",
    ),
    "^[a-z0-9][a-z0-9_-]{0,39}$": (
        "应为至多 40 个小写字母、数字和 _ -，以字母或数字开头",
        "should be up to 40 small letters, digits and _ -, beginning with a letter or digit",
    ),
    r"^[a-z0-9][a-z0-9._-]*$": (
        "只能有小写字母、数字和 . _ -，以字母或数字开头",
        "can have small letters, digits and . _ - only, beginning with a letter or digit",
    ),
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}\.toml$": (
        "应为 .toml 文件的名称：字母、数字和 . _ -",
        "should be the name of a .toml file: letters, digits and . _ -",
    ),
}
OTHER: Final = ("不合要求（{detail}）", "{detail}")  # a kind that is not in the table


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a file. ``file`` is empty where whoever tells it names the file."""

    file: str
    line: int | None
    where: str
    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def what(self, language: str = "zh") -> str:
        """What is wrong with the setting and what to do."""
        zh, en = WORDS.get(self.kind, OTHER)
        if self.kind == "string_pattern_mismatch":
            zh, en = PATTERNS.get(self.params["pattern"], (zh, en))
        return " ".join((zh if language == "zh" else en).format(**self.params).split())

    def text(self, language: str = "zh") -> str:
        """File, line, setting, what is wrong: one line."""
        chinese = language == "zh"
        line = "" if self.line is None else f"第 {self.line} 行" if chinese else f"line {self.line}"
        place = (" " if chinese else ", ").join(one for one in (self.file, line) if one)
        about = " ".join(one for one in (self.where, self.what(language)) if one)
        return f"{place}{'：' if chinese else ': '}{about}" if place else about

    def __str__(self) -> str:
        return self.text("en")


class Mistakes(tuple[Mistake, ...]):
    """All mistakes of one check, told one after the other."""

    __slots__ = ()

    def text(self, language: str = "zh") -> str:
        return ("；" if language == "zh" else "; ").join(one.text(language) for one in self)

    def __str__(self) -> str:
        return self.text("en")


def found_by_pydantic(error: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Kind and parameters of one of ``ValidationError.errors()``; what is not in the table keeps pydantic's words."""
    kind, params = error["type"], dict(error.get("ctx", {}))
    if "expected" in params:  # 'a', 'b' or 'c'
        params["expected"] = str(params["expected"]).replace(" or ", ", ")
    if kind not in WORDS:
        params = {"detail": error["msg"].removeprefix("Value error, ")}
    return kind, params


def wrong(kind: str, **params: str | float) -> PydanticCustomError:
    """What a validator of ours raises: a mistake of this kind."""
    return PydanticCustomError(kind, WORDS[kind][1], params)
