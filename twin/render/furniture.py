"""What makes a picture a map: title, legend, north arrow, scale bar, of when it is, watermark. Chinese first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from twin.model.text import Title
from twin.render.extra import extra
from twin.render.fonts import font
from twin.render.legend import legend
from twin.render.look import rgb
from twin.render.scene import PictureScene
from twin.render.sheet import EDGE, PAD, Sheet, Words
from twin.render.view import View

_BAR_SHARE: Final = 0.16  # of the picture's width, that the scale bar is at most


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands on a picture beside the campus: ``at`` is the campus-local moment of the data, as text.

    ``by`` and ``made_at`` make the watermark. ``notes`` are lines at the foot.
    """

    at: str
    by: str
    made_at: str
    title: Title | None = None
    notes: tuple[Title, ...] = ()


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """``length_m`` is drawn from ``left_px`` up to ``right_px``; in perspective that holds at the target only."""

    length_m: float
    left_px: int
    right_px: int
    top_px: int
    bottom_px: int


def furnished(sheet: Sheet, scene: PictureScene, view: View, caption: Caption) -> ScaleBar:
    """Draw everything on ``sheet``; the scale bar is where it says."""
    _watermark(sheet, caption)
    _labels(sheet, scene, view)
    _heading(sheet, scene, caption)
    legend(sheet, scene)
    _north(sheet, view)
    bar = _scale(sheet, view)
    _foot(sheet, scene, caption)
    return bar


def inset(sheet: Sheet, scene: PictureScene, view: View, caption: Caption) -> ScaleBar:
    """Only what belongs on the picture of a page, whose block says the rest."""
    _watermark(sheet, caption)
    _labels(sheet, scene, view)
    _north(sheet, view)
    return _scale(sheet, view, foot=-10.0)


def nice_length_m(most_m: float) -> float:
    """The longest of 1, 2, 5, 10 … metres that is not longer than ``most_m``."""
    power = 10.0 ** math.floor(math.log10(most_m))
    return max(one * power for one in (1, 2, 5) if one * power <= most_m * (1 + 1e-9))


def length_text(length_m: float) -> str:
    return f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"


def _heading(sheet: Sheet, scene: PictureScene, caption: Caption) -> None:
    look, unit = sheet.look, sheet.unit
    lines = [Words(scene.name.zh, 32, look.text, bold=True)]
    if scene.name.en and scene.name.en != scene.name.zh:
        lines.append(Words(scene.name.en, 17, look.quiet))
    if caption.title is not None:
        lines.append(Words(f"{caption.title.zh}  {caption.title.en}", 19, look.text, bold=True))
    lines.append(Words(f"数据时刻 {caption.at}", 16, look.text))
    width, height = max(map(sheet.width, lines)), sum(map(sheet.height, lines))
    x = y = EDGE * unit
    sheet.panel(x, y, width + 2 * PAD * unit, height + 1.6 * PAD * unit)
    at = y + 0.7 * PAD * unit
    for one in lines:
        sheet.text(x + PAD * unit, at, one)
        at += sheet.height(one)
    if scene.notice is not None:
        _chip(sheet, x, y + height + 2.4 * PAD * unit, scene.notice.zh)


def _chip(sheet: Sheet, x: float, y: float, text: str) -> None:
    """A warning on a line of its own, shortened to what has room."""
    unit, look = sheet.unit, sheet.look
    words = Words(text, 14, look.warning)
    most = sheet.size_px[0] - 2 * EDGE * unit - 2 * PAD * unit
    while sheet.width(words) > most and len(words.text) > 2:
        words = Words(words.text[:-2] + "…", 14, look.warning)
    sheet.panel(
        x,
        y,
        sheet.width(words) + 2 * PAD * unit,
        sheet.height(words) + 0.8 * PAD * unit,
        colour=look.warning_ground,
        line=look.warning,
    )
    sheet.text(x + PAD * unit, y + 0.4 * PAD * unit, words)


# --- north, scale, names, foot ---


def _north(sheet: Sheet, view: View) -> None:
    unit, look = sheet.unit, sheet.look
    radius = 34 * unit
    x, y = sheet.size_px[0] - (EDGE * unit + radius), EDGE * unit + radius
    sheet.disc(x, y, radius)
    turn = math.radians(view.north_deg())

    def at(right: float, up: float) -> tuple[float, float]:
        return (
            x + (right * math.cos(turn) + up * math.sin(turn)) * radius,
            y - (up * math.cos(turn) - right * math.sin(turn)) * radius,
        )

    sheet.polygon([at(0, 0.52), at(-0.22, -0.5), at(0, -0.3)], "#e5484d")
    sheet.polygon([at(0, 0.52), at(0.22, -0.5), at(0, -0.3)], "#b3262c")
    sheet.text(*at(0, 0.74), Words("北", 13, look.text, bold=True), "mm")


