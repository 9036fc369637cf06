"""A cross section on paper: the cut with its leaders above, a table of everything cut below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from twin.analysis.sections import drawing_plot as plot
from twin.analysis.sections.accuracy import coverage_factor
from twin.analysis.sections.cross import CrossSection, PipeCut
from twin.analysis.sections.cross_cuts import BESIDE
from twin.analysis.sections.drawing_labels import ROW, SIZE, Label, placed, shortened, spread
from twin.analysis.sections.drawing_scale import Scale, level_range
from twin.analysis.sections.drawing_words import PipeStyle, say
from twin.analysis.sections.long import size_text
from twin.analysis.sections.svg import Sheet, text_width

_WIDTH: Final = 1600.0
_LEFT: Final = 118.0
_ROOM: Final = (1330.0, 430.0)
_MOST_ROWS: Final = 8  # more leader rows than this and the texts stand upright side by side
_LABEL_ROOM: Final = 150.0
_COLUMNS: Final = (
    ("no", 44.0),
    ("layer", 110.0),
    ("size", 100.0),
    ("material", 90.0),
    ("chainage", 96.0),
    ("ground_m", 92.0),
    ("crown_m", 92.0),
    ("axis_m", 92.0),
    ("invert_m", 92.0),
    ("cover_m", 84.0),
    ("angle", 76.0),
    ("plan_sd", 100.0),
    ("depth_sd", 100.0),
    ("id", 328.0),
)


def cross_svg(
    section: CrossSection, styles: Mapping[str, PipeStyle], language: str, title: str | None, frame: str | None
) -> str:
    numbers = {id(one): number for number, one in enumerate(section.pipes, 1)}
    wanted = _leaders(section, numbers, styles, 5.0)
    labels = placed(wanted)
    rows = max((one.row + 1 for one in labels), default=0)
    upright = rows > _MOST_ROWS
    if upright:
        labels = [Label(x, text, 0) for x, text in _leaders(section, numbers, styles, ROW)]
        room = max(text_width(one.text, SIZE) for one in labels)
    else:
        room = rows * ROW
    top = 100.0 + room + 34.0
    scale = _scale(section, top)
    sheet = Sheet(_WIDTH, 0.0)
    name = title or say("cross", language)
    plot.head(sheet, scale, name, frame, language)
    _draw(sheet, scale, section, styles, language)
    _label(sheet, scale, section, labels, upright=upright)
    y = _legend(sheet, scale, section, styles, scale.bottom + 64.0, language)
    sheet.height = _table(sheet, section, numbers, styles, y + 6.0, language) + 30.0
    return sheet.document(name)


def _scale(section: CrossSection, top: float) -> Scale:
    k = coverage_factor()
    levels: list[float | None] = [float(one) for one in section.terrain.elevation_m]
    for one in section.pipes:
        levels += [one.crown_m, one.invert_m - k * one.depth_sd_m, one.from_axis_m, one.to_axis_m]
    levels += [level for one in section.nodes for level in (one.cover_level_m, one.bottom_level_m)]
    low, high = level_range(levels)
    if section.buildings:
        high += (high - low) * 0.1  # room for their blocks
    return Scale.fitting(_LEFT, top, _ROOM, section.line.length_m, (low, high))


def _leaders(
    section: CrossSection, numbers: Mapping[int, int], styles: Mapping[str, PipeStyle], gap: float
) -> list[tuple[float, str]]:
    """Where leaders stand, at least ``gap`` apart, and what they say: pipes first, then nodes."""
    scale = _scale(section, 0.0)
    words: list[tuple[str | None, ...]] = [
        (str(numbers[id(one)]), plot.style_of(styles, one.layer_id).title, _size(one)) for one in section.pipes
    ]
    words += [(one.name, one.kind) for one in section.nodes]
    texts = [shortened(" ".join(one for one in some if one), _LABEL_ROOM) for some in words]
    places = [scale.x(one.chainage_m) for one in section.pipes]
    places += [scale.x(one.chainage_m) for one in section.nodes]
    order = sorted(range(len(places)), key=lambda one: places[one])
    apart = spread([places[one] for one in order], gap, scale.left, scale.right)
    moved = dict(zip(order, apart, strict=True))
    return [(moved[row], text) for row, text in enumerate(texts)]


def _draw(sheet: Sheet, scale: Scale, section: CrossSection, styles: Mapping[str, PipeStyle], language: str) -> None:
    plot.terrain(sheet, scale, section.terrain)
    plot.axes(sheet, scale, language)
    plot.ground_line(sheet, scale, section.terrain)
    for corner in section.line.chainage_m[1:-1]:
        x = scale.x(float(corner))
        sheet.line((x, scale.top), (x, scale.bottom), stroke=plot.GREY, stroke_width=0.8, stroke_dasharray="8 3 2 3")
    for house in section.buildings:
        foot = house.highest_ground_m if house.highest_ground_m is not None else scale.high_m
        a, b, y = scale.x(house.from_chainage_m), scale.x(house.to_chainage_m), scale.y(foot)
        high = min(22.0, max(y - scale.top, 6.0))
        sheet.rect(a, y - high, b - a, high, fill="#e4e7ea", stroke=plot.GREY, stroke_width=1)
        text = shortened(house.name or house.feature_id, b - a - 6.0)
        if len(text) > 1:
            sheet.text(((a + b) / 2.0, y - high / 2.0 + 4.0), text, SIZE, anchor="middle", fill=plot.INK)
    for node in section.nodes:
        if node.bottom_level_m is not None and node.cover_level_m is not None:
            half = max(scale.across(node.diameter_m or 0.0) / 2.0, plot.LEAST)
            x, y = scale.x(node.chainage_m), scale.y(node.cover_level_m)
            dash = {"stroke_dasharray": "4 2"} if node.diameter_assumed else {}
            tall = scale.y(node.bottom_level_m) - y
            sheet.rect(x - half, y, 2 * half, tall, fill="#ffffff", stroke=plot.INK, stroke_width=1, **dash)
    for one in sorted(section.pipes, key=lambda cut: cut.relation != BESIDE):
        plot.pipe(sheet, scale, one, plot.style_of(styles, one.layer_id), beside=one.relation == BESIDE)
        plot.whiskers(sheet, scale, one, coverage_factor())
    plot.frame_and_bar(sheet, scale, section.line, scale.bottom + 40.0, language)


def _label(sheet: Sheet, scale: Scale, section: CrossSection, labels: Sequence[Label], *, upright: bool) -> None:
    """Texts above the plot, each with a leader down to its thing."""
    feet = [(scale.x(one.chainage_m), scale.y(max(one.crown_m, one.axis_m))) for one in section.pipes]
    feet += [
        (scale.x(one.chainage_m), scale.y(one.cover_level_m if one.cover_level_m is not None else scale.high_m))
        for one in section.nodes
    ]
    for label, (x, y) in zip(labels, feet, strict=True):
        text_y = scale.top - 30.0 - label.row * ROW
        way = [(label.x, text_y + 2.0), (label.x, scale.top - 18.0), (x, scale.top - 4.0), (x, y)]
        sheet.polyline(way, stroke=plot.GREY, stroke_width=0.7)
        at = (label.x + 4.0, text_y - 2.0) if upright else (label.x + 3.0, text_y)
        sheet.text(at, label.text, SIZE, upright=upright, fill=plot.INK)


def _legend(
    sheet: Sheet, scale: Scale, section: CrossSection, styles: Mapping[str, PipeStyle], y: float, language: str
) -> float:
    layers = dict.fromkeys(one.layer_id for one in section.pipes)
    entries = [(plot.style_of(styles, one).colour, plot.style_of(styles, one).title) for one in layers]
    if section.buildings:
        entries.append(("#e4e7ea", say("building", language)))
    if section.pipes:
        entries.append(("", "+ " + say("sd", language, k=f"{coverage_factor():g}")))
    if any(one.diameter_assumed for one in section.nodes):
        entries.append(("", say("assumed", language)))
    if any(one.relation == BESIDE for one in section.pipes):
        entries.append(("", say("beside", language)))
    if any(
        max(scale.tall(one.height_m or 0.0), scale.across(one.cut_width_m)) < 2 * plot.LEAST for one in section.pipes
    ):
        entries.append(("", say("small", language)))
    return plot.legend(sheet, entries, 48.0, y, _WIDTH - 48.0)


def _size(one: PipeCut) -> str | None:
    return size_text(one.width_m or 0.0, one.height_m or 0.0, one.is_box)


def _table(
    sheet: Sheet,
    section: CrossSection,
    numbers: Mapping[int, int],
    styles: Mapping[str, PipeStyle],
    y: float,
    language: str,
) -> float:
    """One row a pipe; returns the y below."""
    cells = [[say(name, language) for name, _ in _COLUMNS]]
    for one in section.pipes:
        sign = "*" if one.sd_by_class else ""
        cells.append(
            [
                str(numbers[id(one)]),
                plot.style_of(styles, one.layer_id).title,
                (_size(one) or "—").removeprefix("DN") if not one.is_box else _size(one) or "—",
                one.material or "—",
                f"{one.chainage_m:.2f}",
                *(_level(value) for value in (one.ground_m, one.crown_m, one.axis_m, one.invert_m)),
                "—" if one.cover_m is None else f"{one.cover_m:.2f}",
                "—" if one.angle_deg is None else f"{one.angle_deg:.0f}",
                f"±{one.plan_sd_m:.2f}{sign}",
                f"±{one.depth_sd_m:.2f}{sign}",
                one.feature_id,
            ]
        )
    y = grid(sheet, 48.0, y, [wide for _, wide in _COLUMNS], cells)
    if any(one.sd_by_class for one in section.pipes):
        sheet.text((48.0, y + 16.0), say("by_class", language), SIZE, fill=plot.GREY)
        y += 20.0
    return y


def grid(sheet: Sheet, x: float, y: float, widths: list[float], cells: list[list[str]]) -> float:
    """A table with a shaded first row; texts that do not fit are shortened. Returns the y below."""
    high, total = 21.0, sum(widths)
    sheet.rect(x, y, total, high, fill="#eef1f3", stroke="none")
    for number, row in enumerate(cells):
        base, at = y + number * high + 15.0, x
        for text, wide in zip(row, widths, strict=True):
            shown = shortened(text, wide - 8.0)
            left = at + (wide - text_width(shown, SIZE)) / 2.0 if wide < 200 else at + 6.0
            sheet.text((left, base), shown, SIZE, fill=plot.INK)
            at += wide
    strokes = [((x, y + n * high), (x + total, y + n * high)) for n in range(len(cells) + 1)]
    edges = [x + sum(widths[:n]) for n in range(len(widths) + 1)]
    strokes += [((edge, y), (edge, y + len(cells) * high)) for edge in edges]
    sheet.path(strokes, stroke=plot.GREY, stroke_width=0.7)
    return y + len(cells) * high


def _level(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
