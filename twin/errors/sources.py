"""Files that are delivered, and how they are read."""

from __future__ import annotations

from typing import Any, Final

from twin.errors.base import TwinError


class _Whole:
    """The cure where nothing better is known; across the reader's process it comes back as its English words."""

    def text(self, language: str = "zh") -> str:
        return "请确认文件完整，重新交付。" if language == "zh" else str(self)

    def __str__(self) -> str:
        return "Check that the file is complete and deliver it again."


_WHOLE: Final = _Whole()


class SourceUnreadableError(TwinError):
    code = "source_unreadable"
    zh = "{path}：无法读取（{detail}）。{cure}"
    en = "{path}: cannot be read ({detail}). {cure}"

    def __init__(self, *, path: Any, detail: str, cure: str | None = None) -> None:
        super().__init__(path=path, detail=detail, cure=_WHOLE if cure in (None, str(_WHOLE)) else cure)


class SourceMissingError(TwinError):
    code = "source_missing"
    zh = "{path}：文件不存在。请把文件放回原处，或在 campus.toml 中改正路径。"
    en = "{path}: no such file. Put it back or correct the path in campus.toml."


class NoReaderError(TwinError):
    code = "no_reader"
    zh = "{path}：没有读取器认识这种文件。若其中有园区数据，请换一种格式交付。"
    en = "{path}: no reader takes this file. If it holds data of the campus, deliver them in another format."


class UnknownReaderError(TwinError):
    code = "unknown_reader"
    zh = "campus.toml：没有名为 “{reader}” 的读取器。现有：{known}。"
    en = "campus.toml: there is no reader '{reader}'. There are: {known}."


class UnknownOptionError(TwinError):
    code = "unknown_option"
    zh = "{path}：读取器 {reader} 没有选项 options.{option}，可用的是：{known}。请在 campus.toml 中更正或删去。"
    en = "{path}: reader {reader} has no options.{option}; known: {known}. Correct or remove it in campus.toml."


class BadOptionError(TwinError):
    code = "bad_option"
    zh = "{path}：options.{option} 写作 {value}，应为{wanted_zh}。请在 campus.toml 中更正。"
    en = "{path}: options.{option} is {value} and must be {wanted}. Correct it in campus.toml."


class AmbiguousFormatError(TwinError):
    code = "ambiguous_format"
    zh = '{path}：多个读取器都认领它（{readers}）。请在 campus.toml 中用 reader = "…" 指明。'
    en = '{path}: claimed by several readers ({readers}). Name one with reader = "…" in campus.toml.'


class MissingDependencyError(TwinError):
    code = "missing_dependency"
    zh = "{path}：读取它需要 {package}。请安装：pip install 'campus-twin[{extra}]'。"
    en = "{path}: reading it needs {package}. Install it: pip install 'campus-twin[{extra}]'."


class UnsupportedSchemaError(TwinError):
    code = "unsupported_schema"
    zh = "{path}：不支持的模型格式 {schema}。可读：{known}。请用建模软件重新导出为 IFC4 或 IFC4X3_ADD2（.ifc）。"
    en = "{path}: the model schema {schema} is not supported. Readable: {known}. Export it again as IFC4 or IFC4X3_ADD2 (.ifc)."


class UnsafeArchiveError(TwinError):
    code = "unsafe_archive"
    zh = "{path}：压缩包不能解开（{detail}）。请直接交付其中的文件。"
    en = "{path}: the archive cannot be unpacked safely ({detail}). Deliver the file inside it instead."


class TableUnclearError(TwinError):
    code = "table_unclear"
    zh = "{path}：{detail}。{cure}"
    en = "{path}: {detail}. {cure}"


class NetworkRefusedError(TwinError):
    """The verdict of the engine the file was written for (EPANET, SWMM), with its error number."""

    code = "network_refused"
    zh = "{path}，第 {line} 行：{fault}（{engine} ERROR {number}）。{cure}"
    en = "{path}, line {line}: {fault} ({engine} ERROR {number}). {cure}"


class ReaderLimitError(TwinError):
    code = "reader_limit"
    zh = "{path}：读取超出限制（{limit}），已中止。若文件确实很大，请在 campus.toml 的 [limits] 中放宽。"
    en = "{path}: reading exceeded its limit ({limit}) and was stopped. If the file is honestly that large, raise it under [limits] in campus.toml."


class ReaderCrashError(TwinError):
    code = "reader_crash"
    zh = "{path}：读取进程意外终止（{detail}）。文件可能已损坏，请重新导出。"
    en = "{path}: the reading process died ({detail}). The file is probably damaged; export it again."
