"""What is asked of the SensorThings API and cannot be answered."""

from __future__ import annotations

from twin.errors.base import TwinError


class NotOfferedError(TwinError):
    code = "not_offered"
    zh = "SensorThings 接口不提供 {what}。请改用 {instead}。"
    en = "The SensorThings API does not offer {what}. Use {instead} instead."


class UnknownEntityError(TwinError):
    code = "unknown_entity"
    zh = "没有实体 {address}。请从 {known} 开始查找。"
    en = "There is no entity {address}. Begin at {known}."


class BadFilterError(TwinError):
    code = "bad_filter"
    zh = "{option} 第 {position} 个字符处有误：{detail}。"
    en = "{option} is not valid at character {position}: {detail}."


class TooManyToLookThroughError(TwinError):
    code = "too_many_to_look_through"
    zh = "需要逐条比较的读数超过 {most} 条。请用 phenomenonTime 缩小时间范围，例如 phenomenonTime ge 2026-11-26T00:00:00Z。"
    en = "More than {most} readings would have to be looked through. Narrow phenomenonTime, say phenomenonTime ge 2026-11-26T00:00:00Z."
