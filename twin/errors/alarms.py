"""Alarms and maintenance."""

from __future__ import annotations

from twin.errors.base import TwinError


class UnknownAlarmError(TwinError):
    code = "unknown_alarm"
    zh = "没有告警“{alarm}”。它可能已更正或已归档，请刷新列表或查历史。"
    en = (
        "There is no alarm '{alarm}'. It may have been corrected or be history; reload the list or look in the history."
    )


class AlarmActError(TwinError):
    code = "alarm_act"
    zh = "告警“{alarm}”不能{act_zh}：{why_zh}。{cure_zh}"
    en = "Alarm '{alarm}' cannot be {act_en}: {why_en}. {cure_en}"


class WindowRefusedError(TwinError):
    code = "window_refused"
    zh = "检修“{window}”：{why_zh}。请改名、改时间，或刷新列表。"
    en = "Maintenance '{window}': {why_en}. Choose another name or time, or reload the list."


class WindowScopeError(TwinError):
    code = "window_scope"
    zh = "检修“{window}”：{mistakes}。"
    en = "Maintenance '{window}': {mistakes}."


class StillLookingBackError(TwinError):
    code = "still_looking_back"
    zh = "系统刚启动，正在读取此前的告警。请稍后再试。"
    en = "The system has just started and is reading what stood before. Try again in a moment."


class NotFoldedError(TwinError):
    code = "not_folded"
    zh = "操作已提交，但 10 秒内未得到确认。请刷新后查看是否已生效，再决定是否重试。"
    en = "The act was handed in but not confirmed within 10 s. Reload and look whether it holds before trying again."
