"""What one camera sees of the campus, as cells that a screen lays on the ground."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ioc_app.sight.named import Things, classes_said
from twin.analysis.views.camera import Camera
from twin.analysis.views.camera_view import CameraView

if TYPE_CHECKING:
    from twin.notebook.campus import Campus


def view_said(campus: Campus, device_code: str, things: Things) -> dict[str, Any]:
    """Raises what ``campus.camera_view`` raises."""
    view = campus.camera_view(device_code)
    optics, areas = view.optics, view.to_arrow()["area_m2"].to_pylist()
    return {
        "generation": things.generation,
        "camera": _camera(view.camera, things),
        "classes": [{**one, "area_m2": area} for one, area in zip(classes_said(optics), areas, strict=False)],
        "below_m2": areas[-1],
        "area_m2": sum(areas),
        "cells": _cells(view, things),
        "target_height_m": optics.face_height_m,
        "unverified": optics.unverified,
    }


def _camera(camera: Camera, things: Things) -> dict[str, Any]:
    return {
        **things.named(camera.camera_id),
        "heading_deg": camera.heading_deg,
        "pitch_deg": camera.pitch_deg,
        "field_of_view_deg": camera.field_of_view_deg,
        "range_m": camera.range_m,
        "resolution_px": camera.resolution_px,
        "assumed": camera.assumed,
    }


def _cells(view: CameraView, things: Things) -> dict[str, Any]:
    """The part of the grid that has something seen.

    ``class``: a byte a cell, row by row from the north-west: 0 unseen, 1 the best class, after the least what is
    below it. ``corner_z``: float32 little-endian, (rows + 1) * (columns + 1) heights of the ground in scene axes, NaN
    where none is known. Both base64.
    """
    classes = view.classes() + 1
    row, column = np.nonzero(classes)
    rows, columns = _reach(row), _reach(column)
    part = classes[rows, columns]
    corners = view.corners_m[rows.start : rows.stop + 1, columns.start : columns.stop + 1] - things.origin[2]
    cell_m, _, west, _, _, north = view.transform
    return {
        "west": west + columns.start * cell_m - things.origin[0],
        "north": north - rows.start * cell_m - things.origin[1],
        "cell_m": cell_m,
        "rows": part.shape[0],
        "columns": part.shape[1],
        "class": base64.b64encode(part.astype(np.uint8).tobytes()).decode(),
        "corner_z": base64.b64encode(corners.astype("<f4").tobytes()).decode(),
    }


def _reach(places: NDArray[np.int64]) -> slice:
    """From the first to the last; empty where there is none."""
    return slice(int(places.min()), int(places.max()) + 1) if len(places) else slice(0, 0)
