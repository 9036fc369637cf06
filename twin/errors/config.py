"""Files of settings, and their versions."""

from __future__ import annotations

from twin.errors.base import TwinError


class ConfigError(TwinError):
    """A mistake in a file below ``config/``."""

    code = "config"
    zh = "{path}{where}：{detail}。"
    en = "{path}{where}: {detail}."


class ConfigMistakesError(TwinError):
    code = "config_mistakes"
    zh = "{path}：{mistakes}。此前有效的设置继续使用。"
    en = "{path}: {mistakes}. What was in force before stays in force."


class UnknownConfigVersionError(TwinError):
    code = "unknown_config_version"
    zh = "“{name}”没有第 {number} 版。现有版本：{known}。"
    en = "There is no version {number} of '{name}'. Versions here: {known}."


class ConfigLockedError(TwinError):
    code = "config_locked"
    zh = "{path}：设置正由进程 {pid} 更改。请稍后再试。"
    en = "{path}: process {pid} is changing these settings. Try again in a while."


class ConfigHistoryDamagedError(TwinError):
    code = "config_history_damaged"
    zh = "{path}：这一版的记录已损坏（{detail}）。请从备份恢复此文件；其他版本不受影响。"
    en = "{path}: the record of this version is damaged ({detail}). Restore this file from a backup; other versions are whole."


class ReasonMissingError(TwinError):
    code = "reason_missing"
    zh = "请写明是谁、为什么（{missing} 为空）。"
    en = "Say who and why ({missing} is empty)."
