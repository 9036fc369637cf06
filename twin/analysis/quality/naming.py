"""What the things of a finding are called by a surveyor, and where each stands in the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from twin.analysis.quality.subject import Subject
from twin.model.finding import RowPlace
from twin.model.identity import spoken_key
from twin.model.network import LINK
from twin.model.pipe_codes import pipe_codes
from twin.model.text import Title

Thing = tuple[str, int]  # layer, row of its table

MOST_NAMED: Final = 3  # sentences and lines name no more
_NUMBERS: Final = ("point_no", "number", "device_code", "name")  # the first of these that a thing has


def names_of(subject: Subject, things: Sequence[Thing]) -> dict[str, Title]:
    """feature_id -> class and point numbers of a pipe (``电力 DL072–DL073``), name of anything else."""
    return {_text(subject, one, "feature_id"): _name(subject, one) for one in things[:MOST_NAMED]}


def place_of(subject: Subject, thing: Thing) -> RowPlace:
    """Its source, and the sheet and row where it came from a table."""
    sheet, row = sheet_and_row(_text(subject, thing, "source_pos"))
    return RowPlace(_text(subject, thing, "source_key"), None, sheet, row, _text(subject, thing, "feature_id"))


def sheet_and_row(position: str) -> tuple[str | None, int | None]:
    """``JSPoint!5`` as readers of tables write it; (None, None) for what others write."""
    sheet, _, row = position.rpartition("!")
    return (sheet, int(row)) if sheet and row.isdigit() else (None, None)


def _name(subject: Subject, thing: Thing) -> Title:
    layer_id, _ = thing
    pipe_class = pipe_codes().classes.get(_text(subject, thing, "pipe_class"))
    number = _number(subject, thing)
    if pipe_class is None and number is not None:
        return Title(number, number)
    title = pipe_class.title if pipe_class is not None else subject.generation.definitions[layer_id].title
    said = number or spoken_key(_text(subject, thing, "feature_id"))
    return Title(f"{title.zh} {said}", f"{title.en[:1].lower()}{title.en[1:]} {said}")


def _number(subject: Subject, thing: Thing) -> str | None:
    """Its own number or name; of a pipe without one the numbers of its two points."""
    own = next((one for column in _NUMBERS if (one := _text(subject, thing, column))), None)
    if own is not None or _text(subject, thing, "kind") != LINK:
        return own
    ends = [_end(subject, thing[0], _text(subject, thing, column)) for column in ("from_id", "to_id")]
    return "–".join(ends) if all(ends) else None


def _end(subject: Subject, layer_id: str, feature_id: str) -> str:
    row = subject.rows_of(layer_id).get(feature_id)
    number = None if row is None else _text(subject, (layer_id, row), "point_no")
    return number or (spoken_key(feature_id) if feature_id else "")


def _text(subject: Subject, thing: Thing, column: str) -> str:
    """A cell as text; empty where the layer has no such column or the row no value."""
    layer_id, row = thing
    value = subject.column(layer_id, column)[row]
    return "" if value is None else str(value)
