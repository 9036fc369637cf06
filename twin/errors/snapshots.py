"""Snapshots: what cannot be made, and what is not kept."""

from __future__ import annotations

from twin.errors.base import TwinError


class UnknownSnapshotError(TwinError):
    code = "unknown_snapshot"
    zh = "没有编号为“{snapshot}”的快照。"
    en = "No snapshot is kept as “{snapshot}”."


class SnapshotDamagedError(TwinError):
    code = "snapshot_damaged"
    zh = "快照“{snapshot}”与存档时的校验值不符：文件 {path} 被改动或损坏。请从备份恢复该文件。"
    en = "The snapshot “{snapshot}” is not what was kept: {path} was changed or is damaged. Restore it from a backup."


class SnapshotRightError(TwinError):
    code = "snapshot_right"
    zh = "快照“{snapshot}”含您无权查看的内容（姓名或地下管线）。请另行制作，这些内容会被遮盖。"
    en = "The snapshot “{snapshot}” holds what you may not see: names, or what lies underground. Make one yourself: they are left out of it."


class SnapshotFormError(TwinError):
    code = "snapshot_form"
    zh = "“{name}”的后缀不可用。快照可以是 {known}。"
    en = "'{name}' ends in nothing that a snapshot can be. Known: {known}."


class SnapshotLayersError(TwinError):
    code = "snapshot_layers"
    zh = "图层 {layers} 在地下。要放进快照，请说明理由（--exactly“理由”）；理由会记入审计。"
    en = (
        "{layers} lies underground. To have it in a snapshot give a reason (--exactly REASON); it is kept in the audit."
    )


class SnapshotSpanError(TwinError):
    code = "snapshot_span"
    zh = "快照的时段不可用：{since} 至 {at}。开始须早于结束，结束不能晚于现在，最长 {days} 天。"
    en = "'{since}' to '{at}' is no span for a snapshot: it must begin before it ends, end by now, and be {days} days at most."


class SnapshotGoneError(TwinError):
    code = "snapshot_gone"
    zh = "制作快照的程序意外结束（{detail}）。请重试；若再次发生，请看服务器日志。"
    en = "What made the snapshot ended unforeseen ({detail}). Try again; if it happens again, look into the server's log."


class SnapshotBusyError(TwinError):
    code = "snapshot_busy"
    zh = "您的上一个快照还在制作，请等它完成。"
    en = "Your last snapshot is still being made; wait until it is there."
