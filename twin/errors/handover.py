"""Handing the campus over: what keeps the package from being written."""

from __future__ import annotations

from twin.errors.base import TwinError


class HandoverTargetError(TwinError):
    code = "handover_target"
    zh = "{path}：已存在，或不以 .zip 结尾。请给出一个新的文件名，以 .zip 结尾。"
    en = "{path}: exists, or does not end in .zip. Name a new file that does."


class HandoverReasonError(TwinError):
    code = "handover_reason"
    zh = "导出地下管线的准确位置须说明理由（4 至 300 字），理由会记入 exports.log。"
    en = "Exact places of what lies underground take a reason of 4 to 300 signs; it is kept in exports.log."
