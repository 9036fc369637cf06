"""A source and the layer definitions as JSON and back, for the way into the reader process."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from twin.crs import CampusFrame
from twin.crs.datum_shift import DatumShift
from twin.crs.helmert import ControlPoint, SevenParameters
from twin.model.finding import CellChange
from twin.model.layer import Column, ColumnType, LayerDefinition, LayerKind
from twin.model.text import Title
from twin.readers.base import Placement, Source


def source_to_dict(source: Source) -> dict[str, Any]:
    return {**asdict(source), "path": str(source.path)}


def source_from_dict(data: dict[str, Any]) -> Source:
    parts = {
        "path": Path(data["path"]),
        "campus": CampusFrame(**data["campus"]),
        "placement": None if data["placement"] is None else _placement(data["placement"]),
        "datum_shift": None if data["datum_shift"] is None else _datum_shift(data["datum_shift"]),
        "changes": tuple(CellChange(**one) for one in data["changes"]),
    }
    return Source(**{**data, **parts})


def _placement(data: dict[str, Any]) -> Placement:
    end = None if data["end"] is None else tuple(data["end"])
    return Placement(
        **{**data, "start": tuple(data["start"]), "end": end, "control_points": _points(data["control_points"])}
    )


def _datum_shift(data: dict[str, Any]) -> DatumShift:
    parameters = None if data["parameters"] is None else SevenParameters(**data["parameters"])
    return DatumShift(**{**data, "parameters": parameters, "control_points": _points(data["control_points"])})


def _points(data: list[dict[str, Any]]) -> tuple[ControlPoint, ...]:
    return tuple(ControlPoint(tuple(one["start"]), tuple(one["end"])) for one in data)


def layer_to_dict(layer: LayerDefinition) -> dict[str, Any]:
    return asdict(layer)


def layer_from_dict(data: dict[str, Any]) -> LayerDefinition:
    """The whole definition: a reader that saw columns without their units would take millimetres for metres."""
    columns = tuple(
        Column(**{**one, "title": Title(**one["title"]), "type": ColumnType(one["type"])}) for one in data["columns"]
    )
    titles = {key: Title(**one) for key, one in data["class_titles"].items()}
    return LayerDefinition(
        **{
            **data,
            "title": Title(**data["title"]),
            "kind": LayerKind(data["kind"]),
            "columns": columns,
            "class_titles": titles,
        }
    )
