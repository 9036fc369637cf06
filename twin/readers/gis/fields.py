"""From a foreign table's columns to a layer's columns: names by alias, numbers to SI, the rest to attributes.

Nothing is dropped: a value that does not fit its column stays in ``attributes`` under its own name, and the report
says how many did not fit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from twin.errors import SourceUnreadableError
from twin.model.layer import Column, ColumnType, LayerDefinition
from twin.model.text import Title
from twin.readers.base import ReadReport, Source
from twin.readers.gis.aliases import ALIASES, PIPE_LAYERS, normalise
from twin.readers.gis.words import DEVICE_WORDS, SURFACE_WORDS
from twin.readers.heading_units import unit_in_name
from twin.readers.options import said_units
from twin.units import METRES_PER_UNIT

# Common columns and the two levels that become the heights of a pipe; everything else is the layer's own.
_TEXTS: Final = ("name", "building_id", "storey_id", "space_id")
_LEVELS: Final = ("from_level_m", "to_level_m")
# Above these a bare number cannot be metres; the unit must be said.
_LARGEST_PLAIN_M: Final = {"diameter_m": 12.0, "shaft_diameter_m": 12.0, "width_m": 500.0, "crown_m": 60.0}
_WORDS: Final = {"surface_class": SURFACE_WORDS, "device_type": DEVICE_WORDS}

_NUMBER: Final = re.compile(r"^\s*(?:DN|dn|φ|Φ|~|≈)?\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*([A-Za-z']*)\s*$")


def parse_number(value: Any, unit_m: float = 1.0) -> float | None:
    """A finite number from a cell: ``3.5``, ``"3.5"``, ``"DN300"``, ``"12 ft"`` (its own unit wins); None if none.

    ``unit_m``: metres in one unit of a bare number.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        found = _NUMBER.match(value)
        if found is None:
            return None
        unit = found.group(2).lower().replace("'", "ft")
        if unit and unit not in METRES_PER_UNIT:
            return None
        number = float(found.group(1)) * (METRES_PER_UNIT[unit] if unit else unit_m)
    else:
        try:
            number = float(value) * unit_m
        except (TypeError, ValueError):
            return None
    return number if math.isfinite(number) else None


def is_blank(value: Any) -> bool:
    """None, NaN, and text without letters or digits of its own."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return isinstance(value, str) and value.strip() in ("", "<Null>", "NULL", "nan")


@dataclass(slots=True)
class Mapped:
    """A table sorted into a layer's columns. ``taken`` are the source columns that went into one, by column."""

    columns: dict[str, list[Any]] = field(default_factory=dict)
    attributes: list[dict[str, Any]] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)


def match_columns(names: Iterable[str], layer: LayerDefinition, source: Source) -> dict[str, str]:
    """Layer column -> source column: what campus.toml says, then the alias table."""
    names = list(names)
    said: Mapping[str, str] = source.options.get("fields", {})
    wanted = _wanted(layer)
    for column, name in said.items():
        if column not in wanted:
            raise SourceUnreadableError(
                path=source.path,
                detail=f"options.fields names '{column}', which layer {layer.id} does not have",
                cure=f"Use one of: {', '.join(sorted(wanted))}.",
            )
        if name not in names:
            raise SourceUnreadableError(
                path=source.path,
                detail=f"options.fields names the column '{name}', which the file does not have",
                cure=f"Its columns are: {', '.join(names)}.",
            )
    found = dict(said)
    by_form: dict[str, str] = {}
    for name in names:
        by_form.setdefault(normalise(name), name)
    for column, aliases in ALIASES.get(layer.id, {}).items():
        if column in found or column not in wanted or (column == "surface_class" and column in source.options):
            continue
        own = (normalise(column), *aliases)
        hit = next((by_form[alias] for alias in own if alias in by_form), None)
        if hit is not None:
            found[column] = hit
    return found


def _wanted(layer: LayerDefinition) -> dict[str, Column]:
    wanted = {column.name: column for column in layer.columns}
    texts = {name: Column(name, Title(name, name)) for name in _TEXTS}
    if layer.id not in PIPE_LAYERS:
        return {**texts, **wanted}
    levels = {name: Column(name, Title(name, name), ColumnType.NUMBER, "m") for name in _LEVELS}
    return {**texts, **wanted, **levels}


