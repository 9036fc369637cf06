"""What a request for features asks, from its parameters; what is unknown or wrong is said (OGC 17-069r4, 7.15)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from ioc_app.ogc.reference import Reference, reference_of
from twin.errors import BadRequestError, NoTransformError

USUAL: Final = 100
MOST: Final = 10_000
_KNOWN: Final = frozenset({"bbox", "bbox-crs", "crs", "datetime", "limit", "offset", "f", "exactly"})
_EDGE_STEPS: Final = 16  # an edge of a box is a curve in another CRS
_OPEN: Final = ("", "..")


@dataclass(frozen=True, slots=True)
class Asked:
    """``area`` in the campus CRS, in plan; ``since`` and ``until`` are open where None; ``equal`` by queryable."""

    reference: Reference
    area: shapely.Geometry | None = None
    since: datetime | None = None
    until: datetime | None = None
    equal: Mapping[str, Any] = field(default_factory=dict)
    limit: int = USUAL
    offset: int = 0
    exactly: str | None = None

    @property
    def is_timed(self) -> bool:
        return self.since is not None or self.until is not None


def asked(
    parameters: Sequence[tuple[str, str]], known: dict[str, Reference], queryables: Mapping[str, pa.DataType]
) -> Asked:
    """Raises BadRequestError."""
    said: dict[str, str] = {}
    for name, value in parameters:
        if name in said:
            raise BadRequestError(detail=f"{name} is given twice")
        if name not in _KNOWN and name not in queryables:
            raise BadRequestError(detail=f"there is no parameter or property {name[:60]!r}")
        said[name] = value
    if said.get("f", "json") not in ("json", "geojson"):
        raise BadRequestError(detail="f is json")
    since, until = _interval(said["datetime"]) if "datetime" in said else (None, None)
    return Asked(
        reference_of(said.get("crs"), known, "crs"),
        _area(said["bbox"], reference_of(said.get("bbox-crs"), known, "bbox-crs")) if "bbox" in said else None,
        since,
        until,
        {name: _typed(name, value, queryables[name]) for name, value in said.items() if name in queryables},
        min(_number(said, "limit", USUAL, 1), MOST),
        _number(said, "offset", 0, 0),
        _reason(said),
    )


def _number(said: Mapping[str, str], name: str, usual: int, least: int) -> int:
    text = said.get(name, str(usual))
    if not text.isdecimal() or not least <= int(text) <= 2**53:
        raise BadRequestError(detail=f"{name} is a whole number from {least}")
    return int(text)


def _reason(said: Mapping[str, str]) -> str | None:
    reason = said.get("exactly")
    if reason is not None and not 4 <= len(reason.strip()) <= 300:
        raise BadRequestError(detail="exactly is a reason of 4 to 300 signs")
    return reason


def _area(text: str, reference: Reference) -> shapely.Geometry:
    """A box of four numbers, or of six of which the heights are not looked at: axes as its CRS has them."""
    try:
        numbers = [float(one) for one in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise BadRequestError(detail="bbox is four or six numbers with commas")
    half = len(numbers) // 2
    (left, low), (right, high) = numbers[:2], numbers[half : half + 2]
    if low > high:
        raise BadRequestError(detail="bbox is the lower corner, then the upper one")
    # over the 180th meridian the west is east of the east
    spans = [(left, right)] if left <= right else [(left, 180.0), (-180.0, right)]
    whole: shapely.Geometry = shapely.union_all([_box(west, low, east, high, reference) for west, east in spans])
    return whole


def _box(west: float, low: float, east: float, high: float, reference: Reference) -> shapely.Geometry:
    """In the campus CRS, its edges followed; a box without a width is a line, or a point."""
    longest = max(east - west, high - low)
    if not longest:
        return shapely.Point(_in_campus(np.array([[west, low]]), reference)[0])
    flat = west == east or low == high
    outline = shapely.LineString([(west, low), (east, high)]) if flat else shapely.box(west, low, east, high)
    steps = shapely.segmentize(outline, longest / _EDGE_STEPS)
    return shapely.set_coordinates(steps, _in_campus(shapely.get_coordinates(steps), reference))


def _in_campus(corners: NDArray[np.float64], reference: Reference) -> NDArray[np.float64]:
    try:
        found = reference.read(corners)
    except NoTransformError:
        found = np.array([np.inf])
    if not np.isfinite(found).all():
        raise BadRequestError(detail="bbox reaches to where the campus CRS is not defined")
    return found


def _interval(text: str) -> tuple[datetime | None, datetime | None]:
    """RFC 3339 instants, ``start/end`` with ``..`` or nothing for open ends; an instant is both."""
    ends = text.split("/")
    if len(ends) > 2 or all(one in _OPEN for one in ends):
        raise BadRequestError(detail="datetime is an instant, or start/end of which one may be ..")
    moments = [None if one in _OPEN and len(ends) == 2 else _instant(one) for one in ends]
    return moments[0], moments[-1]


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as fault:
        raise BadRequestError(detail=f"datetime: {text[:40]!r} is no RFC 3339 time") from fault
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _typed(name: str, text: str, kind: pa.DataType) -> Any:
    if pa.types.is_boolean(kind):
        if text not in ("true", "false"):
            raise BadRequestError(detail=f"{name} is true or false")
        return text == "true"
    if pa.types.is_string(kind):
        return text
    try:
        return int(text) if pa.types.is_integer(kind) else float(text)
    except ValueError as fault:
        raise BadRequestError(detail=f"{name} is a number") from fault
