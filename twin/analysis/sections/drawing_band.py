"""The band of rows under a long section: what each station is, what runs between two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from twin.analysis.sections import drawing_plot as plot
from twin.analysis.sections.drawing_labels import SIZE, shortened
from twin.analysis.sections.drawing_scale import Scale
from twin.analysis.sections.drawing_words import say
from twin.analysis.sections.long import LongLink, LongSection, LongStation
from twin.analysis.sections.svg import Sheet, text_width

SPACING: Final = 15.0  # between the upright numbers of two stations
_FAN: Final = 26.0
_LOW: Final = 24.0  # of a row with level texts
_NAME_ROOM: Final = 82.0
_HEAD: Final = 48.0
_MERGED: Final = ("diameter", "material")


def band(sheet: Sheet, scale: Scale, section: LongSection, places: Sequence[float], y: float, language: str) -> float:
    """Rows of numbers under the stations, rows of words between them; returns the y below."""
    foot = y + _FAN
    for station, place in zip(section.stations, places, strict=True):
        x = scale.x(station.chainage_m)
        way = [(x, y), (x, y + 4.0), (place, foot - 4.0), (place, foot)]
        sheet.polyline(way, stroke=plot.GREY, stroke_width=0.7)
    rows: list[tuple[str, Callable[[LongStation], str]]] = [
        ("node", lambda one: shortened(one.name or one.node_id, _NAME_ROOM)),
        ("station", lambda one: f"{one.chainage_m:.2f}"),
        ("station_ground", lambda one: _level(one.ground_m)),
        ("in_invert", _inverts),
        ("depth", lambda one: "—" if one.depth_m is None else f"{one.depth_m:.3f}"),
    ]
    at = foot
    for key, words in rows:
        texts = [words(one) for one in section.stations]
        high = max(_LOW, max(text_width(one, SIZE) for one in texts) + 10.0)
        _row_head(sheet, say(key, language), at, high, places)
        for text, place in zip(texts, places, strict=True):
            sheet.text((place + 4.0, at + high - 5.0), text, SIZE, upright=True, fill=plot.INK)
        at += high
    between: list[tuple[str, Callable[[LongLink], str]]] = [
        ("length", lambda one: f"{one.length_m:.2f}"),
        ("slope", lambda one: "—" if one.slope_permille is None else f"{one.slope_permille:.2f}"),
        ("diameter", lambda one: (one.size or "—").removeprefix("DN")),
        ("material", lambda one: one.material or "—"),
    ]
    for key, of in between:
        at = _between(sheet, say(key, language), at, [of(one) for one in section.links], places, merge=key in _MERGED)
    left, right = _edges(places)
    sheet.line((_HEAD, at), (right, at), stroke=plot.INK, stroke_width=1)
    sheet.path([((x, foot), (x, at)) for x in (_HEAD, left, right)], stroke=plot.INK, stroke_width=1)
    return at


def _edges(places: Sequence[float]) -> tuple[float, float]:
    """Left and right of the numbers: the first and the last stand within."""
    return places[0] - SPACING, places[-1] + SPACING


def _row_head(sheet: Sheet, text: str, y: float, high: float, places: Sequence[float]) -> None:
    left, right = _edges(places)
    sheet.rect(_HEAD, y, left - _HEAD, high, fill="#eef1f3", stroke="none")
    sheet.text((_HEAD + 8.0, y + high / 2.0 + 4.0), text, SIZE, fill=plot.INK)
    sheet.line((_HEAD, y), (right, y), stroke=plot.INK, stroke_width=0.8)


def _between(sheet: Sheet, head: str, y: float, texts: Sequence[str], places: Sequence[float], *, merge: bool) -> float:
    """Texts between two stations; with ``merge`` equal neighbours share one. Upright where they would not fit."""
    cells: list[tuple[float, float, str]] = []
    for text, low, high in zip(texts, places[:-1], places[1:], strict=True):
        if merge and cells and cells[-1][2] == text:
            cells[-1] = (cells[-1][0], high, text)
        else:
            cells.append((low, high, text))
    upright = any(text_width(text, SIZE) + 6.0 > high - low for low, high, text in cells)
    tall = max(_LOW, max(text_width(text, SIZE) for *_, text in cells) + 10.0) if upright else _LOW
    _row_head(sheet, head, y, tall, places)
    for low, high, text in cells:
        middle = (low + high) / 2.0
        if upright:
            sheet.text((middle + 4.0, y + tall - 5.0), text, SIZE, upright=True, fill=plot.INK)
        else:
            sheet.text((middle, y + tall / 2.0 + 4.0), text, SIZE, anchor="middle", fill=plot.INK)
    sheet.path(
        [((x, y), (x, y + tall)) for x in (places[0], *(cell[1] for cell in cells))], stroke=plot.GREY, stroke_width=0.7
    )
    return y + tall


def _inverts(one: LongStation) -> str:
    """The invert; both where the pipe steps by a millimetre or more."""
    into, out = one.in_invert_m, one.out_invert_m
    if into is None or out is None or abs(into - out) < 0.0005:
        return _level(out if into is None else into)
    return f"{into:.3f}/{out:.3f}"


def _level(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
