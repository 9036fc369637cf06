"""What a campus answers about rain: where water stands, what drains take, at which doors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import shapely

from twin.analysis.rain.rain_result import Drain, Entrance, RainResult
from twin.analysis.rain.storm import rain_on_terrain
from twin.errors import MaskedPositionsError
from twin.notebook.kept import BUILDINGS, Kept
from twin.notebook.source import Source

if TYPE_CHECKING:
    from twin.mesh.elevation import TerrainSurface

DRAINAGE: Final = "drainage"
GULLY: Final = "雨水篦"  # what surveys call an inlet of rain (CJJ 61)
DOOR: Final = "IfcDoor"
OUTSIDE_M: Final = 1.0  # a door whose middle lies this near to a building's outline leads outside
SILL_M: Final = 1.5  # and one whose foot lies this near to the ground is an entrance
REACH_CELLS: Final = 1.5


class Rain:
    """The part of a ``Campus`` that asks where rain stands."""

    _source: Source
    _kept: Kept

    def rain(
        self,
        mm: float | Sequence[float],
        *,
        step_min: float = 60.0,
        runoff: float = 1.0,
        initial_loss_mm: float = 0.0,
        gully_m3_h: float | None = None,
        drains: Sequence[Drain] | None = None,
        roofs_to_drains: bool = False,
        entrances: Sequence[Entrance] | None = None,
        cell_m: float = 2.0,
    ) -> RainResult:
        """Where water stands after a storm, how deep; what gullies take; how high it stands at entrances.

        ``mm``: of a storm of one step, or of each step of ``step_min`` minutes (``design_storm`` makes them from a
        formula). ``runoff``: the share that runs off, ``initial_loss_mm``: what stays before. ``gully_m3_h``: what a
        gully (雨水篦) of the drainage may take; no survey says it, so without it none takes anything. ``drains``: yours
        instead, where each has a capacity of its own or the survey calls them otherwise.
        ``roofs_to_drains``: rain on buildings never reaches the ground. ``entrances``: default the doors of the
        building models that lie at the ground and lead outside; buildings without a model have none. Doors and gullies
        are looked at within a cell and a half; buildings stand in the water's way. Gives ``balance``, ``ponds``,
        ``drains``, ``entrances``, ``peak_depth_m`` (rows, columns); ``campus.frame(result)`` has a point a pond.

        Raises ImpossibleAmountError, NoTerrainError, CellTooSmallError; MaskedPositionsError for gullies of a server
        that does not tell exactly. Method and limits: docs/analyses/rain.md.
        """
        model = self._kept.model(cell_m)
        reach_m = REACH_CELLS * cell_m
        return rain_on_terrain(
            model.surface,
            np.asarray(mm, float),
            step_min=step_min,
            runoff=runoff,
            initial_loss_mm=initial_loss_mm,
            drains=drains if drains is not None else tuple(self._gullies(gully_m3_h)),
            drain_reach_m=reach_m,
            straight_to_drains=model.is_building if roofs_to_drains else None,
            entrances=self.entrances() if entrances is None else entrances,
            entrance_reach_m=reach_m,
        )

    def entrances(self) -> tuple[Entrance, ...]:
        """The doors of building models that lie at the ground and lead outside, each with its sill's height over it."""
        elements, buildings = self._kept.table_or_none("elements"), self._kept.table_or_none(BUILDINGS)
        if elements is None or buildings is None:
            return ()
        return tuple(_doors(elements, buildings, self._kept.terrain()))

    def _gullies(self, capacity_m3_h: float | None) -> Iterator[Drain]:
        drainage = self._kept.table_or_none(DRAINAGE) if capacity_m3_h is not None else None
        if drainage is None or capacity_m3_h is None:
            return
        if not self._source.tells_exactly:
            raise MaskedPositionsError(layer=DRAINAGE)
        columns = (drainage[one].to_pylist() for one in ("feature_id", "appurtenance", "geometry"))
        for feature_id, what, wkb in zip(*columns, strict=True):
            if what == GULLY and wkb is not None:
                at = shapely.from_wkb(wkb)
                yield Drain(feature_id, at.x, at.y, capacity_m3_h)


def _doors(elements: pa.Table, buildings: pa.Table, terrain: TerrainSurface) -> Iterator[Entrance]:
    outline = {
        one: shapely.from_wkb(wkb).boundary
        for one, wkb in zip(buildings["building_id"].to_pylist(), buildings["geometry"].to_pylist(), strict=True)
        if wkb is not None
    }
    columns = (elements[one].to_pylist() for one in ("feature_id", "ifc_class", "building_id", "bbox"))
    for feature_id, ifc_class, building, box in zip(*columns, strict=True):
        if ifc_class is None or not ifc_class.startswith(DOOR) or building not in outline or box["xmin"] is None:
            continue
        x, y = (box["xmin"] + box["xmax"]) / 2, (box["ymin"] + box["ymax"]) / 2
        if outline[building].distance(shapely.Point(x, y)) > OUTSIDE_M:
            continue
        ground = float(terrain.heights(np.array([[x, y]]))[0])
        sill = box["zmin"] - ground
        if abs(sill) <= SILL_M:
            yield Entrance(feature_id, x, y, max(sill, 0.0), ground)
