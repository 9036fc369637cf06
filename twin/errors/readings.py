"""Files of readings: what a whole file can be refused for, and a row of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from twin.errors.base import TwinError


class ReadingsFileError(TwinError):
    """A file of readings that cannot be taken as it is."""

    code = "readings_file"


class EmptyReadingsError(ReadingsFileError):
    code = "readings_empty"
    zh = "{path}：文件里没有内容。请检查导出，重新投递。"
    en = "{path}: there is nothing in the file. Check the export and deliver it again."


class NotPlainFileError(ReadingsFileError):
    code = "not_plain_file"
    zh = "{path}：不是普通文件（是链接、文件夹或设备），没有打开。请投递文件本身。"
    en = "{path}: this is no plain file (a link, a folder or a device) and was not opened. Deliver the file itself."


class UnknownReadingsFormatError(ReadingsFileError):
    code = "readings_format"
    zh = "{path}：不是可读的格式；可读的是 {suffixes}。电子表格请另存为 CSV（UTF-8）。"
    en = "{path}: not a format that is read; there are {suffixes}. Save a spreadsheet as CSV (UTF-8)."


class ReadingsEncodingError(ReadingsFileError):
    code = "readings_encoding"
    zh = "{path}：文字既不是 UTF-8 也不是 GB18030。请另存为 UTF-8。"
    en = "{path}: the text is neither UTF-8 nor GB18030. Save it as UTF-8."


class ReadingsTableError(ReadingsFileError):
    code = "readings_table"
    zh = "{path}：不是完整的 {format} 文件。请检查后重新投递。"
    en = "{path}: this is no whole {format} file. Check it and deliver it again."


class NoHeadingsError(ReadingsFileError):
    code = "readings_headings"
    zh = "{path}：没有标题行，却有 {columns} 列；没有标题时只能是时间、数值两列。请加上标题行：测点、时间、数值。"
    en = (
        "{path}: no headings and {columns} columns; without headings there must be two, time and value. "
        "Add headings: point_id, observed_at, value."
    )


class HeadingTwiceError(ReadingsFileError):
    code = "readings_heading_twice"
    zh = "{path}：标题 {headings} 的意思相同，看不出用哪一列。请只留一列，或改掉其余的标题。"
    en = "{path}: the headings {headings} mean the same, so which one counts is not clear. Keep one or rename the others."


class NoTimeColumnError(ReadingsFileError):
    code = "readings_time_column"
    zh = "{path}：没有时间列。文件里的标题：{found}。可用作时间的标题：{words}。"
    en = "{path}: no column of times. Headings in the file: {found}. Headings understood as time: {words}."


class NoValueColumnError(ReadingsFileError):
    code = "readings_value_column"
    zh = "{path}：有测点列，没有数值列。文件里的标题：{found}。可用作数值的标题：{words}。"
    en = "{path}: points but no column of values. Headings in the file: {found}. Headings understood as value: {words}."


class UnclearLayoutError(ReadingsFileError):
    code = "readings_layout"
    zh = (
        "{path}：看不出排列方式，标题 {unclear} 既不是已知的列，也不能作为一列数值。文件里的标题：{found}。"
        "每行一个测点：测点（{points}）、时间（{times}）、数值（{values}）；每列一个测点：时间之外各列都应是数字，标题即测点。"
    )
    en = (
        "{path}: how it is laid out is not clear: {unclear} is no heading that is understood and no column of numbers. "
        "Headings in the file: {found}. A point a row: point ({points}), time ({times}), value ({values}). "
        "A point a column: all but the time must be numbers, their headings the points."
    )


class RowsAlikeError(ReadingsFileError):
    code = "readings_rows_alike"
    zh = "{path}：第 {first} 行和第 {second} 行的测点、时间相同，只有“{heading}”列不同；该列若属于测点，请把它写进测点编号。"
    en = (
        "{path}: rows {first} and {second} are of one point and time and differ in the column '{heading}'; "
        "if that belongs to the point, write it into the point's name."
    )


class PointPatternError(ReadingsFileError):
    code = "point_pattern"
    zh = (
        "{path}：测点名称的模板（pattern）“{pattern}”有误；可用的是 {{stem}}、{{parent}}、{{grandparent}}、{{column}}。"
    )
    en = "{path}: the pattern '{pattern}' of the points is wrong; there are {{stem}}, {{parent}}, {{grandparent}}, {{column}}."


class UnknownTimezoneError(TwinError):
    code = "unknown_timezone"
    zh = "没有时区“{timezone}”。请写成 Asia/Shanghai 或 UTC 这样的名称。"
    en = "There is no time zone '{timezone}'. Write a name such as Asia/Shanghai or UTC."


# why a reading is refused -> zh, en; ``cell`` is what stands there
ROW_WORDS: Final[dict[str, tuple[str, str]]] = {
    "no_time": (
        "“{cell}”不是看得懂的时间；请写成 2026-11-26 16:00:00（数字只认 2000 至 2100 年的 UNIX 时间）",
        "'{cell}' is no time that is understood; write 2026-11-26 16:00:00 (of numbers, UNIX times from 2000 to 2100)",
    ),
    "no_number": ("“{cell}”不是数字", "'{cell}' is no number"),
    "no_point": (
        "“{cell}”不能作测点编号（1 至 160 个字符，不以 ~ 开头）",
        "'{cell}' can name no point (1 to 160 characters, not beginning with ~)",
    ),
    "no_quality": ("“{cell}”不是已知的质量", "'{cell}' is no quality that is known"),
    "contradicts": (
        "与第 {first} 行的测点和时间相同、内容不同（{cell}）",
        "the point and time of row {first} with other content ({cell})",
    ),
    "ragged": ("列数不对：有 {cell} 列，应为 {expected} 列", "{cell} columns where there should be {expected}"),
}


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why readings of a row are refused, in both languages. Rows count from 1, as in a spreadsheet."""

    row: int
    reason: str
    params: dict[str, Any] = field(default_factory=dict)

    def text(self, language: str = "zh") -> str:
        zh, en = ROW_WORDS[self.reason]
        if language == "zh":
            return f"第 {self.row} 行：{zh.format(**self.params)}"
        return f"row {self.row}: {en.format(**self.params)}"

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What became of the readings of a file: each is one of the three."""

    kept: int
    known: int
    refused: int

    @property
    def found(self) -> int:
        return self.kept + self.known + self.refused

    def text(self, language: str = "zh") -> str:
        if language == "zh":
            return f"读数 {self.found} = 收入 {self.kept} + 已有 {self.known} + 拒收 {self.refused}"
        return f"{self.found} readings = {self.kept} kept + {self.known} known + {self.refused} refused"

    def __str__(self) -> str:
        return self.text("en")


class RowRefusedError(TwinError):
    code = "row_refused"
    zh = "{file}，{why}。全文件：{counts}。"
    en = "{file}, {why}. The whole file: {counts}."


class MoreRowsRefusedError(TwinError):
    code = "rows_refused"
    zh = "{file}：另有 {number} 个读数被拒收，不再逐一列出。全文件：{counts}。"
    en = "{file}: {number} more readings are refused and not listed one by one. The whole file: {counts}."
