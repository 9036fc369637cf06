"""The few SVG 1.1 elements that drawings need. Every text is escaped here and nowhere else."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape, quoteattr

FONTS: Final = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
UNITS_PER_MM: Final = 4.0  # so that 1 unit is a pixel on a screen and 14 units are 3.5 mm of lettering

Point = tuple[float, float]


def text_width(text: str, size: float) -> float:
    """About how wide ``text`` is drawn: a Chinese character is as wide as high, a Latin one somewhat over half."""
    return size * sum(1.0 if unicodedata.east_asian_width(one) in "WF" else 0.58 for one in text)


@dataclass(slots=True)
class Sheet:
    """Elements in drawing order; units of ``UNITS_PER_MM``, y down."""

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def line(self, a: Point, b: Point, **style: object) -> None:
        self._add("line", x1=_n(a[0]), y1=_n(a[1]), x2=_n(b[0]), y2=_n(b[1]), **style)

    def polyline(self, points: Iterable[Point], **style: object) -> None:
        self._add("polyline", points=_points(points), **{"fill": "none", **style})

    def polygon(self, points: Iterable[Point], **style: object) -> None:
        self._add("polygon", points=_points(points), **style)

    def rect(self, x: float, y: float, width: float, height: float, **style: object) -> None:
        self._add("rect", x=_n(x), y=_n(y), width=_n(max(width, 0.0)), height=_n(max(height, 0.0)), **style)

    def ellipse(self, centre: Point, rx: float, ry: float, **style: object) -> None:
        self._add("ellipse", cx=_n(centre[0]), cy=_n(centre[1]), rx=_n(rx), ry=_n(ry), **style)

    def path(self, strokes: Sequence[tuple[Point, Point]], **style: object) -> None:
        """Many short strokes as one element."""
        d = "".join(f"M{_n(a[0])} {_n(a[1])}L{_n(b[0])} {_n(b[1])}" for a, b in strokes)
        if d:
            self._add("path", d=d, **{"fill": "none", **style})

    def text(
        self, at: Point, text: str, size: float, *, anchor: str = "start", upright: bool = False, **style: object
    ) -> None:
        """``upright``: written upwards, turned by a quarter."""
        turn = {"transform": f"rotate(-90 {_n(at[0])} {_n(at[1])})"} if upright else {}
        attributes = _attributes(
            {"x": _n(at[0]), "y": _n(at[1]), "font-size": _n(size), "text-anchor": anchor, **turn, **style}
        )
        self.parts.append(f"<text{attributes}>{escape(_printable(text))}</text>")

    def document(self, title: str) -> str:
        """The whole drawing as a self-contained SVG 1.1 text, sized for paper, background white."""
        size = f'width="{_n(self.width / UNITS_PER_MM)}mm" height="{_n(self.height / UNITS_PER_MM)}mm"'
        box = f'viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        fonts = quoteattr(FONTS)
        return "".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" {size} {box} font-family={fonts}>',
                f"<title>{escape(_printable(title))}</title>",
                f'<rect x="0" y="0" width="{_n(self.width)}" height="{_n(self.height)}" fill="#ffffff"/>',
                *self.parts,
                "</svg>",
            ]
        )

    def _add(self, tag: str, **attributes: object) -> None:
        self.parts.append(f"<{tag}{_attributes(attributes)}/>")


def _attributes(values: dict[str, object]) -> str:
    return "".join(f" {name.replace('_', '-')}={quoteattr(str(value))}" for name, value in values.items())


def _printable(text: str) -> str:
    """Without the control characters that no XML may hold."""
    return "".join(one for one in text if unicodedata.category(one)[0] != "C")


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
