"""A source as JSON and back, for the way into the reader process."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from twin.crs import CampusFrame
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
    return Source(
        **{**data, "path": Path(data["path"]), "campus": CampusFrame(**data["campus"]), "placement": placement}
    )
