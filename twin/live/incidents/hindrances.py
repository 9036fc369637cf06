"""Why an act about an incident or an order is not possible now, and what to do instead."""

from __future__ import annotations

from typing import Final

from twin.live.incidents.state import IncidentState, WorkOrder
from twin.live.incidents.transitions import STAGE_TITLES, OrderTransition, Outcome, Transition

LONGEST_HISTORY: Final = 2_000
_ENDLESS: Final = {"comment", "attach", "urge", "tick", "untick", "grade", "reclassify"}  # may be done again and again

Why = tuple[tuple[str, str], tuple[str, str]]  # why not, and what to do; Chinese and English


def hindrance(act: str, one: Transition, state: IncidentState) -> Why | None:
    """Why an act is not possible now; None where it is."""
    if state.outcome is Outcome.MERGED and act != "comment":
        into = state.merged_into
        return (f"它已并入 {into}", f"it was merged into {into}"), ("请打开那个事件。", "Open that one.")
    if state.stage not in one.stages:
        title = STAGE_TITLES[state.stage]
        zh, en = f"它处于“{title.zh}”", f"it is at stage '{title.en}'"
        return (zh, en), ("请刷新，看现在可做什么。", "Reload it and see what can be done now.")
    if state.suspended is not None and not one.while_suspended:
        return ("它已挂起", "it is suspended"), ("请先恢复。", "Resume it first.")
    if one.settles_orders and (left := state.unsettled):
        numbers = ", ".join(f"#{order.number}" for order in left)
        why = (f"工单 {numbers} 尚未完成", f"work orders {numbers} are not done")
        return why, ("请先完成或撤回它们。", "Have them done, or withdraw them.")
    return _special(act, state)


def _special(act: str, state: IncidentState) -> Why | None:
    """What only single acts mind."""
    reload = ("请刷新。", "Reload it.")
    if act == "resume" and state.suspended is None:
        return ("它没有挂起", "it is not suspended"), reload
    if act == "ease" and state.supervised is None:
        return ("它没有被督办", "it is not urged"), reload
    if act == "untick" and not state.ticks:
        return ("预案没有勾选项", "nothing of a plan is ticked"), reload
    if act in ("tick", "untick") and not state.plan:
        return ("它没有预案", "it has no plan"), ("请写备注。", "Write a comment.")
    if len(state.history) >= LONGEST_HISTORY and act in _ENDLESS:
        return ("记录已满", "its history is full"), ("请办结后另开新事件。", "Close it and open another.")
    return None


def order_hindrance(one: OrderTransition, order: WorkOrder, state: IncidentState) -> Why | None:
    if not state.open:
        return ("事件已办结", "its incident is closed"), ("请先重新办理事件。", "Reopen the incident first.")
    if state.suspended is not None:
        return ("事件已挂起", "its incident is suspended"), ("请先恢复事件。", "Resume the incident first.")
    if order.state not in one.states:
        zh = {"issued": "已下达", "accepted": "已接单", "done": "已完成", "verified": "已验收", "rejected": "已退回"}
        return (f"它{zh[order.state]}", f"it is {order.state}"), ("请刷新。", "Reload it.")
    return None
