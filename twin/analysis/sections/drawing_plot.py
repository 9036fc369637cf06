"""What both kinds of section share on paper: head, axes, grid, terrain, scale bar, a pipe as the ellipse it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.analysis.sections.cross import PipeCut
from twin.analysis.sections.drawing_scale import Scale, tick_step, ticks
from twin.analysis.sections.drawing_words import PipeStyle, say
from twin.analysis.sections.profile import SectionLine, TerrainProfile
from twin.analysis.sections.svg import Sheet, text_width

INK: Final = "#1d2329"
FAINT: Final = "#dfe3e6"
GREY: Final = "#6b747c"
EARTH: Final = "#7a5c3a"
SOIL: Final = "#f6f1e9"
LEAST: Final = 1.2  # radius of the smallest pipe that is still seen: 0.6 mm across
UNKNOWN_STYLE: Final = "#808890"

_HATCH: Final = 13.0


def style_of(styles: Mapping[str, PipeStyle], layer_id: str) -> PipeStyle:
    """The style given for a layer; grey and its id where none is."""
    return styles.get(layer_id, PipeStyle(UNKNOWN_STYLE, layer_id))


def head(sheet: Sheet, scale: Scale, title: str, frame: str | None, language: str) -> None:
    """Title, what coordinates mean, and the scales."""
    sheet.text((48.0, 46.0), title, 22.0, font_weight="bold", fill=INK)
    said = say(
        "scale", language, h=f"{scale.horizontal:g}", v=f"{scale.vertical:g}", e=f"{round(scale.exaggeration, 2):g}"
    )
    sheet.text((48.0, 68.0), f"{frame}　|　{said}" if frame else said, 12.0, fill=GREY)
    sheet.line((48.0, 80.0), (sheet.width - 48.0, 80.0), stroke=INK, stroke_width=1.2)


def axes(sheet: Sheet, scale: Scale, language: str) -> None:
    """Grid, frame and numbers at round values."""
    step = tick_step(scale.high_m - scale.low_m, max(2, int((scale.bottom - scale.top) / 42.0)))
    for level in ticks(scale.low_m, scale.high_m, step):
        y = scale.y(level)
        sheet.line((scale.left, y), (scale.right, y), stroke=FAINT, stroke_width=0.8)
        sheet.text((scale.left - 9.0, y + 4.0), f"{level:.{_places(step)}f}", 11.0, anchor="end", fill=INK)
        sheet.line((scale.left - 5.0, y), (scale.left, y), stroke=INK, stroke_width=0.8)
    step = tick_step(scale.length_m, max(2, int((scale.right - scale.left) / 80.0)))
    for chainage in ticks(0.0, scale.length_m, step):
        x = scale.x(chainage)
        sheet.line((x, scale.top), (x, scale.bottom), stroke=FAINT, stroke_width=0.8)
        sheet.line((x, scale.bottom), (x, scale.bottom + 5.0), stroke=INK, stroke_width=0.8)
        sheet.text((x, scale.bottom + 18.0), f"{chainage:.{_places(step)}f}", 11.0, anchor="middle", fill=INK)
    middle = (scale.top + scale.bottom) / 2.0
    sheet.text((scale.left - 62.0, middle), say("elevation", language), 12.0, anchor="middle", upright=True, fill=INK)


def frame_and_bar(sheet: Sheet, scale: Scale, line: SectionLine, y: float, language: str) -> None:
    """The frame over everything, the name of the axis, a bar of round length, where the line starts and ends."""
    sheet.rect(
        scale.left,
        scale.top,
        scale.right - scale.left,
        scale.bottom - scale.top,
        fill="none",
        stroke=INK,
        stroke_width=1,
    )
    sheet.text((scale.left, y), say("chainage", language), 12.0, fill=INK)
    length = tick_step(scale.length_m, 12)
    x, half = scale.left + 96.0, scale.across(length) / 2.0
    for number, fill in enumerate((INK, "#ffffff")):
        sheet.rect(x + number * half, y - 8.0, half, 6.0, fill=fill, stroke=INK, stroke_width=0.8)
    sheet.text((x + 2 * half + 8.0, y), f"{length:g} m", 11.0, fill=INK)
    (e, n), (e2, n2) = line.xy[0], line.xy[-1]
    ends = say("ends", language, e=f"{e:.2f}", n=f"{n:.2f}", e2=f"{e2:.2f}", n2=f"{n2:.2f}")
    sheet.text((x + 2 * half + 70.0, y), ends, 11.0, fill=GREY)


def terrain(sheet: Sheet, scale: Scale, profile: TerrainProfile) -> None:
    """The ground line with soil and hatching below; where no terrain is known there is a gap."""
    known = np.isfinite(profile.elevation_m)
    for run in _runs(known):
        points = [
            (scale.x(float(a)), scale.y(float(z)))
            for a, z in zip(profile.chainage_m[run], profile.elevation_m[run], strict=True)
        ]
        if len(points) < 2:
            continue
        foot = [(points[-1][0], scale.bottom), (points[0][0], scale.bottom)]
        sheet.polygon([*points, *foot], fill=SOIL, stroke="none")


def ground_line(sheet: Sheet, scale: Scale, profile: TerrainProfile) -> None:
    """The line itself, drawn over the grid."""
    for run in _runs(np.isfinite(profile.elevation_m)):
        x = scale.left + profile.chainage_m[run] * scale.across(1.0)
        y = scale.bottom - (profile.elevation_m[run] - scale.low_m) * scale.tall(1.0)
        if len(x) < 2:
            continue
        sheet.polyline(zip(x, y, strict=True), stroke=EARTH, stroke_width=2, stroke_linejoin="round")
        marks = np.arange(x[0] + _HATCH, x[-1], _HATCH)
        heights = np.interp(marks, x, y)
        sheet.path(
            [((float(a), float(b)), (float(a) - 7.0, float(b) + 9.0)) for a, b in zip(marks, heights, strict=True)],
            stroke=EARTH,
            stroke_width=0.9,
        )


def pipe(sheet: Sheet, scale: Scale, cut: PipeCut, style: PipeStyle, *, beside: bool = False) -> None:
    """One pipe as the plane cuts it: an ellipse or a box, true to both scales; a band where it runs along."""
    look: dict[str, object] = {"fill": style.colour, "stroke": INK, "stroke_width": 0.6}
    if beside:
        look |= {"fill": "#ffffff", "stroke": style.colour, "stroke_dasharray": "3 2"}
    half = max(scale.tall(cut.height_m or 0.0) / 2.0, LEAST)
    wide = max(scale.across(cut.width_m or 0.0 if beside else cut.cut_width_m) / 2.0, LEAST)
    if cut.relation == "along":
        a, b = scale.x(cut.from_chainage_m), scale.x(cut.to_chainage_m)
        one, two = scale.y(cut.from_axis_m), scale.y(cut.to_axis_m)
        sheet.polygon([(a, one - half), (b, two - half), (b, two + half), (a, one + half)], **look)
    elif cut.relation == "upright":
        top, bottom = scale.y(cut.crown_m), scale.y(cut.invert_m)
        sheet.rect(scale.x(cut.chainage_m) - wide, top, 2 * wide, bottom - top, **look)
    elif cut.is_box:
        sheet.rect(scale.x(cut.chainage_m) - wide, scale.y(cut.axis_m) - half, 2 * wide, 2 * half, **look)
    else:
        sheet.ellipse((scale.x(cut.chainage_m), scale.y(cut.axis_m)), wide, half, **look)


def whiskers(sheet: Sheet, scale: Scale, cut: PipeCut, k: float) -> None:
    """How far the pipe may lie from where it is drawn."""
    x, y = scale.x(cut.chainage_m), scale.y(cut.axis_m)
    across, tall = scale.across(k * cut.plan_sd_m), scale.tall(k * cut.depth_sd_m)
    strokes = [((x - across, y), (x + across, y)), ((x, y - tall), (x, y + tall))]
    ends = [((x + side * across, y - 3.0), (x + side * across, y + 3.0)) for side in (-1, 1)]
    ends += [((x - 3.0, y + side * tall), (x + 3.0, y + side * tall)) for side in (-1, 1)]
    sheet.path([*strokes, *ends], stroke=GREY, stroke_width=0.7)


def legend(sheet: Sheet, entries: Sequence[tuple[str, str]], x: float, y: float, right: float) -> float:
    """Colour patches (none where the colour is empty) with their names, in rows; returns the y below."""
    at = x
    for colour, name in entries:
        patch = 24.0 if colour else 0.0
        wide = patch + text_width(name, 11.0) + 18.0
        if at + wide > right and at > x:
            at, y = x, y + 18.0
        if colour:
            sheet.rect(at, y - 9.0, 18.0, 9.0, fill=colour, stroke=INK, stroke_width=0.8)
        sheet.text((at + patch, y), name, 11.0, fill=INK)
        at += wide
    return y + 18.0


def _runs(known: NDArray[np.bool_]) -> list[slice]:
    """Stretches of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(int), [0]])))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _places(step: float) -> int:
    return max(0, -int(np.floor(np.log10(step) + 1e-9)))
