"""Faults of accepted fixes."""

from __future__ import annotations

from twin.errors.base import TwinError


class PatchDamagedError(TwinError):
    code = "patch_damaged"
    zh = "修正文件已损坏：{path}（{detail}）。请从备份恢复；移走该文件则不再采用其中的修正。"
    en = "An accepted fix is damaged: {path} ({detail}). Restore it, or move it away to do without its changes."


class PatchRefusedError(TwinError):
    code = "patch_refused"
    zh = "修正无法写入 {path}：{detail}"
    en = "A fix cannot be written to {path}: {detail}"


class NoSuchPatchError(TwinError):
    code = "no_such_patch"
    zh = "没有生效的修正 {number}。现有：{known}。"
    en = "No fix {number} is in force. There are: {known}."


class UnknownRuleError(TwinError):
    code = "unknown_rule"
    zh = "没有规则 “{rule}”。twin check --rules 列出全部规则。"
    en = "There is no rule '{rule}'. twin check --rules lists them all."
