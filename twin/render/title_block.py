"""The column beside the picture of a sheet: legend and remarks above, the title block (图签) at its foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from twin.render.furniture import Caption, underground_said
from twin.render.legend import draw_legend, legend_lines
from twin.render.paper import Paper, pixels
from twin.render.scene import PictureScene
from twin.render.sheet import PAD, Sheet, Words

_LABEL_SHARE: Final = 0.36  # of the column's width
_LINE_MM: Final = 0.25
_ROW: Final = 1.75  # times the height of a letter
_MOST_LINES: Final = 4  # of a value


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the title block."""

    label: str
    value: str
    strong: bool = False


def draw_block(sheet: Sheet, paper: Paper, rows: Sequence[Row]) -> float:
    """Draw ``rows`` so that the last ends at the frame; gives the y where the first begins."""
    left, right, below = paper.picture_px[2], paper.frame_px[2], paper.frame_px[3]
    pad, middle = 5 * sheet.unit, left + (right - left) * _LABEL_SHARE
    ink, thin = sheet.look.text, pixels(_LINE_MM)
    values = [
        sheet.wrapped(Words(one.value, 15 if one.strong else 13, ink, one.strong), right - middle - 2 * pad)
        for one in rows
    ]
    heights = [
        sum(map(sheet.height, lines[:_MOST_LINES])) + (_ROW - 1.32) * 13 * sheet.unit * (1.6 if row.strong else 1)
        for row, lines in zip(rows, values, strict=True)
    ]
    y = first = below - sum(heights)
    for row, lines, high in zip(rows, values, heights, strict=True):
        sheet.line(left, y, right, y, ink, thin)
        sheet.text(left + pad, y + high / 2, Words(row.label, 11, sheet.look.quiet), "lm")
        at = y + (high - sum(map(sheet.height, lines[:_MOST_LINES]))) / 2
        for line in lines[:_MOST_LINES]:
            sheet.text(middle + pad, at + sheet.height(line) / 2, line, "lm")
            at += sheet.height(line)
        y += high
    sheet.line(middle, first, middle, below, ink, thin)
    return first


def draw_column(sheet: Sheet, paper: Paper, scene: PictureScene, caption: Caption, foot: float) -> None:
    """Legend from the top of the column, remarks above ``foot``."""
    left, right, above = paper.picture_px[2], paper.frame_px[2], paper.frame_px[1]
    width, pad = right - left, PAD * sheet.unit
    remarks = _remarks(sheet, scene, caption, width - 2 * pad)
    high = sum(map(sheet.height, remarks)) + pad
    at = foot - high
    for one in remarks:
        sheet.text(left + pad, at, one)
        at += sheet.height(one)
    line = sheet.height(Words("", 14, ""))
    lines = legend_lines(sheet, scene, max(4, int((foot - high - above - 2 * pad) / line)))
    draw_legend(sheet, lines, left, above + 0.4 * pad, width)


def _remarks(sheet: Sheet, scene: PictureScene, caption: Caption, width: float) -> list[Words]:
    look = sheet.look
    said = [(one, look.warning) for one in ([scene.notice.zh] if scene.notice else [])]
    said += [(one, look.warning) for one in underground_said(scene)]
    said += [(f"{one.zh} {one.en}", look.text) for one in caption.notes]
    if not said:
        return []
    head = Words("说明  Remarks", 14, look.text, bold=True)
    numbered = [(f"{number}. {text}", colour) for number, (text, colour) in enumerate(said, start=1)]
    return [head, *(line for text, colour in numbered for line in sheet.wrapped(Words(text, 12, colour), width))]
