"""``/sections/cross``, ``/sections/long``, ``/digs``, ``/possible-positions``: what lies under a line, along pipes, in
a pit, and within which tube a pipe does; with a reason.

The same calls as in a notebook (``campus.section``, ``campus.pipes(…).long_section``, ``campus.check_dig``,
``campus.possible_positions``). Lines and areas are drawn in scene axes; levels are those of the campus datum. Every
answer is written into the audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import shapely
from fastapi import APIRouter, Request
from pydantic import Field

from ioc_app.api.asking import Reason
from ioc_app.api.exactly import TOLD
from ioc_app.api.people import actor_of, identity_of
from ioc_app.api.positions import WrittenMetres
from ioc_app.api.reads import Reads
from ioc_app.api.said import Said
from ioc_app.api.underground_said import cross_said, dig_said, long_said, possible_said
from twin.analysis.sections.dig import HAND_DIG_M, DigCheck
from twin.errors import DigAreaError, NoGroundHereError, SectionLineError, TooLargeToDrawError
from twin.people.audit import AuditLog
from twin.people.roles import Right

if TYPE_CHECKING:
    from twin.notebook.campus import Campus
    from twin.notebook.drawn import DrawnCross

MOST_CORNERS: Final = 500
LONGEST_M: Final = 3_000.0
LARGEST_M2: Final = 50_000.0
BESIDE_PIT_M: Final = 3.0  # how far the drawing of a pit goes on beside it

Corner = tuple[WrittenMetres, WrittenMetres]
Corners = Annotated[list[Corner], Field(max_length=20_000)]  # what is too many is said below, in words
FeatureId = Annotated[str, Field(min_length=1, max_length=200)]
PIT_TITLE: Final = {
    "zh": "开挖范围中线横断面图（坑：里程 {first:.1f}–{last:.1f} m，{deep_zh}）",
    "en": "Cross section through the middle of the dig (pit: chainage {first:.1f} to {last:.1f} m, {deep})",
}


class _Asked(Said):
    """``exactly``: the reason, which is kept in the audit."""

    exactly: Reason
    language: Literal["zh", "en"] = "zh"


class AskedCross(_Asked):
    line: Corners
    half_width_m: Annotated[float, Field(strict=True, ge=0, le=50)] = 0.0


class AskedLong(_Asked):
    """``start``, ``end``: nodes or links of the layer."""

    layer_id: Annotated[str, Field(min_length=1, max_length=100)]
    start: FeatureId
    end: FeatureId


class AskedDig(_Asked):
    area: Corners
    depth_m: Annotated[float, Field(strict=True, le=100, allow_inf_nan=False)] | None = None
    bottom_level_m: WrittenMetres | None = None
    side_slope: Annotated[float, Field(strict=True, ge=0, le=10)] = 0.0
    near_m: Annotated[float, Field(strict=True, ge=0, le=20)] = HAND_DIG_M


class AskedPossible(_Asked):
    """``around``: what is looked at; the nearest pipes are told."""

    layer_id: Annotated[str, Field(min_length=1, max_length=100)]
    around: Corner


def underground_routes(reads: Reads, audit: AuditLog) -> APIRouter:
    """Plain functions: the server runs each in a worker thread. The gate lets nobody in without ``underground``."""
    router = APIRouter()

    def told(request: Request, asked: _Asked, what: str) -> None:
        audit.append(actor_of(request), TOLD, what[:200], why=asked.exactly)

    @router.post("/sections/cross")
    def cross(request: Request, asked: AskedCross) -> dict[str, Any]:
        """Pipes, points and buildings that a line cuts, and its drawing."""
        generation = reads.generation
        line = _line(asked.line, generation.manifest.origin)
        found = reads.analyses.asked(lambda campus: campus.section(line, half_width_m=asked.half_width_m))
        told(request, asked, f"section {_ends(line)} ({line.length:.0f} m)")
        return cross_said(found, generation, reads.directory(generation), asked.language)

    @router.post("/sections/long")
    def long(request: Request, asked: AskedLong) -> dict[str, Any]:
        """The ground and the pipes on the shortest way, and its drawing."""
        generation = reads.generation
        found = reads.analyses.asked(lambda campus: campus.pipes(asked.layer_id).long_section(asked.start, asked.end))
        told(request, asked, f"long section {asked.layer_id} {asked.start} {asked.end}")
        return long_said(found, generation, reads.directory(generation), asked.language)

    @router.post("/digs")
    def dig(request: Request, asked: AskedDig) -> dict[str, Any]:
        """What a pit hits, might hit, comes near to; its earth; whom to ask first; a section through its middle."""
        generation = reads.generation
        area = _area(asked.area, generation.manifest.origin)
        check, drawn = reads.analyses.asked(lambda campus: _dug(campus, area, asked))
        told(request, asked, f"dig {_ends(shapely.LineString(area.exterior.coords[:2]))} ({area.area:.0f} m2)")
        directory, cleared = reads.directory(generation), identity_of(request).may(Right.NAMES)
        said = dig_said(check, generation, directory, asked.language, cleared=cleared)
        return {**said, "svg": drawn and drawn.svg(asked.language, title=_pit_title(drawn, asked))}

    @router.post("/possible-positions")
    def possible(request: Request, asked: AskedPossible) -> dict[str, Any]:
        """The tube within which each pipe of a layer lies, those nearest to what is looked at."""
        generation = reads.generation
        found = reads.analyses.asked(lambda campus: campus.possible_positions([asked.layer_id]))
        told(request, asked, f"possible positions {asked.layer_id} {asked.around[0]:.1f},{asked.around[1]:.1f}")
        return possible_said(found, generation, reads.directory(generation), asked.around)

    return router


def _dug(campus: Campus, area: shapely.Polygon, asked: AskedDig) -> tuple[DigCheck, DrawnCross | None]:
    check = campus.check_dig(
        area,
        asked.depth_m,
        bottom_level_m=asked.bottom_level_m,
        side_slope=asked.side_slope,
        near_m=asked.near_m,
    )
    middle, half_width_m = _through(area)
    try:
        return check, campus.section(middle, half_width_m=half_width_m + asked.near_m)
    except NoGroundHereError:
        return check, None  # nothing is there to be drawn


def _through(area: shapely.Polygon) -> tuple[shapely.LineString, float]:
    """The middle line of the narrowest box around a pit, from before it to behind it; and half of the box's width."""
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(area))
    ends = [(box[0] + box[1]) / 2, (box[2] + box[3]) / 2]
    across = [(box[1] + box[2]) / 2, (box[3] + box[0]) / 2]
    lines = sorted((shapely.LineString(ends), shapely.LineString(across)), key=lambda one: float(one.length))
    short, long = lines
    along = (shapely.get_coordinates(long)[1] - shapely.get_coordinates(long)[0]) / long.length * BESIDE_PIT_M
    first, last = shapely.get_coordinates(long)
    return shapely.LineString([first - along, last + along]), float(short.length) / 2


