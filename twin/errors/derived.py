"""What is wrong with a layer that somebody writes back."""

from __future__ import annotations

from twin.errors.base import TwinError


class DerivedRefusedError(TwinError):
    code = "derived_refused"
    zh = "图层 “{layer}” 无法写回：{detail}"
    en = "Layer '{layer}' cannot be written back: {detail}"


class DerivedDamagedError(TwinError):
    code = "derived_damaged"
    zh = "写回的图层文件已损坏：{path}（{detail}）。请撤回该图层或重新写回。"
    en = (
        "The file of a layer that was written back is damaged: {path} ({detail}). Withdraw the layer or write it again."
    )


class NoDerivedLayerError(TwinError):
    code = "no_derived_layer"
    zh = "没有写回过图层 “{layer}”，或已撤回。现有：{known}。"
    en = "No layer '{layer}' was written back, or it was withdrawn. There are: {known}."


class UnknownBuildError(TwinError):
    code = "unknown_build"
    zh = "没有构建任务 “{build}”，或服务重启后已不记得。请查看 GET /api/v1/layers。"
    en = "There is no build '{build}', or the server has forgotten it since it was started again. See GET /api/v1/layers."


class BuildGoneError(TwinError):
    code = "build_gone"
    zh = "构建进程中途退出（{detail}），正在使用的园区未受影响。请查看服务日志后重试。"
    en = "The process that builds ended on the way ({detail}); the campus in use is untouched. See the server's log, then try again."
