"""Who may do what when: the one table of acts about incidents and their work orders.

A row says from which stages an act is possible, to which it leads, which right it asks for and what must be said.
Screens are given its rows; folding does not read it, for entries carry the stage that they led to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from twin.model.live import Stage, WorkOrderState
from twin.model.text import Title


class Needs(StrEnum):
    """The right that an act asks for, in the words of the people's table."""

    HANDLE = "handle"
    DISPATCH = "dispatch"


class Outcome(StrEnum):
    """How an incident ended."""

    RESOLVED = "resolved"
    FALSE_ALARM = "false_alarm"
    TEST = "test"
    DUPLICATE = "duplicate"
    NOT_OURS = "not_ours"
    MERGED = "merged"


DISMISSALS: Final = (Outcome.FALSE_ALARM, Outcome.TEST, Outcome.DUPLICATE, Outcome.NOT_OURS)
STAGES: Final = tuple(Stage)
RANK: Final = {stage: rank for rank, stage in enumerate(STAGES)}
OPEN: Final = frozenset(STAGES[: RANK[Stage.CLOSED]])
ENDED: Final = frozenset({Stage.CLOSED, Stage.RATED})
_WORKED_ON: Final = frozenset({Stage.ACCEPTED, Stage.DISPATCHED, Stage.HANDLED})


@dataclass(frozen=True, slots=True)
class Transition:
    """``kind`` is that of its journal entry. ``leads_to`` None leaves the stage as it is."""

    kind: str
    title: Title
    stages: frozenset[Stage]
    leads_to: Stage | None
    needs: Needs
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    while_suspended: bool = False
    settles_orders: bool = False  # not possible while an order is issued or accepted


@dataclass(frozen=True, slots=True)
class OrderTransition:
    kind: str
    title: Title
    states: frozenset[WorkOrderState]
    leads_to: WorkOrderState
    needs: Needs
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


_HANDLE, _DISPATCH = Needs.HANDLE, Needs.DISPATCH
_BACK: Final = frozenset({Stage.REPORTED_BACK, Stage.VERIFIED})

ACTS: Final[dict[str, Transition]] = {
    "accept": Transition(
        "incident.accepted", Title("受理", "Accept"), frozenset({Stage.FOUND}), Stage.ACCEPTED, _HANDLE, may=("text",)
    ),
    "issue": Transition(
        "incident.dispatched", Title("派单", "Send out"), _WORKED_ON, Stage.DISPATCHED, _DISPATCH,
        may=("what", "unit", "assignee", "due_us", "text"),
    ),
    "start": Transition(
        "incident.started", Title("开始处置", "Start work"), frozenset({Stage.ACCEPTED, Stage.DISPATCHED}),
        Stage.HANDLED, _HANDLE, may=("text",),
    ),
    "report_back": Transition(
        "incident.reported_back", Title("反馈", "Report back"), _WORKED_ON, Stage.REPORTED_BACK, _HANDLE,
        ("text",), ("photos",), settles_orders=True,
    ),
    "verify": Transition(
        "incident.verified", Title("核查", "Verify"), frozenset({Stage.REPORTED_BACK}), Stage.VERIFIED, _DISPATCH,
        may=("text", "photos"), settles_orders=True,
    ),
    "close": Transition(
        "incident.closed", Title("办结", "Close"), frozenset({Stage.VERIFIED}), Stage.CLOSED, _DISPATCH, ("text",),
        settles_orders=True,
    ),
    "rate": Transition(
        "incident.rated", Title("评价", "Rate"), frozenset({Stage.CLOSED}), Stage.RATED, _HANDLE, ("score",), ("text",)
    ),
    "revisit": Transition(
        "incident.revisited", Title("回访", "Ask afterwards"), ENDED, None, _HANDLE, ("reached",), ("satisfied", "text")
    ),
    "send_back": Transition(
        "incident.sent_back", Title("退回", "Send back"), _BACK, Stage.HANDLED, _DISPATCH, ("text",)
    ),
    "return": Transition(
        "incident.returned", Title("退回重派", "Take back, send others"),
        frozenset({Stage.DISPATCHED, Stage.HANDLED}), Stage.ACCEPTED, _DISPATCH, ("text",),
    ),
    "reopen": Transition(
        "incident.reopened", Title("重新办理", "Reopen"), ENDED, Stage.ACCEPTED, _DISPATCH, ("text",)
    ),
    "dismiss": Transition(
        "incident.dismissed", Title("不予受理", "Dismiss"), _WORKED_ON | {Stage.FOUND, Stage.REPORTED_BACK},
        Stage.CLOSED, _DISPATCH, ("outcome", "text"), ("into",),
    ),
    "urge": Transition(
        "incident.urged", Title("督办", "Urge"), OPEN, None, _DISPATCH, ("text",), while_suspended=True
    ),
    "ease": Transition(
        "incident.eased", Title("解除督办", "End urging"), OPEN, None, _DISPATCH, may=("text",), while_suspended=True
    ),
    "suspend": Transition(
        "incident.suspended", Title("挂起", "Suspend"), _WORKED_ON | {Stage.REPORTED_BACK}, None, _DISPATCH,
        ("text",), ("until_us",),
    ),
    "resume": Transition(
        "incident.resumed", Title("恢复", "Resume"), OPEN, None, _DISPATCH, may=("text",), while_suspended=True
    ),
    "grade": Transition("incident.graded", Title("定级", "Grade"), OPEN, None, _DISPATCH, ("level", "text")),
    "reclassify": Transition(
        "incident.reclassified", Title("改类", "Change kind"), OPEN, None, _DISPATCH, ("kind", "text")
    ),
    "own": Transition(
        "incident.owned", Title("接手", "Take over"), OPEN, None, _HANDLE, may=("owner",), while_suspended=True
    ),
    "comment": Transition(
        "incident.commented", Title("备注", "Comment"), frozenset(STAGES), None, _HANDLE, ("text",), ("photos",), True
    ),
    "attach": Transition(
        "incident.attached", Title("补充材料", "Attach"), OPEN, None, _HANDLE,
        may=("photos", "alarms", "events", "text"), while_suspended=True,
    ),
    "tick": Transition(
        "incident.ticked", Title("勾选预案", "Tick"), OPEN, None, _HANDLE, ("item",), ("text",), while_suspended=True
    ),
    "untick": Transition(
        "incident.unticked", Title("取消勾选", "Untick"), OPEN, None, _HANDLE, ("item",), ("text",),
        while_suspended=True,
    ),
}  # fmt: skip

