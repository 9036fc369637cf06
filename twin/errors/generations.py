"""Generations: which there are, what compares them, what removes them."""

from __future__ import annotations

from twin.errors.base import TwinError


class UnknownGenerationError(TwinError):
    code = "unknown_generation"
    zh = "没有第 {generation} 版模型。现有：{known}。"
    en = "There is no generation {generation}. There are: {known}."


class NoEarlierGenerationError(TwinError):
    code = "no_earlier_generation"
    zh = "{path}：在用的第 {generation} 版之前没有别的版本，无从比较。请在新的测量成果入库并构建后再比较。"
    en = "{path}: there is no generation before {generation}, which is in use. Compare after a build of new deliveries."


class GenerationsApartError(TwinError):
    code = "generations_apart"
    zh = "第 {old} 版用 {was}，第 {new} 版用 {now}：坐标系或高程基准不同，无法逐点比较。请用同一坐标系重新构建旧数据。"
    en = "Generation {old} is in {was}, {new} in {now}: they have no coordinates in common. Build the old data again in the same CRS and height datum."


class CitationUnreadableError(TwinError):
    code = "citation_unreadable"
    zh = "{path}：读不出这个快照用的是哪一版模型，因此未清理任何版本。请从备份恢复该文件或删除这个快照。"
    en = "{path}: which generation this snapshot shows cannot be read, so nothing was removed. Restore the file from a backup or delete the snapshot."
