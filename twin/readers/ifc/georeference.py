"""From project metres to the campus: campus.toml's placement, else the map conversion, else nowhere yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
from numpy.typing import NDArray

from twin.crs import Georeference, Similarity, check_datum, decide_crs, transformer
from twin.crs.transforming import within
from twin.errors import BadPlacementError, NoTransformError
from twin.readers.base import Source
from twin.readers.ifc.map_conversion import MapPlacement, axis_unit_m, map_placement
from twin.readers.ifc.placement import axis_placement
from twin.readers.ifc.project_units import ProjectUnits

_MARGIN_DEG = 1.0  # beyond the area of use of a CRS


@dataclass(frozen=True, slots=True)
class Placed:
    """How a model comes to the campus and what to say about it. ``stated``: the file's own placement, if used."""

    georeference: Georeference
    stated: MapPlacement | None
    notes: tuple[str, ...]


def georeference_of(model: Any, units: ProjectUnits, source: Source) -> Placed:
    """The decision: placement in campus.toml > map conversion > ``crs`` in campus.toml > unplaced."""
    if source.placement is not None:
        return _by_placement(source)
    map_unit = source.options.get("map_unit")
    stated = map_placement(model, units, source.path, str(map_unit) if map_unit is not None else None)
    if stated is not None:
        return _by_conversion(source, stated, _world_frame(model, units))
    if source.crs is not None or source.datum_shift is not None:
        return _by_given_crs(source)
    return _unplaced(model, source)


def _by_placement(source: Source) -> Placed:
    assert source.placement is not None
    method, similarity = source.placement.similarity(source.path)
    offset = source.height_offset_m or 0.0
    crs = source.campus.crs
    if source.datum_shift is not None:  # it starts from the CRS that the placement leads to
        crs = decide_crs(source.path, None, source.crs, override=False)
    return Placed(_metres(source, method, crs, similarity, offset), None, ())


def _by_conversion(source: Source, stated: MapPlacement, notes: tuple[str, ...]) -> Placed:
    lines = [*notes, *stated.notes]
    if stated.crs_fault is not None:
        if source.crs is None:
            raise stated.crs_fault
        detail = stated.crs_fault.params["detail"]
        lines.append(f"CRS '{stated.crs_fault.params['crs']}': {detail}; campus.toml's crs was used")
    crs = decide_crs(source.path, stated.crs, source.crs, override=source.crs_override)
    if stated.datum_fault is not None:
        if source.vertical_datum is None and source.height_offset_m is None:
            raise stated.datum_fault
        detail = stated.datum_fault.params["detail"]
        lines.append(f"vertical datum {stated.datum_fault.params['crs']}: {detail}; campus.toml's was used")
    datum = source.vertical_datum or stated.vertical_datum
    campus = source.campus.vertical_datum
    offset = check_datum(source.path, datum, campus, source.height_offset_m, has_heights=True)
    georeference = _metres(source, "map_conversion", crs, stated.similarity(crs), offset)
    return Placed(georeference, stated, tuple(lines))


def _world_frame(model: Any, units: ProjectUnits) -> tuple[str, ...]:
    """A line when the model context has a frame of its own: which of the two frames a map conversion means is open."""
    for context in model.by_type("IfcGeometricRepresentationContext"):
        if context.is_a("IfcGeometricRepresentationSubContext") or context[4] is None:
            continue
        matrix = axis_placement(context[4], units.length_m)
        if not isinstance(matrix, str) and not np.allclose(matrix, np.eye(4), atol=1e-9):
            return (f"WorldCoordinateSystem of context #{context.id()} is not the origin; it was not applied",)
    return ()


def _by_given_crs(source: Source) -> Placed:
    """Coordinates of the file are those of the CRS that campus.toml gives."""
    crs = decide_crs(source.path, None, source.crs, override=False)
    campus = source.campus.vertical_datum
    offset = check_datum(source.path, source.vertical_datum, campus, source.height_offset_m, has_heights=True)
    unit_m = axis_unit_m(crs)
    method = "crs" if source.datum_shift is None else "datum_shift"
    return Placed(_metres(source, method, crs, Similarity(scale=1.0 / unit_m), offset), None, ())


def _unplaced(model: Any, source: Source) -> Placed:
    lines = [
        "it has no map conversion (rule GRF003): it stands at the site origin until campus.toml gives it a placement"
    ]
    for site in model.by_type("IfcSite"):
        if site[9] is not None and site[10] is not None:
            latitude, longitude = (_degrees(site[n]) for n in (9, 10))
            lines.append(f"IfcSite {site[0]} names {latitude:.5f}, {longitude:.5f}; one point places nothing, not used")
            break
    georeference = Georeference(
        method="unplaced",
        crs=source.campus.crs,
        campus=source.campus,
        path=str(source.path),
        height_offset_m=source.height_offset_m or 0.0,
    )
    return Placed(georeference, None, tuple(lines))


def _metres(source: Source, method: str, crs: str, similarity: Similarity, offset_m: float) -> Georeference:
    return Georeference(
        method=method,
        crs=crs,
        campus=source.campus,
        path=str(source.path),
        similarity=similarity,
        height_offset_m=offset_m,
        similarity_first=True,
        datum_step=source.datum_step(crs),
    )


def _degrees(compound: Any) -> float:
    """IfcCompoundPlaneAngleMeasure: degrees, minutes, seconds, millionths, all of one sign."""
    return float(sum(part / size for part, size in zip(compound, (1, 60, 3600, 3.6e9), strict=False)))


def check_area(placed: Placed, middle: NDArray[np.float64], source: Source, length_m: float) -> str | None:
    """A line when the model lands outside the area of use of its CRS.

    ``middle`` (3,) project metres. Raises ``BadPlacementError`` when it lands inside as soon as the map coordinates are
    read as metres: then the file forgot its map unit, and only a person can say so.
    """
    stated, georeference = placed.stated, placed.georeference
    if stated is None or _inside(georeference.crs, _on_map(georeference, middle)) is not False:
        return None
    if not stated.map_unit_stated and length_m != 1.0:
        metres = Similarity(stated.east_m / length_m, stated.north_m / length_m)
        if _inside(georeference.crs, metres.apply(middle[None, :2])[0]):
            raise BadPlacementError(
                path=source.path,
                detail=f"its map coordinates lie outside {georeference.crs} in the project's unit (the default) but "
                'inside it in metres; say which with options = {map_unit = "m"} in campus.toml',
            )
    return f"it lands outside the area of use of {georeference.crs}; check its map conversion"


def _on_map(georeference: Georeference, middle: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = georeference.similarity.apply(middle[None, :])[0, :2]
    return found


def _inside(crs: str, point: NDArray[np.float64]) -> bool | None:
    """Whether a point of ``crs`` is in its area of use, with a margin; None when that cannot be told."""
    area = pyproj.CRS.from_user_input(crs).area_of_use
    if area is None:
        return None
    try:
        longitude, latitude = transformer(crs, "EPSG:4326")(point[None, :2])[0]
    except NoTransformError:
        return None
    if not np.isfinite([longitude, latitude]).all():
        return False
    return within(area.bounds, longitude, latitude, _MARGIN_DEG)
