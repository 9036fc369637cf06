"""Attributes: what a source said that has no column, one JSON object a feature."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from ioc_app.fields.field import Field, FieldRef, FieldSource, FieldValues, known, summary
from twin.model.text import Title

Scalar = str | int | float | bool

# A number as people write it. With a leading zero it is a code: 0591, 007.
_NUMBER: Final = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,2})?")
# Readers end the names of what they turned into SI with its unit.
_UNITS: Final = {
    "_m": "m", "_mm": "mm", "_km": "km", "_m2": "m2", "_m3": "m3", "_deg": "deg", "_kv": "kV", "_ka": "kA",
    "_kw": "kW", "_w": "W", "_bar": "bar", "_k": "K", "_mva": "MVA", "_percent": "%",
}  # fmt: skip


def list_attributes(table: pa.Table) -> list[Field]:
    """Every attribute whose values are plain, by falling count."""
    found: dict[str, tuple[list[int], list[Scalar]]] = {}
    for idx, attributes in _objects(table):
        for name, value in attributes.items():
            if isinstance(value, Scalar):
                rows, values = found.setdefault(name, ([], []))
                rows.append(idx)
                values.append(value)
    fields = [
        summary(FieldRef(FieldSource.ATTRIBUTE, name), _values(name, rows, values))
        for name, (rows, values) in found.items()
    ]
    return sorted(fields, key=lambda one: (-one.features, one.ref.name))


def read_attribute(table: pa.Table, name: str) -> FieldValues | None:
    """The known values of one attribute; None where no feature has it."""
    rows: list[int] = []
    values: list[Scalar] = []
    for idx, attributes in _objects(table):
        value = attributes.get(name)
        if isinstance(value, Scalar):
            rows.append(idx)
            values.append(value)
    return _values(name, rows, values) if rows else None


def _objects(table: pa.Table) -> list[tuple[int, dict[str, object]]]:
    texts = zip(table["idx"].to_pylist(), table["attributes"].to_pylist(), strict=True)
    return [(idx, json.loads(text)) for idx, text in texts if text]


def _values(name: str, rows: list[int], values: list[Scalar]) -> FieldValues:
    numbers = _numbers(values)
    array = pa.array([_text(one) for one in values], pa.string()) if numbers is None else pa.array(numbers)
    unit = next((unit for end, unit in _UNITS.items() if numbers is not None and name.endswith(end)), "")
    return FieldValues(Title(name, name), unit, *known(pa.array(rows, pa.uint32()), array))


def _numbers(values: Sequence[Scalar]) -> list[float] | None:
    """All of them as numbers, where all are; sources that know only text write numbers as text. Empty is no value."""
    found: list[float] = []
    for one in values:
        if isinstance(one, bool) or (isinstance(one, str) and one and not _NUMBER.fullmatch(one)):
            return None
        found.append(float("nan") if one == "" else float(one))
    return found


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()
