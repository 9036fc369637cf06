"""What the server is asked, and how it may be reached."""

from __future__ import annotations

from twin.errors.base import TwinError


class UnknownColumnError(TwinError):
    code = "unknown_column"
    zh = "图层 “{layer}” 没有列 “{column}”。现有列：{known}。"
    en = "Layer '{layer}' has no column '{column}'. Columns here: {known}."


class UnknownFindingError(TwinError):
    code = "unknown_finding"
    zh = "第 {generation} 版没有编号为 {finding} 的检查结果。请重新打开质量检查。"
    en = "Generation {generation} has no finding {finding}. Open the inspection anew."


class UnknownStoreyError(TwinError):
    code = "unknown_storey"
    zh = "没有楼层 “{storey_id}”。"
    en = "There is no storey '{storey_id}'."


class UnknownPathError(TwinError):
    code = "unknown_path"
    zh = "没有这个地址。请从首页重新进入。"
    en = "There is nothing at this address. Start again from the first page."


class BadRequestError(TwinError):
    code = "bad_request"
    zh = "请求参数无效：{detail}。"
    en = "The request is not valid: {detail}."


class BodyTooLargeError(TwinError):
    code = "body_too_large"
    zh = "请求正文超过 {limit_bytes} 字节。"
    en = "The body of the request is larger than {limit_bytes} bytes."


class ForeignOriginError(TwinError):
    code = "foreign_origin"
    zh = "请求来自其他网站（{origin}），已拒绝。"
    en = "Refused: the request comes from another site ({origin})."


class InternalFaultError(TwinError):
    code = "internal_fault"
    zh = "系统内部错误，已写入日志（编号 {reference}）。请把编号告诉管理员。"
    en = "An internal fault, written to the log as {reference}. Give this number to the administrator."


class InsecureBindError(TwinError):
    code = "insecure_bind"
    zh = "拒绝在 {host} 上不加密地监听。请只用 127.0.0.1，或写 --insecure 表示明知风险。"
    en = "Refusing to listen on {host} without TLS. Use 127.0.0.1, or --insecure if you know what you do."
