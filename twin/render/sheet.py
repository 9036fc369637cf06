"""A transparent sheet over the render: panels, text, swatches, all sizes in points of a picture 1080 pixels high."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from twin.render.extra import extra
from twin.render.fonts import font
from twin.render.look import Look, rgb
from twin.render.view import Size

Point = tuple[float, float]
EDGE: Final = 26.0  # points from the edge of the picture
PAD: Final = 14.0  # of a panel
_LEAST_TEXT_PX: Final = 9


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text: ``size`` in points, ``colour`` #rrggbb."""

    text: str
    size: float
    colour: str
    bold: bool = False


class Sheet:
    """Draws in pixels; ``unit`` is how many of them a point has."""

    def __init__(self, size_px: Size, look: Look, unit: float | None = None) -> None:
        self.size_px, self.look = size_px, look
        self.unit = unit or min(size_px[0] / 1920, size_px[1] / 1080)
        self.image = extra("PIL.Image").new("RGBA", size_px, (0, 0, 0, 0))
        self._draw = extra("PIL.ImageDraw").Draw(self.image)

    def width(self, words: Words) -> float:
        """Of a line, in pixels."""
        return float(self._font(words).getlength(words.text))

    def height(self, words: Words) -> float:
        return self._font_px(words) * 1.32

    def panel(self, x: float, y: float, width: float, height: float, *, colour: str = "", line: str = "") -> None:
        """A rounded box, as solid as the style's panels."""
        fill = (*rgb(colour or self.look.panel), round(255 * self.look.panel_alpha))
        box = (round(x), round(y), round(x + width), round(y + height))
        edge = (*rgb(line), 255) if line else None
        self._draw.rounded_rectangle(box, 7 * self.unit, fill=fill, outline=edge, width=max(1, round(self.unit)))

    def text(self, x: float, y: float, words: Words, anchor: str = "la") -> None:
        self._draw.text((round(x), round(y)), words.text, (*rgb(words.colour), 255), self._font(words), anchor)

    def wrapped(self, words: Words, width: float) -> list[Words]:
        """Lines no wider than ``width``, broken anywhere, as Chinese is; better at a blank."""
        lines, line = [], ""
        for one in words.text:
            if line and self.width(replace(words, text=line + one)) > width:
                head, blank, tail = line.rpartition(" ") if one.isascii() and one != " " else (line, "", "")
                lines.append(head if blank and head else line)
                line = tail if blank and head else ""
            line += one
        return [replace(words, text=text.strip()) for text in [*lines, line]]

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: str, wide: float) -> None:
        """``wide`` pixels, centred."""
        ends = (round(x0), round(y0), round(x1), round(y1))
        self._draw.line(ends, (*rgb(colour), 255), max(1, round(wide)))

    def swatch(self, x: float, y: float, side: float, colour: str) -> None:
        box = (round(x), round(y), round(x + side), round(y + side))
        self._draw.rounded_rectangle(box, side / 5, fill=(*rgb(colour), 255), outline=(*rgb(self.look.line), 255))

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: str) -> None:
        """A filled box whose edges are pixels: x0 up to, not with, x1."""
        self._draw.rectangle((round(x0), round(y0), round(x1) - 1, round(y1) - 1), fill=(*rgb(colour), 255))

    def polygon(self, points: list[Point], colour: str) -> None:
        self._draw.polygon(points, fill=(*rgb(colour), 255))

    def disc(self, x: float, y: float, radius: float) -> None:
        fill = (*rgb(self.look.panel), round(255 * self.look.panel_alpha))
        box = (x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, fill=fill, outline=(*rgb(self.look.line), 255), width=max(1, round(self.unit)))

    def behind(self, x: int, y: int, picture: Any) -> None:
        """Another transparent picture, which what is drawn later covers."""
        self.image.alpha_composite(picture, (max(0, x), max(0, y)), (max(0, -x), max(0, -y)))

    def _font_px(self, words: Words) -> int:
        return max(_LEAST_TEXT_PX, round(words.size * self.unit))

    def _font(self, words: Words) -> Any:
        return font(self._font_px(words), bold=words.bold)
