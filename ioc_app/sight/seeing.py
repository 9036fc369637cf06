"""Which cameras see a place, how well, and what hides it from the others."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import shapely

from ioc_app.sight.named import Things, classes_said
from twin.analysis.views.cameras import CameraSight
from twin.analysis.views.optics import shipped_optics
from twin.analysis.views.surface_model import Prism

if TYPE_CHECKING:
    from twin.notebook.campus import Campus

TERRAIN: Final = "terrain"


def seeing_said(campus: Campus, place: Any, things: Things, others: int) -> dict[str, Any]:
    """``place``: a point in the campus CRS or a feature_id. Raises what ``campus.cameras_seeing`` raises."""
    found, asked, optics = campus.cameras_seeing(place), campus.cameras(), shipped_optics()
    unseeing = [one for one in found.rows if not one.visible]
    around = None if isinstance(place, str) else _around(place, campus.obstacles().kept)
    return {
        "generation": things.generation,
        "inside": None if around is None else things.named(around),
        "samples": found.samples,
        "outside": found.outside,
        "asked": len(found.rows),
        "visible": len(found.visible),
        "skipped": asked.skipped,
        "rows": [_row(one, things) for one in (*found.visible, *unseeing[:others])],
        "classes": classes_said(optics),
        "target_height_m": optics.face_height_m,
        "unverified": optics.unverified,
    }


def _row(one: CameraSight, things: Things) -> dict[str, Any]:
    """``blocked_by``: a thing, "terrain" or nothing."""
    said = {name: value for name, value in asdict(one).items() if name not in ("camera_id", "name")}
    hides = one.blocked_by
    return {
        **things.named(one.camera_id),
        **said,
        "blocked_by": hides if hides is None or hides == TERRAIN else things.named(hides),
    }


def _around(point: shapely.Point, prisms: tuple[Prism, ...]) -> str | None:
    """The building that a point is in, where no camera outdoors looks."""
    for one in prisms:
        if (not point.has_z or point.z < one.top_m) and one.polygon.covers(shapely.force_2d(point)):
            return one.feature_id
    return None
