"""Columns of values and qualities as systems write them."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from twin.model.live import Quality

_NUMBER: Final = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"
_WITH_COMMA: Final = r"^[-+]?\d+,\d+$"
_PERHAPS_THOUSANDS: Final = r"^[-+]?\d{1,3},\d{3}$"
# 192 is good in OPC
QUALITIES: Final[dict[Quality, tuple[str, ...]]] = {
    Quality.GOOD: ("good", "ok", "valid", "192", "正常", "良好", "好", "有效", "合格"),
    Quality.STALE: ("stale", "陈旧", "过期"),
    Quality.OFFLINE: ("offline", "离线", "断线", "通信中断", "无数据", "缺测"),
    Quality.OUT_OF_RANGE: ("out_of_range", "超限", "越限", "超量程"),
}
_NUMERIC: Final = (pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_null)
_QUALITY_OF: Final = {word: quality.value for quality, words in QUALITIES.items() for word in words}


def numbers(column: pa.ChunkedArray, commas: bool) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Values as numbers, and which cells hold something that is none. An empty cell is a reading without a value.

    ``commas``: a comma may part decimals. ``1,234`` in a column without any other such number may be a thousand and
    is none.
    """
    kind = column.type
    if any(one(kind) for one in _NUMERIC):
        return column.cast(pa.float64(), safe=False), pa.chunked_array([pa.repeat(False, len(column))])
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    if commas and _commas_part_decimals(text):
        text = pc.if_else(pc.match_substring_regex(text, _WITH_COMMA), pc.replace_substring(text, ",", "."), text)
    number = pc.fill_null(pc.match_substring_regex(text, _NUMBER), False)
    kept = pc.if_else(number, text, pa.scalar(None, pa.string())).cast(pa.float64())
    finite = pc.fill_null(pc.is_finite(kept), False)  # 1e999 is written as a number
    said = pc.fill_null(pc.not_equal(text, ""), False)
    return pc.if_else(finite, kept, pa.scalar(None, pa.float64())), pc.and_(said, pc.invert(finite))


def are_numbers(column: pa.ChunkedArray, commas: bool) -> bool:
    """Whether at least half of what stands in a column is numbers; nothing at all does no harm."""
    if _no_values(column.type):
        return False
    values, no_number = numbers(column, commas)
    good, bad = len(values) - values.null_count, pc.sum(no_number).as_py() or 0
    return bool(good >= bad)


def qualities(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Qualities in our words, and which cells hold a word that is none. An empty cell leaves it open."""
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(column.cast(pa.string())))
    said = pc.fill_null(pc.not_equal(plain, ""), False)
    place = pc.index_in(plain, pa.array(list(_QUALITY_OF), pa.string()))
    found = pa.chunked_array([pa.array(list(_QUALITY_OF.values())).take(place.combine_chunks())])
    return found, pc.and_(said, pc.is_null(found))


def _no_values(kind: pa.DataType) -> bool:
    return bool(pa.types.is_temporal(kind) or pa.types.is_nested(kind) or pa.types.is_binary(kind))


def _commas_part_decimals(text: pa.ChunkedArray) -> bool:
    with_comma = pc.match_substring_regex(text, _WITH_COMMA)
    thousands = pc.match_substring_regex(text, _PERHAPS_THOUSANDS)
    return bool(pc.any(pc.and_(with_comma, pc.invert(thousands))).as_py())