_ISSUED, _TAKEN = WorkOrderState.ISSUED, WorkOrderState.ACCEPTED
UNSETTLED: Final = frozenset({_ISSUED, _TAKEN})
ORDER_ACTS: Final[dict[str, OrderTransition]] = {
    "accept": OrderTransition(
        "order.accepted", Title("接单", "Accept"), frozenset({_ISSUED}), _TAKEN, _HANDLE, may=("text",)
    ),
    "done": OrderTransition(
        "order.done", Title("完成", "Done"), UNSETTLED, WorkOrderState.DONE, _HANDLE, ("text",), ("photos",)
    ),
    "verify": OrderTransition(
        "order.verified", Title("验收", "Verify"), frozenset({WorkOrderState.DONE}), WorkOrderState.VERIFIED, _DISPATCH,
        may=("text",),
    ),
    "send_back": OrderTransition(
        "order.sent_back", Title("退回返工", "Send back"), frozenset({WorkOrderState.DONE, WorkOrderState.VERIFIED}),
        _TAKEN, _DISPATCH, ("text",),
    ),
    "reject": OrderTransition(
        "order.rejected", Title("退单", "Reject"), UNSETTLED, WorkOrderState.REJECTED, _HANDLE, ("text",)
    ),
    "withdraw": OrderTransition(
        "order.withdrawn", Title("撤单", "Withdraw"), UNSETTLED, WorkOrderState.REJECTED, _DISPATCH, ("text",)
    ),
}  # fmt: skip

OPENED: Final = "incident.opened"
JOINED: Final = "incident.joined"
MERGED: Final = "incident.merged"
WARNED: Final = "incident.warned"
BREACHED: Final = "incident.breached"
REPORTED: Final = "incident.reported"  # one more report of what is known already
ISSUED: Final = "order.issued"

# what only facts lead to; these may come in any order, what people do keeps the order of the journal
MACHINE: Final = frozenset({OPENED, JOINED, MERGED, WARNED, BREACHED})
HUMAN: Final = frozenset(
    {REPORTED, ISSUED} | {one.kind for one in ACTS.values()} | {one.kind for one in ORDER_ACTS.values()}
)

# what a line of history is called
KIND_TITLES: Final[dict[str, Title]] = {
    OPENED: Title("发现", "Found"),
    JOINED: Title("并入告警", "Alarms joined"),
    MERGED: Title("并入另一事件", "Merged into another"),
    WARNED: Title("即将超时", "Due soon"),
    BREACHED: Title("超时", "Overdue"),
    REPORTED: Title("再次报告", "Reported again"),
    ISSUED: Title("下达工单", "Order issued"),
    **{one.kind: one.title for one in ACTS.values()},
    **{one.kind: Title(f"工单{one.title.zh}", f"Order: {one.title.en}") for one in ORDER_ACTS.values()},
}

STAGE_TITLES: Final[dict[Stage, Title]] = {
    Stage.FOUND: Title("发现", "Found"),
    Stage.ACCEPTED: Title("受理", "Accepted"),
    Stage.DISPATCHED: Title("派单", "Dispatched"),
    Stage.HANDLED: Title("处置", "Being handled"),
    Stage.REPORTED_BACK: Title("反馈", "Reported back"),
    Stage.VERIFIED: Title("核查", "Verified"),
    Stage.CLOSED: Title("办结", "Closed"),
    Stage.RATED: Title("评价", "Rated"),
}
ORDER_TITLES: Final[dict[WorkOrderState, Title]] = {
    WorkOrderState.ISSUED: Title("已下达", "Issued"),
    WorkOrderState.ACCEPTED: Title("已接单", "Accepted"),
    WorkOrderState.DONE: Title("已完成", "Done"),
    WorkOrderState.VERIFIED: Title("已验收", "Verified"),
    WorkOrderState.REJECTED: Title("已退单", "Rejected"),
}
OUTCOME_TITLES: Final[dict[Outcome, Title]] = {
    Outcome.RESOLVED: Title("已处置", "Resolved"),
    Outcome.FALSE_ALARM: Title("误报", "False alarm"),
    Outcome.TEST: Title("测试、演练", "Test or drill"),
    Outcome.DUPLICATE: Title("重复", "Duplicate"),
    Outcome.NOT_OURS: Title("不属本中心", "Not ours"),
    Outcome.MERGED: Title("已并入", "Merged"),
}
