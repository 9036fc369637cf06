"""The data dictionary: what every column of every table of the package is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from twin.build.handover.tables import Written
from twin.build.handover.words import words
from twin.model.layer import LayerDefinition
from twin.model.registers import REGISTERS
from twin.model.text import Title
from twin.readers.tables.register_headings import HEADINGS

FILE: Final = "dictionary.csv"
HEADING: Final = (
    "table", "table_zh", "table_en", "column", "column_zh", "column_en", "type", "unit", "meaning_zh", "meaning_en",
)  # fmt: skip


def titles_of(tables: Sequence[Written], registry: Mapping[str, LayerDefinition]) -> dict[str, Title]:
    """What each table is called."""
    beside = {name: Title(one["zh"], one["en"]) for name, one in words()["tables"].items()}
    layers = {name: one.title for name, one in registry.items()}
    registers = {name: one.title for name, one in REGISTERS.items()}
    known = {"layer": layers, "beside": beside, "register": registers}
    return {one.name: known[one.kind][one.name] for one in tables}


def write_dictionary(out: Path, tables: Sequence[Written], registry: Mapping[str, LayerDefinition]) -> int:
    """CSV in UTF-8 with a mark, which Excel wants; the number of its rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADING)
    titles, rows = titles_of(tables, registry), 0
    for table in tables:
        title = titles[table.name]
        for row in _columns(out, table, registry.get(table.name) if table.kind == "layer" else None):
            writer.writerow((table.name, title.zh, title.en, *row))
            rows += 1
    (out / FILE).write_text(text.getvalue(), encoding="utf-8-sig")
    return rows


def _columns(out: Path, table: Written, layer: LayerDefinition | None) -> Iterator[tuple[str, ...]]:
    common = words()["columns"]
    own = {one.name: one for one in layer.columns} if layer is not None else {}
    for field in pq.read_schema(out / table.file):
        name, kind = field.name, "struct" if str(field.type).startswith("struct") else str(field.type)
        if name in own:
            title, unit, meaning = own[name].title, own[name].unit, _values(layer, name)
        elif name in HEADINGS.get(table.name, {}) and table.kind == "register":
            title, unit, meaning = _heading(table.name, name), _unit(name), ("", "")
        else:
            said = common.get(name, {})
            title, unit = Title(said.get("zh", name), said.get("en", name)), said.get("unit", "")
            meaning = said.get("meaning_zh", ""), said.get("meaning_en", "")
        yield name, title.zh, title.en, kind, unit, *meaning


def _values(layer: LayerDefinition | None, column: str) -> tuple[str, str]:
    """Of the column by which a layer is classed, what its values are called."""
    if layer is None or layer.colour_column != column:
        return "", ""
    said = layer.class_titles.items()
    return "; ".join(f"{code} = {one.zh}" for code, one in said), "; ".join(f"{code} = {one.en}" for code, one in said)


def _heading(register: str, column: str) -> Title:
    """As offices head it: the first of the known headings that is Chinese."""
    chinese = (one for one in HEADINGS[register][column] if not one.isascii())
    return Title(next(chinese, column), column.replace("_", " ").capitalize())


def _unit(column: str) -> str:
    unit: str = words()["units"].get(column.rpartition("_")[2], "")
    return unit