def _scale(sheet: Sheet, view: View, *, foot: float = 40.0) -> ScaleBar:
    unit, look = sheet.unit, sheet.look
    metre_px = 1 / view.metres_per_pixel(sheet.size_px)
    length = nice_length_m(_BAR_SHARE * sheet.size_px[0] / metre_px)
    words = [Words(length_text(length), 16, look.text, bold=True)]
    if not view.is_plan:
        words.append(Words("透视图：在画面中心处  perspective: at the centre", 12, look.quiet))
    wide = max([length * metre_px, *map(sheet.width, words)])
    high = sum(map(sheet.height, words)) + 10 * unit
    right = round(sheet.size_px[0] - (EDGE + PAD) * unit)
    left = round(right - length * metre_px)
    top = sheet.size_px[1] - (EDGE + foot + PAD * 0.7) * unit - high
    sheet.panel(right - wide - PAD * unit, top - 0.7 * PAD * unit, wide + 2 * PAD * unit, high + 1.4 * PAD * unit)
    sheet.text((left + right) / 2, top, words[0], "ma")
    bar = round(top + sheet.height(words[0]))
    thick = max(3, round(7 * unit))
    middle = round((left + right) / 2)
    sheet.box(left, bar, right, bar + thick, look.text)
    rim = max(1, round(unit))
    sheet.box(middle, bar + rim, right - rim, bar + thick - rim, look.panel)
    if len(words) > 1:
        sheet.text(right, bar + thick + 4 * unit, words[1], "ra")
    return ScaleBar(length, left, right, bar, bar + thick)


def _labels(sheet: Sheet, scene: PictureScene, view: View) -> None:
    """Names of buildings, nearest first; one that would cover another is left out."""
    if not scene.labels:
        return
    pixels, ahead = view.project(np.array([one.position for one in scene.labels]), sheet.size_px)
    taken: list[tuple[float, float, float, float]] = []
    for row in np.argsort(ahead):
        if ahead[row] <= 0 or not np.isfinite(pixels[row]).all():
            continue
        words = Words(scene.labels[row].text, 15, sheet.look.text)
        half, high = sheet.width(words) / 2 + 7 * sheet.unit, sheet.height(words) + 4 * sheet.unit
        x, y = float(pixels[row][0]), float(pixels[row][1]) - high - (0 if view.is_plan else 6 * sheet.unit)
        if view.is_plan:
            y += high / 2
        box = (x - half, y, x + half, y + high)
        inside = min(box[:2]) > 0 and box[2] < sheet.size_px[0] and box[3] < sheet.size_px[1]
        if not inside or any(a < box[2] and box[0] < c and b < box[3] and box[1] < d for a, b, c, d in taken):
            continue
        taken.append(box)
        sheet.panel(box[0], box[1], 2 * half, high)
        sheet.text(x, y + high / 2, words, "mm")


def _foot(sheet: Sheet, scene: PictureScene, caption: Caption) -> None:
    unit, look = sheet.unit, sheet.look
    said = [f"坐标系 {scene.crs}", f"高程基准 {scene.vertical_datum}", f"第 {scene.generation} 版"]
    said += [one.zh for one in caption.notes]
    said += underground_said(scene)
    words = Words("  ·  ".join(said), 14, look.text)
    while sheet.width(words) > sheet.size_px[0] - 2 * (EDGE + PAD) * unit and words.size > 8:
        words = Words(words.text, words.size - 1, look.text)
    height = 30 * unit
    x, y = EDGE * unit, sheet.size_px[1] - EDGE * unit - height + 4 * unit
    sheet.panel(x, y, sheet.size_px[0] - 2 * x, height)
    sheet.text(x + PAD * unit, y + height / 2, words, "lm")


def underground_said(scene: PictureScene) -> list[str]:
    """What the picture says of layers underground: that they are left out, or that they are exact."""
    if scene.withheld:
        return [f"地下图层位置不公开，未显示：{'、'.join(one.zh for one in scene.withheld.values())}"]
    return ["含地下管线准确位置，注意保密"] if scene.exact else []


def _watermark(sheet: Sheet, caption: Caption) -> None:
    """Who made it and when, slanting over the whole, faint."""
    image, drawing = extra("PIL.Image"), extra("PIL.ImageDraw")
    text = f"{caption.by}  {caption.made_at}"
    face = font(max(10, round(20 * sheet.unit)))
    width, height = round(face.getlength(text)) + 4, round(30 * sheet.unit) + 4
    tile = image.new("RGBA", (width, height), (*rgb(sheet.look.mark), 0))
    drawing.Draw(tile).text((2, 2), text, (*rgb(sheet.look.mark), sheet.look.mark_alpha), face)
    tile = tile.rotate(24, expand=True, resample=image.Resampling.BICUBIC)
    across, down = round(tile.width * 1.25), round(tile.height * 1.7)
    for row, y in enumerate(range(-tile.height // 2, sheet.size_px[1], down)):
        for x in range(-tile.width + (row % 2) * across // 2, sheet.size_px[0], across):
            sheet.behind(x, y, tile)
