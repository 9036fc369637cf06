"""What the columns of a file of readings are: one table of headings, and the three ways such a file is laid out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from twin.errors import HeadingTwiceError, NoHeadingsError, NoTimeColumnError, NoValueColumnError, UnclearLayoutError

# role -> headings that mean it, better ones first: a point beside a device is the point
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "point": (
        "测点 测点编号 测点编码 测点ID 点位 点位编号 点位编码 点位ID 点号 监测点 监测点编号 point_id point tag tagname",
        "设备编号 设备编码 设备ID 表号 仪表编号 编号 编码 device_code device_id device",
    ),
    "time": (
        "时间 采集时间 观测时间 监测时间 测量时间 抄表时间 记录时间 数据时间 日期时间 时刻 时间戳 "
        "observed_at datetime timestamp time ts",
    ),
    "day": ("日期 采集日期 观测日期 抄表日期 date day",),
    "value": ("数值 读数 值 测值 测量值 监测值 观测值 采集值 实测值 当前值 value reading val",),
    "quality": ("质量 数据质量 质量码 quality",),
    "unit": ("单位 计量单位 unit units",),
    "message_id": ("消息编号 message_id",),
    # never a point and never part of one
    "row_number": ("序号 行号 no no. row index",),
    "remark": ("备注 说明 remark remarks note notes comment",),
}
UNIT: Final = re.compile(r"^(?P<name>.*?)\s*[\[（(](?P<unit>[^\])）]+)[\])）]\s*$")
_SHOWN: Final = 20  # headings in a refusal
_SHOWN_LENGTH: Final = 40


def _plain(heading: str) -> str:
    """Width, case, spaces, underscores and a unit in brackets do not matter."""
    unit = UNIT.match(heading)
    folded = unicodedata.normalize("NFKC", unit["name"] if unit else heading).casefold()
    return re.sub(r"[\s_]+", "", folded)


_ROLE_OF: Final = {
    _plain(heading): (role, rank)
    for role, ranks in WORDS.items()
    for rank, headings in enumerate(ranks)
    for heading in headings.split()
}


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column is what. Without ``point`` each of ``values`` is a point, by its heading if ``by_heading``."""

    time: str
    values: list[str]
    point: str | None = None
    day: str | None = None  # where it stands beside the time of day
    quality: str | None = None
    unit: str | None = None
    message_id: str | None = None
    by_heading: bool = True
    rest: list[str] = field(default_factory=list)  # not understood, but not nothing
    remarks: list[str] = field(default_factory=list)


def roles_of(path: Path, names: Sequence[str], headed: bool, is_numbers: Callable[[str], bool]) -> Roles:
    """Raises a ReadingsFileError that says which headings were found and which would be understood."""
    if not headed:
        if len(names) != 2:
            raise NoHeadingsError(path=path, columns=len(names))
        return Roles(names[0], [names[1]], by_heading=False)
    if len(set(names)) < len(names):
        raise HeadingTwiceError(path=path, headings=listed([one for one in names if names.count(one) > 1]))
    columns = {role: _column(path, names, role) for role in WORDS}
    time, day = columns["time"], columns["day"]
    if time is None:
        time, day = day, None
    if time is None:
        raise NoTimeColumnError(path=path, found=listed(names), words=understood("time"))
    taken = {time, day, *(columns[role] for role in ("point", "value", "quality", "unit", "message_id"))}
    aside = {role: [one for one in names if _role(one) == role] for role in ("row_number", "remark")}
    rest = [one for one in names if one not in taken and one not in aside["row_number"] + aside["remark"]]
    point, value = columns["point"], columns["value"]
    if point is not None and value is None:
        raise NoValueColumnError(path=path, found=listed(names), words=understood("value"))
    beside = {"quality": columns["quality"], "unit": columns["unit"], "message_id": columns["message_id"]}
    if value is not None and (point is not None or not rest):
        return Roles(time, [value], point, day, by_heading=False, rest=rest, remarks=aside["remark"], **beside)
    no_points = [one for one in (value, *beside.values()) if one is not None]
    unclear = no_points + [one for one in rest if not (_can_be_point(one) and is_numbers(one))]
    if unclear or not rest:
        raise UnclearLayoutError(
            path=path,
            unclear=listed(unclear),
            found=listed(names),
            points=understood("point"),
            times=understood("time"),
            values=understood("value"),
        )
    return Roles(time, rest, day=day, remarks=aside["remark"])


def understood(role: str) -> str:
    """Some of the headings that mean ``role``, of both languages."""
    best = " ".join(WORDS[role]).split()
    chinese = [one for one in best if not one.isascii()][:5]
    return ", ".join(chinese + [one for one in best if one.isascii()][:2])


def listed(headings: Sequence[str]) -> str:
    shown = [one[:_SHOWN_LENGTH] for one in dict.fromkeys(headings)][:_SHOWN]
    return ", ".join(shown) + (", …" if len(headings) > _SHOWN else "")


def _role(heading: str) -> str | None:
    return _ROLE_OF.get(_plain(heading), (None, 0))[0]


def _column(path: Path, names: Sequence[str], role: str) -> str | None:
    """The column of the best rank; two of the same rank are one too many."""
    found = [(rank, one) for one in names for known, rank in [_ROLE_OF.get(_plain(one), ("", 0))] if known == role]
    best = [one for rank, one in found if rank == min(found)[0]]
    if len(best) > 1 and role not in ("row_number", "remark"):
        raise HeadingTwiceError(path=path, headings=listed(best))
    return best[0] if best else None


def _can_be_point(heading: str) -> bool:
    """A name has a letter; a bare number or nothing is what stands over a column that nobody named."""
    return any(one.isalpha() for one in heading)
