"""Printing the answer to a query."""

from __future__ import annotations

import base64
import csv
import json
import math
import sys
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import shapely

_CELL_CHARACTERS = 60
_LEAST_COLUMN = 8  # characters of width; where columns would be narrower, each row is a block of its own


def write_answer(table: pa.Table, form: str) -> None:
    """Write ``table`` to standard output as ``table``, ``csv``, ``json`` or ``arrow``."""
    if form == "arrow":
        with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
            stream.write_table(table)
    elif form == "csv":
        rows = csv.writer(sys.stdout, lineterminator="\n")
        rows.writerow(table.column_names)
        rows.writerows(["" if one is None else _text(one) for one in row] for row in _rows(table))
    elif form == "json":
        objects = [dict(zip(_distinct(table.column_names), map(_json_ready, row), strict=True)) for row in _rows(table)]
        sys.stdout.write(json.dumps(objects, ensure_ascii=False, indent=1, default=str, allow_nan=False) + "\n")
    else:
        _print_table(table)


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """Rows as Python values; geometry as WKT, other binary as base64."""
    columns = [_values(table.column(n), field) for n, field in enumerate(table.schema)]
    return zip(*columns, strict=True)


def _values(column: pa.ChunkedArray, field: pa.Field) -> list[Any]:
    geometric = (field.metadata or {}).get(b"ARROW:extension:name", b"").startswith(b"geoarrow")
    values = _python(column)
    if not pa.types.is_binary(field.type) and not pa.types.is_large_binary(field.type):
        return values
    write = _wkt if geometric or field.name == "geometry" else _base64
    return [None if one is None else write(one) for one in values]


def _python(column: pa.ChunkedArray) -> list[Any]:
    """The values; dates that Python has no room for are named by their type."""
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):
        return [_python_or_type(one) for one in column]


def _python_or_type(value: pa.Scalar) -> Any:
    try:
        return value.as_py()
    except (ValueError, OverflowError):
        return f"<{value.type}>"


def _wkt(wkb: bytes) -> str:
    return str(shapely.to_wkt(shapely.from_wkb(wkb), rounding_precision=3))


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _distinct(names: list[str]) -> list[str]:
    """JSON objects cannot hold two members of one name: ``SELECT a.*, b.*`` gives ``name`` and ``name_2``."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return out


def _json_ready(value: Any) -> Any:
    """JSON has no NaN and no infinity: they are null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _json_ready(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_json_ready(one) for one in value]
    return _base64(value) if isinstance(value, bytes) else value


def _text(value: Any) -> str:
    """One cell of CSV: structures are JSON text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return json.dumps(_json_ready(value), ensure_ascii=False, default=str)
    return str(value)


def _print_table(table: pa.Table) -> None:
    from rich.console import Console
    from rich.table import Table

    from twin.cli.saying import shown as cell

    console = Console(width=None if sys.stdout.isatty() else 200)
    if len(table.schema) * _LEAST_COLUMN > console.width:
        nothing = [(None,) * len(table.schema)]  # without any row the names alone, under a 0
        for number, row in enumerate(_rows(table) if table.num_rows else nothing, start=min(1, table.num_rows)):
            block = Table(show_edge=False, show_header=False, title=cell(f"{number:,}"), title_justify="left")
            for name, value in zip(table.column_names, row, strict=True):
                block.add_row(cell(name, style="bold"), cell(_cell(value)))
            console.print(block)
        return
    shown = Table(show_edge=False, header_style="bold")
    for field in table.schema:
        shown.add_column(cell(field.name), justify="right" if _is_number(field.type) else "left")
    for row in _rows(table):
        shown.add_row(*(cell(_cell(value)) for value in row))
    console.print(shown)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _cell(value: Any) -> str:
    text = "" if value is None else f"{value:.6g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)
    return text if len(text) <= _CELL_CHARACTERS else text[: _CELL_CHARACTERS - 1] + "…"
