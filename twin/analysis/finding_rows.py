"""Findings as rows of a generation's own table, and back, with nothing lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.model.finding import CellChange, Finding, RowPlace, finding_rules
from twin.model.tables import FINDINGS
from twin.model.text import Title
from twin.store.geoparquet import box_array, boxes

_PLAIN: Final = ("rule", "severity", "layer", "source", "file", "sheet", "row", "safe")


def findings_to_rows(findings: Sequence[Finding], underground: NDArray[np.bool_]) -> pa.Table:
    """``twin.model.tables.FINDINGS``; ``underground`` (n,): which of them tell of what lies there."""
    rows = [_row(number, one) for number, one in enumerate(findings)]
    table = pa.Table.from_pylist(
        [{**row, "underground": bool(tells)} for row, tells in zip(rows, underground, strict=True)], schema=FINDINGS
    )
    shapes = shapely.from_wkb(np.array([one.shape for one in findings], dtype=object))
    place = FINDINGS.get_field_index("bbox")
    return table.set_column(place, FINDINGS.field(place), box_array(boxes(shapes)))


def rows_to_findings(table: pa.Table) -> tuple[Finding, ...]:
    """Raises ValueError, KeyError or TypeError for a table that is none of ours."""
    return tuple(_finding(one) for one in table.to_pylist())


def _row(number: int, one: Finding) -> dict[str, Any]:
    title = finding_rules()[one.rule].title
    return {
        "finding": number,
        **{name: getattr(one, name) for name in _PLAIN},
        "title_zh": title.zh,
        "title_en": title.en,
        "feature_ids": list(one.feature_ids),
        "message_zh": one.message("zh"),
        "message_en": one.message("en"),
        "fix_zh": one.fix("zh"),
        "fix_en": one.fix("en"),
        "said": json.dumps({name: _said(value) for name, value in one.values.items()}, ensure_ascii=False),
        "changes": json.dumps([asdict(change) for change in one.changes], ensure_ascii=False) if one.changes else None,
        "also": json.dumps([asdict(place) for place in one.also], ensure_ascii=False) if one.also else None,
        "names": json.dumps({key: _said(name) for key, name in one.names.items()}, ensure_ascii=False),
        "geometry": one.shape,
    }


def _finding(row: dict[str, Any]) -> Finding:
    return Finding(
        **{name: row[name] for name in _PLAIN},
        feature_ids=tuple(row["feature_ids"]),
        values={name: _unsaid(value) for name, value in json.loads(row["said"]).items()},
        shape=row["geometry"],
        changes=tuple(CellChange(**change) for change in json.loads(row["changes"] or "[]")),
        also=tuple(RowPlace(**place) for place in json.loads(row["also"] or "[]")),
        names={key: Title(**name) for key, name in json.loads(row["names"]).items()},
    )


def _said(value: Any) -> Any:
    if isinstance(value, Title):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, list | tuple):
        return [_said(one) for one in value]
    return value.item() if hasattr(value, "item") else value  # a number of numpy


def _unsaid(value: Any) -> Any:
    if isinstance(value, dict):
        return Title(**value)
    return [_unsaid(one) for one in value] if isinstance(value, list) else value
