"""A source and the layer definitions as JSON and back, for the way into the reader process."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from twin.crs import CampusFrame
from twin.model.finding import CellChange
from twin.model.layer import Column, ColumnType, LayerDefinition, LayerKind
from twin.model.text import Title
from twin.readers.base import ControlPoint, Placement, Source


def source_to_dict(source: Source) -> dict[str, Any]:
    return {**asdict(source), "path": str(source.path)}


def source_from_dict(data: dict[str, Any]) -> Source:
    placement = data["placement"]
    if placement is not None:
        points = tuple(ControlPoint(tuple(one["start"]), tuple(one["end"])) for one in placement["control_points"])
        placement = Placement(
            **{
                **placement,
                "start": tuple(placement["start"]),
                "end": None if placement["end"] is None else tuple(placement["end"]),
                "control_points": points,
            }
        )
    parts = {
        "path": Path(data["path"]),
        "campus": CampusFrame(**data["campus"]),
        "placement": placement,
        "changes": tuple(CellChange(**one) for one in data["changes"]),
    }
    return Source(**{**data, **parts})


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