def map_fields(
    table: Mapping[str, Sequence[Any]], layer: LayerDefinition, source: Source, report: ReadReport
) -> Mapped:
    """Sort ``table`` (column name -> one value a row) into ``layer``; numbers in SI, classes in our words."""
    size = len(next(iter(table.values()))) if table else 0
    mapped = Mapped(attributes=[{} for _ in range(size)], taken=match_columns(table, layer, source))
    wanted = _wanted(layer)
    for column, name in list(mapped.taken.items()):
        words = _words(column, source)
        values, misfits = _convert(table[name], wanted[column], _factor(name, wanted[column], source), words)
        if _implausible(wanted[column], values, name, source):
            report.note(
                f"{source.path.name}: '{name}' was not used as {column}: its values cannot be metres and no unit is "
                f'stated; write options.units = {{ {name} = "mm" }} in campus.toml'
            )
            del mapped.taken[column]
            continue
        mapped.columns[column] = values
        for row in misfits if words is None else _reworded(table[name], values):
            mapped.attributes[row][name] = table[name][row]
        if misfits:
            example = table[name][misfits[0]]
            report.note(
                f"{source.path.name}: {len(misfits)} values of '{name}' do not fit {column} (such as '{example}')"
            )
    used = set(mapped.taken.values())
    for name, raw in table.items():
        if name not in used:
            for row, value in enumerate(raw):
                if not is_blank(value):
                    mapped.attributes[row][name] = value
    return mapped


def _factor(name: str, column: Column, source: Source) -> float:
    """What a bare number is multiplied with: the unit from campus.toml, else from the heading, else SI already."""
    if column.unit != "m":
        return 1.0
    return METRES_PER_UNIT[stated_unit(name, column.name, source) or "m"]


def stated_unit(name: str, column: str, source: Source) -> str | None:
    """The length unit of the source column ``name``: campus.toml's, by this name or ours, else its heading's."""
    said = said_units(source)
    unit = said.get(name) or said.get(column) or unit_in_name(name)
    if unit is not None and unit not in METRES_PER_UNIT:
        raise SourceUnreadableError(
            path=source.path,
            detail=f"its heading gives '{name}' the unit '{unit}', which is no length",
            cure=f"Write options.units = {{ {name} = UNIT }} with one of: {', '.join(METRES_PER_UNIT)}.",
        )
    return unit


def _words(column: str, source: Source) -> dict[str, str] | None:
    """Normalised words and the class each means; ``options.classes`` goes before our own. None: no class column."""
    words = _WORDS.get(column)
    if words is None:
        return None
    said: Mapping[str, str] = source.options.get("classes", {})
    return {**words, **{normalise(str(word)): str(meaning) for word, meaning in said.items()}}


def _reworded(raw: Sequence[Any], values: Sequence[Any]) -> list[int]:
    """Rows whose own word is not our class: it stays readable in the attributes."""
    pairs = enumerate(zip(raw, values, strict=True))
    return [row for row, (before, after) in pairs if not is_blank(before) and str(before) != after]


def _convert(
    values: Sequence[Any], column: Column, factor: float, words: dict[str, str] | None
) -> tuple[list[Any], list[int]]:
    """The values in the column's type, and the rows whose value did not fit."""
    out: list[Any] = []
    misfits = []
    for row, value in enumerate(values):
        if is_blank(value):
            out.append(None)
            continue
        one = _one(value, column, factor) if words is None else words.get(normalise(str(value)))
        if one is None:
            misfits.append(row)
        out.append(one)
    return out, misfits


def _one(value: Any, column: Column, factor: float) -> Any:
    if column.type is ColumnType.NUMBER:
        return parse_number(value, factor)
    if column.type is ColumnType.INTEGER:
        number = parse_number(value)
        return None if number is None or abs(number) > 2**53 else round(number)
    if column.type is ColumnType.BOOLEAN:
        return {"1": True, "true": True, "yes": True, "是": True}.get(str(value).lower(), False)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _implausible(column: Column, values: Sequence[Any], name: str, source: Source) -> bool:
    largest = _LARGEST_PLAIN_M.get(column.name)
    if largest is None or stated_unit(name, column.name, source):
        return False
    numbers = sorted(value for value in values if value is not None)
    return bool(numbers) and numbers[len(numbers) // 2] > largest
