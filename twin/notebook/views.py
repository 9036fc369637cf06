"""What a campus answers about seeing: from a point, by its cameras, on a storey."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import Any, Final

import pyarrow.compute as pc

from twin.analysis.views.camera import Cameras, cameras_of
from twin.analysis.views.camera_view import CameraView, camera_view
from twin.analysis.views.cameras import CamerasSeeing, cameras_seeing
from twin.analysis.views.coverage import Coverage, coverage
from twin.analysis.views.surface_model import Prisms
from twin.analysis.views.viewshed import Viewshed, viewshed
from twin.errors import CameraNotAskedError, NoFloorError, NotAPlaceError, UnknownCameraError, UnknownLayerError
from twin.notebook.kept import Kept
from twin.notebook.places import place_of, point_of
from twin.notebook.source import Source

ELSEWHERE: Final = ("indoors", "outdoors", "another storey")  # why a camera is not of those that were asked for
EYE_M: Final = 1.7
LEAST_FLOOR_M2: Final = 0.1


class Views:
    """The part of a ``Campus`` that asks who sees what.

    Buildings are prisms (``obstacles``); trees, lamps and light are not there.
    """

    _source: Source
    _kept: Kept

    def viewshed(
        self,
        place: Any,
        height_m: float = EYE_M,
        *,
        target_height_m: float = 0.0,
        most_m: float | None = None,
        sector: tuple[float, float] | None = None,
        cell_m: float = 1.0,
    ) -> Viewshed:
        """What is seen from ``height_m`` above ``place``, over terrain and buildings, on cells of ``cell_m``.

        ``place``: (x, y) or a shapely point in the campus CRS, a frame with its CRS, a feature_id; on a building it
        stands on the roof. A cell is seen when the point ``target_height_m`` above it is. ``most_m``: how far.
        ``sector``: azimuth of the middle and field of view, degrees clockwise from grid north. Gives ``area_m2``,
        ``share``, ``polygon()``, ``visible``; ``campus.frame(seen)`` has the outline.

        Raises NoGroundHereError, NoTerrainError, CellTooSmallError, BadPlaceError. Method and limits:
        docs/analyses/viewshed.md.
        """
        at = point_of(place, self._source)
        grid = self._kept.model(cell_m).surface
        return viewshed(grid, at.x, at.y, height_m, target_height_m=target_height_m, most_m=most_m, sector=sector)

    def cameras(self, *, storey_id: str | None = None) -> Cameras:
        """The cameras outdoors, or those of a storey, as views take them: ``kept``, ``found``, ``skipped`` by reason.

        What the table leaves open is assumed and named in ``assumed``. ``found`` are all cameras of the campus.
        """
        devices = self._kept.table_or_none("devices")
        if devices is None:
            raise UnknownLayerError(layer="devices", known=", ".join(one.layer_id for one in self._source.layers()))
        return cameras_of(devices, self._kept.ground(), indoors=storey_id is not None, storey_id=storey_id)

    def obstacles(self) -> Prisms:
        """The buildings that hide things and that water goes around: ``kept``, ``found``, ``skipped`` by reason.

        One without a height is not there. Each stands from the lowest ground along its outline to its top.
        """
        return self._kept.prisms()

    def camera_view(self, camera_id: str, *, target_height_m: float | None = None, cell_m: float = 1.0) -> CameraView:
        """What one outdoor camera sees of the campus, and with how many pixels a metre, on cells of ``cell_m``.

        ``camera_id``: feature_id or device_code. ``target_height_m`` above the ground, default a face. Gives
        ``px_per_m`` (rows, columns), ``polygon(least)``; ``campus.frame(view)`` has an area a class of EN 62676-4
        (identify, recognise, observe, detect; unverified), ready to plot.

        Raises UnknownCameraError; CameraNotAskedError, which says why; NoTerrainError. Method and limits:
        docs/analyses/cameras.md.
        """
        feature_id = self._camera_id(camera_id)
        kept = {one.camera_id: one for one in self.cameras().kept}
        if feature_id not in kept:
            raise CameraNotAskedError(camera=camera_id)
        return camera_view(kept[feature_id], self._kept.model(cell_m), cell_m=cell_m, target_height_m=target_height_m)

    def cameras_seeing(self, place: Any, *, target_height_m: float | None = None, cell_m: float = 1.0) -> CamerasSeeing:
        """Which outdoor cameras see ``place``, best first by pixels a metre, and what hides it from the others.

        ``place``: (x, y), (x, y, z) or a shapely point or polygon in the campus CRS, a frame with its CRS, a
        feature_id; the target stands ``target_height_m`` above the ground, default a face. ``cell_m``: of the ground
        between; buildings are exact. Gives ``visible`` and ``rows`` (camera_id, px_per_m, density, share, distance_m,
        person_height_px, reason, blocked_by …); ``campus.frame(found)`` a table.

        Raises BadPlaceError, NotAPlaceError, NoTerrainError. Method and limits: docs/analyses/cameras.md.
        """
        model = self._kept.model(cell_m)
        return cameras_seeing(
            place_of(place, self._source), self.cameras().kept, model, target_height_m=target_height_m
        )

    def coverage(self, storey_id: str, *, least_blind_m2: float = 1.0) -> Coverage:
        """What the cameras of a storey see of its floor, what nobody sees, and the share of every room. In plan.

        ``storey_id``: feature_id of a storey (``campus["storeys"]``). Walls are those of its plan, cut 1.2 m above the
        floor; doors stand open. Gives ``share``, ``cameras``, ``blind`` spots of ``least_blind_m2`` or more,
        ``rooms``; ``campus.frame(found)`` is a row a room, ``found.blind_to_arrow()`` and ``cameras_to_arrow()``
        have shapes. ``found`` = cameras asked + ``skipped`` by reason.

        Raises UnknownStoreyError, NoFloorError where there is none between walls. Method and limits:
        docs/analyses/cameras.md.
        """
        parts = self._source.storey(storey_id)
        cameras = self.cameras(storey_id=storey_id)
        try:
            seen = coverage(parts.outline, parts.walls, cameras.kept, rooms=parts.rooms, least_blind_m2=least_blind_m2)
        except NotAPlaceError:
            raise NoFloorError(storey_id=storey_id) from None
        if seen.floor.area < LEAST_FLOOR_M2:  # what the rounding of two drawings leaves
            raise NoFloorError(storey_id=storey_id)
        left_out = {why: count for why, count in cameras.skipped.items() if why not in ELSEWHERE}
        return replace(seen, found=seen.found + sum(left_out.values()), skipped={**seen.skipped, **left_out})

    def _camera_id(self, said: str) -> str:
        """The feature_id. Raises UnknownCameraError, which names what is near."""
        devices = self._kept.table_or_none("devices")
        names: dict[str, str] = {}
        if devices is not None:
            table = devices.filter(pc.equal(devices["device_type"], "camera"))
            codes, ids = (table[one].to_pylist() for one in ("device_code", "feature_id"))
            names = {**{code: one for code, one in zip(codes, ids, strict=True) if code}, **{one: one for one in ids}}
        if said not in names:
            near = difflib.get_close_matches(said, names, n=5, cutoff=0.5)
            raise UnknownCameraError(camera=said, near=", ".join(near) or "-")
        return names[said]
