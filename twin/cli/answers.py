"""Printing the answer to a query."""

from __future__ import annotations

import json
import sys
from typing import Any

import pyarrow as pa
import pyarrow.csv
import shapely

_CELL_CHARACTERS = 60


def write_answer(table: pa.Table, form: str) -> None:
    """Write ``table`` to standard output as ``table``, ``csv``, ``json`` or ``arrow``."""
    if form == "arrow":
        with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
            stream.write_table(table)
    elif form == "csv":
        pyarrow.csv.write_csv(_flat(_readable(table)), sys.stdout.buffer)
    elif form == "json":
        rows = _readable(table).to_pylist()
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        _print_table(_readable(table))


def _readable(table: pa.Table) -> pa.Table:
    """Geometry columns as WKT, other binary as hex."""
    for position, field in enumerate(table.schema):
        if pa.types.is_binary(field.type):
            values = table.column(position).to_pylist()
            geometric = (field.metadata or {}).get(b"ARROW:extension:name", b"").startswith(b"geoarrow")
            text = (
                [None if one is None else shapely.to_wkt(shapely.from_wkb(one), rounding_precision=3) for one in values]
                if geometric or field.name == "geometry"
                else [None if one is None else one.hex() for one in values]
            )
            table = table.set_column(position, field.name, pa.array(text, pa.string()))
    return table


def _flat(table: pa.Table) -> pa.Table:
    """CSV has no structures: they become JSON text."""
    for position, field in enumerate(table.schema):
        if pa.types.is_nested(field.type):
            text = [None if one is None else json.dumps(one, default=str) for one in table.column(position).to_pylist()]
            table = table.set_column(position, field.name, pa.array(text, pa.string()))
    return table


def _print_table(table: pa.Table) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(show_edge=False, header_style="bold")
    for field in table.schema:
        shown.add_column(Text(field.name), justify="right" if _is_number(field.type) else "left")
    for row in table.to_pylist():
        shown.add_row(*(Text(_cell(value)) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else 200).print(shown)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _cell(value: Any) -> str:
    text = "" if value is None else f"{value:.6g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)
    return text if len(text) <= _CELL_CHARACTERS else text[: _CELL_CHARACTERS - 1] + "…"
