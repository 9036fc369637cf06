"""What is asked of a campus."""

from __future__ import annotations

from twin.errors.base import TwinError


class QueryRefusedError(TwinError):
    code = "query_refused"
    zh = "查询被拒绝：{detail}。只允许一条只读的 SELECT。"
    en = "Query refused: {detail}. One read-only SELECT is allowed."


class QueryFailedError(TwinError):
    code = "query_failed"
    zh = "查询失败：{detail}"
    en = "Query failed: {detail}"


class QueryTimeoutError(TwinError):
    code = "query_timeout"
    zh = "查询超过 {seconds} 秒，已停止。请缩小范围或加条件。"
    en = "The query ran past {seconds} s and was stopped. Narrow it."


class QueryTooLargeError(TwinError):
    code = "query_too_large"
    zh = "查询结果超过 {limit_mb} MB，已停止。请少取几列，或加条件、LIMIT。"
    en = "The answer is larger than {limit_mb} MB and was stopped. Take fewer columns, or add a condition or LIMIT."


class UnknownLayerError(TwinError):
    code = "unknown_layer"
    zh = "没有图层 “{layer}”。现有图层：{known}。"
    en = "There is no layer '{layer}'. Layers here: {known}."


class UnknownFeatureError(TwinError):
    code = "unknown_feature"
    zh = "没有要素 “{feature_id}”。"
    en = "There is no feature '{feature_id}'."


class ExportTargetError(TwinError):
    code = "export_target"
    zh = "{path}：已存在且不为空。请给出一个新文件夹。"
    en = "{path}: exists and is not empty. Name a new folder."


class QueryMemoryError(TwinError):
    code = "query_memory"
    zh = "查询需要的内存超过 {memory_mb} MB，已停止。请缩小范围，少取几列，或先汇总。"
    en = "The query needed more than {memory_mb} MB of memory and was stopped. Narrow it, or sum up first."


class QueryReaderGoneError(TwinError):
    code = "query_reader"
    zh = "回答查询的进程中断（{detail}），已重新启动。请再试一次；若重复发生，请缩小查询范围。"
    en = "The process that answers queries ended ({detail}) and was started anew. Try again; if it repeats, narrow it."


class QueryClosedError(TwinError):
    code = "query_closed"
    zh = "服务正在停止，不再回答查询。请在重新启动后再试。"
    en = "The server is stopping and answers no more queries. Try again when it is back."


class UnknownScreenError(TwinError):
    code = "unknown_screen"
    zh = "没有专题屏 “{screen}”。"
    en = "There is no screen '{screen}'."


class UnknownPanelError(TwinError):
    code = "unknown_panel"
    zh = "专题屏 “{screen}” 没有面板 “{panel}”。"
    en = "The screen '{screen}' has no panel '{panel}'."


class UnknownKpiError(TwinError):
    code = "unknown_kpi"
    zh = "没有指标 “{kpi}”。相近的有：{near}。全部指标见 GET /api/v1/kpis 或 campus.kpis。"
    en = "There is no KPI '{kpi}'. Near to it: {near}. All are in GET /api/v1/kpis, or campus.kpis."