def _pit_title(drawn: DrawnCross, asked: AskedDig) -> str:
    """Where the pit is in its drawing, which shows the ground and not the pit."""
    if asked.depth_m is not None:
        deep_zh, deep = f"挖深 {asked.depth_m:g} m", f"{asked.depth_m:g} m deep"
    else:
        deep_zh, deep = f"坑底 {asked.bottom_level_m:g} m", f"bottom at {asked.bottom_level_m:g} m"
    last = drawn.line.length_m - BESIDE_PIT_M
    return PIT_TITLE[asked.language].format(first=BESIDE_PIT_M, last=last, deep_zh=deep_zh, deep=deep)


def _line(corners: Sequence[Corner], origin: Sequence[float]) -> shapely.LineString:
    """In the campus CRS. Raises SectionLineError, TooLargeToDrawError."""
    if len(corners) < 2:
        raise SectionLineError(detail_zh="少于两个点", detail="it has fewer than two points")
    _limit("顶点数", "number of corners", len(corners), MOST_CORNERS, "")
    line = shapely.LineString(_in_campus(corners, origin))
    _limit("长度", "length", line.length, LONGEST_M, " m")
    return line


def _area(corners: Sequence[Corner], origin: Sequence[float]) -> shapely.Polygon:
    """In the campus CRS. Raises DigAreaError, TooLargeToDrawError."""
    if len(corners) < 3:
        raise DigAreaError(detail_zh="少于三个点", detail="it has fewer than three points")
    _limit("顶点数", "number of corners", len(corners), MOST_CORNERS, "")
    area = shapely.Polygon(_in_campus(corners, origin))
    _limit("面积", "area", area.area, LARGEST_M2, " m²")
    _limit("周长", "outline", area.length, LONGEST_M, " m")
    return area


def _in_campus(corners: Sequence[Corner], origin: Sequence[float]) -> list[tuple[float, float]]:
    return [(x + origin[0], y + origin[1]) for x, y in corners]


def _limit(zh: str, en: str, value: float, most: float, unit: str) -> None:
    if value > most:
        raise TooLargeToDrawError(what_zh=zh, what=en, value=f"{value:,.0f}{unit}", most=f"{most:,.0f}{unit}")


def _ends(line: shapely.LineString) -> str:
    (x1, y1), *_, (x2, y2) = line.coords
    return f"{x1:.1f},{y1:.1f} - {x2:.1f},{y2:.1f}"
