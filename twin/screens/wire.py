"""What goes over the pipes to a reader process and back: a line of JSON each way, and after it the table as Arrow."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from twin.model.time import AsOf
from twin.screens.question import Question
from twin.screens.said import Window
from twin.store.choosing import Choice


def question_to_dict(one: Question) -> dict[str, Any]:
    return {
        "sql": one.sql,
        "at": one.as_of.at.isoformat(),
        "known_seq": one.as_of.known_seq,
        "window": one.window.value,
        "start": one.start.isoformat() if one.start else None,
        "place": one.place,
        "most_rows": one.most_rows,
        "cleared": one.cleared,
        "exactly": one.exactly,
    }


def question_from_dict(said: Mapping[str, Any]) -> Question:
    return Question(
        said["sql"],
        AsOf(datetime.fromisoformat(said["at"]), said["known_seq"]),
        Window(said["window"]),
        datetime.fromisoformat(said["start"]) if said["start"] else None,
        said["place"],
        said["most_rows"],
        said["cleared"],
        said["exactly"],
    )


def choice_to_dict(one: Choice) -> dict[str, Any]:
    return {
        "where": list(one.where),
        "within": [base64.b64encode(wkb).decode() for wkb in one.within],
        "at": one.at.isoformat() if one.at else None,
    }


def choice_from_dict(said: Mapping[str, Any]) -> Choice:
    at = datetime.fromisoformat(said["at"]) if said["at"] else None
    return Choice(tuple(said["where"]), tuple(base64.b64decode(one) for one in said["within"]), at)


def schemas_to_text(layers: Mapping[str, pa.Schema]) -> str:
    """The columns of layers, for the command line's standard input."""
    packed = {name: base64.b64encode(schema.serialize().to_pybytes()).decode() for name, schema in layers.items()}
    return json.dumps(packed)


def schemas_from_text(text: str) -> dict[str, pa.Schema]:
    packed: dict[str, str] = json.loads(text)
    return {name: pa.ipc.read_schema(pa.py_buffer(base64.b64decode(one))) for name, one in packed.items()}


def table_to_bytes(table: pa.Table) -> memoryview:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as out:
        out.write_table(table)
    return memoryview(sink.getvalue())


def table_from_bytes(whole: bytes) -> pa.Table:
    return pa.ipc.open_stream(whole).read_all()
