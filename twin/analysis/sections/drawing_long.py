"""A long section on paper: the profile above, the band of rows that profile drawings have below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from twin.analysis.sections import drawing_plot as plot
from twin.analysis.sections.drawing_band import SPACING, band
from twin.analysis.sections.drawing_labels import ROW, SIZE, shortened, spread
from twin.analysis.sections.drawing_scale import Scale, level_range
from twin.analysis.sections.drawing_words import PipeStyle, say
from twin.analysis.sections.long import LongSection, LongStation, size_text
from twin.analysis.sections.svg import Point, Sheet, text_width

_WIDTH: Final = 1600.0
_LEFT: Final = 190.0
_ROOM: Final = (1330.0, 400.0)
_TOP: Final = 110.0
_NAME_ROOM: Final = 110.0


def long_svg(
    section: LongSection, styles: Mapping[str, PipeStyle], language: str, title: str | None, frame: str | None
) -> str:
    leaders = _leaders(section, styles)
    top = _TOP + max((text_width(text, SIZE) for _, _, text in leaders), default=0.0) + 30.0
    scale = _scale(section, top)
    places = spread([scale.x(one.chainage_m) for one in section.stations], SPACING, scale.left, _needed(section, scale))
    sheet = Sheet(max(_WIDTH, places[-1] + 60.0), 0.0)
    name = title or f"{plot.style_of(styles, section.layer_id).title} {say('long', language)}"
    plot.head(sheet, scale, name, frame, language)
    _profile(sheet, scale, section, styles, language)
    _crossings(sheet, scale, section, leaders, styles)
    plot.frame_and_bar(sheet, scale, section.line, scale.bottom + 40.0, language)
    y = band(sheet, scale, section, places, scale.bottom + 56.0, language)
    sheet.height = _legend(sheet, scale, section, styles, y + 26.0, language) + 12.0
    return sheet.document(name)


def _needed(section: LongSection, scale: Scale) -> float:
    """How far right the band must reach for its upright numbers to stand side by side."""
    return max(scale.right, scale.left + SPACING * (len(section.stations) - 1))


def _scale(section: LongSection, top: float) -> Scale:
    levels: list[float | None] = [float(one) for one in section.terrain.elevation_m]
    for one in section.stations:
        levels += [one.ground_m, one.bottom_level_m, one.in_invert_m, one.out_invert_m, one.in_crown_m, one.out_crown_m]
    for link in section.links:
        half = (link.height_m or 0.0) / 2.0
        levels += [level + side * half for level in link.axis_m for side in (-1, 1)]
    levels += [level for cut in section.crossings for level in (cut.crown_m, cut.invert_m)]
    return Scale.fitting(_LEFT, top, _ROOM, section.line.length_m, level_range(levels))


def _profile(sheet: Sheet, scale: Scale, section: LongSection, styles: Mapping[str, PipeStyle], language: str) -> None:
    style = plot.style_of(styles, section.layer_id)
    plot.terrain(sheet, scale, section.terrain)
    plot.axes(sheet, scale, language)
    plot.ground_line(sheet, scale, section.terrain)
    for link in section.links:
        half = (link.height_m or 0.0) / 2.0
        x = [scale.x(one) for one in link.axis_chainage_m]
        crown = list(zip(x, (scale.y(one + half) for one in link.axis_m), strict=True))
        invert = list(zip(x, (scale.y(one - half) for one in link.axis_m), strict=True))
        if half:
            sheet.polygon([*crown, *reversed(invert)], fill=style.colour, fill_opacity=0.35, stroke="none")
        for edge, width in ((crown, 0.9), (invert, 1.8)):
            sheet.polyline(edge, stroke=style.colour if width > 1 else plot.INK, stroke_width=width)
        sheet.polyline(crown, stroke=plot.INK, stroke_width=0.8)
    for station in section.stations:
        _shaft(sheet, scale, station)


def _shaft(sheet: Sheet, scale: Scale, station: LongStation) -> None:
    """The shaft from cover to bottom, hollow so that pipes show; a thin line where there is none."""
    x = scale.x(station.chainage_m)
    if station.ground_m is None:
        return
    top = scale.y(station.ground_m)
    if station.bottom_level_m is not None and station.bottom_level_m < station.ground_m:
        half = max(scale.across(station.shaft_diameter_m or 0.0) / 2.0, 2.0)
        dash = {"stroke_dasharray": "4 2"} if station.diameter_assumed else {}
        tall = scale.y(station.bottom_level_m) - top
        look: dict[str, object] = {"fill": "#ffffff", "fill_opacity": 0.75, "stroke": plot.INK, "stroke_width": 1}
        sheet.rect(x - half, top, 2 * half, tall, **look, **dash)
        sheet.line((x - half - 2, top), (x + half + 2, top), stroke=plot.INK, stroke_width=2)
        return
    inverts = [one for one in (station.in_invert_m, station.out_invert_m) if one is not None]
    sheet.line((x, top), (x, scale.y(min(inverts))), stroke=plot.GREY, stroke_width=0.8, stroke_dasharray="3 2")


def _leaders(section: LongSection, styles: Mapping[str, PipeStyle]) -> list[tuple[float, float, str]]:
    """For every crossing pipe: where it is, where its text stands, and the text; in order along the way."""
    scale = _scale(section, 0.0)
    cuts = sorted(section.crossings, key=lambda one: one.chainage_m)
    places = [scale.x(one.chainage_m) for one in cuts]
    texts = []
    for one in cuts:
        size = size_text(one.width_m or 0.0, one.height_m or 0.0, one.is_box)
        words = (plot.style_of(styles, one.layer_id).title, size, f"{one.axis_m:.2f}")
        texts.append(shortened(" ".join(word for word in words if word), _NAME_ROOM + 30.0))
    apart = spread(places, ROW, scale.left, scale.right)
    return list(zip(places, apart, texts, strict=True))


def _crossings(
    sheet: Sheet,
    scale: Scale,
    section: LongSection,
    leaders: Sequence[tuple[float, float, str]],
    styles: Mapping[str, PipeStyle],
) -> None:
    for cut, (x, at, text) in zip(sorted(section.crossings, key=lambda one: one.chainage_m), leaders, strict=True):
        way: list[Point] = [
            (at, scale.top - 24.0),
            (at, scale.top - 18.0),
            (x, scale.top - 4.0),
            (x, scale.y(cut.crown_m)),
        ]
        sheet.polyline(way, stroke=plot.GREY, stroke_width=0.7)
        sheet.text((at + 4.0, scale.top - 28.0), text, SIZE, upright=True, fill=plot.INK)
        plot.pipe(sheet, scale, cut, plot.style_of(styles, cut.layer_id))


def _legend(
    sheet: Sheet, scale: Scale, section: LongSection, styles: Mapping[str, PipeStyle], y: float, language: str
) -> float:
    own = plot.style_of(styles, section.layer_id)
    entries = [(own.colour, own.title)]
    layers = dict.fromkeys(one.layer_id for one in section.crossings)
    for one in layers:
        style = plot.style_of(styles, one)
        entries.append((style.colour, f"{say('crossing', language)}：{style.title}"))
    if any(one.diameter_assumed for one in section.stations):
        entries.append(("", say("assumed", language)))
    smallest = min((scale.tall(one.height_m or 0.0) for one in section.crossings), default=plot.LEAST * 2)
    if smallest < 2 * plot.LEAST:
        entries.append(("", say("small", language)))
    return plot.legend(sheet, entries, 48.0, y, sheet.width - 48.0)
