"""The folder of a campus, and what is built in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twin.errors.base import TwinError


class NotACampusError(TwinError):
    code = "not_a_campus"
    zh = "{path}：这里没有 campus.toml。请先运行 twin init {path} 文件…"
    en = "{path}: no campus.toml here. Run twin init {path} FILES… first."


class CampusTomlError(TwinError):
    """``mistakes`` holds one line each; the message is all of them."""

    code = "campus_toml"
    zh = "{path}：{mistakes}"
    en = "{path}: {mistakes}"


class NeverBuiltError(TwinError):
    code = "never_built"
    zh = "{path}：园区还没有构建过。请运行 twin build {path}。"
    en = "{path}: this campus was never built. Run twin build {path}."


class BuildLockedError(TwinError):
    code = "build_locked"
    zh = "{path}：另一个构建正在进行（进程 {pid}）。请等它结束。"
    en = "{path}: another build is running (process {pid}). Wait for it to end."


class NothingToBuildError(TwinError):
    code = "nothing_to_build"
    zh = "{path}：campus.toml 中没有任何来源。请加一段 [[sources]]，或删去 campus.toml 后再运行 twin init。"
    en = "{path}: campus.toml names no sources. Add a [[sources]] entry, or remove campus.toml and run twin init."


class BuildFailedError(TwinError):
    """Sources could not be read; each has its own line."""

    code = "build_failed"
    zh = "{fault} 当前使用的版本未受影响；加 --keep-going 可跳过此来源。"
    en = "{fault} The generation in use is untouched; --keep-going builds without this source."

    def __init__(self, *, fault: Any, others: Sequence[TwinError | str] = ()) -> None:
        self.others = tuple(others)
        super().__init__(fault=fault)

    def text(self, language: str = "zh") -> str:
        others = [one if isinstance(one, str) else one.text(language) for one in self.others]
        return "\n".join([*others, super().text(language)])


class FolderRefusedError(TwinError):
    """The operating system would not let us read or write: no room, no permission."""

    code = "folder_refused"
    zh = "{path}：系统拒绝读写（{detail}）。请腾出磁盘空间或授予权限后再试；当前使用的版本未受影响。"
    en = "{path}: the system refuses ({detail}). Make room or grant permission, then try again; the generation in use is untouched."


class GenerationDamagedError(TwinError):
    code = "generation_damaged"
    zh = "{path}：生成版本已损坏（{detail}）。请重新运行 twin build。"
    en = "{path}: this generation is damaged ({detail}). Run twin build again."


class InspectionFailedError(TwinError):
    code = "inspection_failed"
    zh = "质量检查在规则 {rule} 处中断（{detail}），没有检查结果；模型完整、可用。请把日志交给维护者；更新程序后 twin check 会重新检查。"
    en = "The quality inspection broke off at rule {rule} ({detail}), so nothing was found; the model is whole and usable. Send the log to whoever maintains the program; after an update twin check inspects again."


class RegistersDamagedError(TwinError):
    code = "registers_damaged"
    zh = "{path}：登记表文件已损坏（{detail}）。请从备份恢复此文件；删除它则改用上一版登记表。"
    en = "{path}: this file of the registers is damaged ({detail}). Restore it from a backup; without it the edition before is used."


class AlreadyInitialisedError(TwinError):
    code = "already_initialised"
    zh = "{path}：这里已有 campus.toml。请直接编辑它，或另选目录。"
    en = "{path}: there is a campus.toml already. Edit it, or choose another folder."
