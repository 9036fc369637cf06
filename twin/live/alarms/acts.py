"""What people do about alarms, and when each act is possible. Who may act is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from twin.errors import AlarmActError, ReasonMissingError
from twin.live.alarms.state import AlarmState
from twin.live.rules.entries import Decision, entry_id


class Act(StrEnum):
    ACKNOWLEDGED = "alarm.acknowledged"
    SHELVED = "alarm.shelved"
    UNSHELVED = "alarm.unshelved"
    COMMENTED = "alarm.commented"
    ASSIGNED = "alarm.assigned"


ACT_KINDS: Final = frozenset(one.value for one in Act)


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A state in which an act makes no sense, and what to do instead."""

    holds: Callable[[AlarmState], bool]
    why: tuple[str, str]
    cure: tuple[str, str]


_CLOSED: Final = Hindrance(
    lambda alarm: alarm.closed,
    ("它已恢复并已确认", "it is cleared and acknowledged"),
    ("如需补充，请写评论。", "Write a comment if there is something to add."),
)
_ACKNOWLEDGED: Final = Hindrance(
    lambda alarm: alarm.acknowledged,
    ("它已被确认", "it is acknowledged already"),
    ("请刷新列表。", "Reload the list."),
)
_NOT_SHELVED: Final = Hindrance(
    lambda alarm: not alarm.shelved,
    ("它没有被搁置，或搁置已到期", "it is not shelved, or no longer"),
    ("请刷新列表。", "Reload the list."),
)

# act -> its name, and when it is not possible
TRANSITIONS: Final[dict[Act, tuple[tuple[str, str], tuple[Hindrance, ...]]]] = {
    Act.ACKNOWLEDGED: (("确认", "acknowledged"), (_ACKNOWLEDGED,)),
    Act.SHELVED: (("搁置", "shelved"), (_CLOSED,)),
    Act.UNSHELVED: (("取消搁置", "unshelved"), (_NOT_SHELVED,)),
    Act.COMMENTED: (("评论", "commented"), ()),
    Act.ASSIGNED: (("指派", "assigned"), (_CLOSED,)),
}

# act -> what its body must say beside the author
_NEEDED: Final[dict[Act, tuple[str, ...]]] = {
    Act.SHELVED: ("until_us", "reason"),
    Act.COMMENTED: ("text",),
    Act.ASSIGNED: ("assignee",),
}


def possible(alarm: AlarmState) -> frozenset[Act]:
    """What can be done about an alarm as it stands."""
    return frozenset(
        act for act, (_, hindrances) in TRANSITIONS.items() if not any(one.holds(alarm) for one in hindrances)
    )


def draft(act: Act, alarm: AlarmState, author: str, now_us: int, longest_shelve_s: float, **said: Any) -> Decision:
    """The entry for the journal; raises AlarmActError where the act is not possible."""
    for hindrance in TRANSITIONS[act][1]:
        if hindrance.holds(alarm):
            raise _refused(act, alarm, hindrance.why, hindrance.cure)
    missing = [name for name in ("author", *_NEEDED.get(act, ())) if not ({"author": author} | said).get(name)]
    if missing:
        raise ReasonMissingError(missing=", ".join(missing))
    if act is Act.SHELVED:
        _check_expiry(alarm, said["until_us"], now_us, longest_shelve_s)
    body = {"alarm_type": alarm.alarm_type, "alarm_id": alarm.alarm_id, "author": author} | said
    name = entry_id(act.value, alarm.alarm_id, author, now_us, sorted(said.items()))
    return Decision(act.value, name, alarm.originator, now_us, body)


def _check_expiry(alarm: AlarmState, until_us: int, now_us: int, longest_s: float) -> None:
    if until_us <= now_us:
        why = ("到期时间已过", "its expiry lies in the past")
    elif until_us > now_us + longest_s * 1_000_000:
        why = (f"搁置不得超过 {longest_s / 3600:g} 小时", f"nothing is shelved for more than {longest_s / 3600:g} h")
    else:
        return
    cure = (
        "请另选到期时间；长期停用请改规则或登记检修。",
        "Choose another expiry; for longer, change the rule or open a maintenance window.",
    )
    raise _refused(Act.SHELVED, alarm, why, cure)


def _refused(act: Act, alarm: AlarmState, why: tuple[str, str], cure: tuple[str, str]) -> AlarmActError:
    name = TRANSITIONS[act][0]
    return AlarmActError(
        alarm=f"{alarm.originator} {alarm.alarm_type}",
        act_zh=name[0],
        act_en=name[1],
        why_zh=why[0],
        why_en=why[1],
        cure_zh=cure[0],
        cure_en=cure[1],
    )
