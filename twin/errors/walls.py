"""Walls and what is sent to them."""

from __future__ import annotations

from twin.errors.base import TwinError


class UnknownWallError(TwinError):
    code = "unknown_wall"
    zh = "没有名为“{wall}”的大屏。请核对 config/walls.toml，或用 twin kiosk add 为它生成链接。"
    en = "There is no wall called “{wall}”. See config/walls.toml, or make its link with twin kiosk add."


class OtherWallError(TwinError):
    code = "other_wall"
    zh = "大屏只能查看和报告自己的状态；“{wall}”是另一块大屏。"
    en = "A wall sees and reports itself only; “{wall}” is another one."


class NothingSentError(TwinError):
    code = "nothing_sent"
    zh = "没有要显示的内容。请选择专题、视角、选中对象或时刻中的至少一项。"
    en = "There is nothing to show. Choose a screen, a view, a selection or a moment, at least one of them."
