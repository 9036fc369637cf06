"""Sheets of paper and the scales of plans, from ``papers.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from twin.errors import UnknownPaperError
from twin.render.view import Size

DPI: Final = 300


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet lying on its long side, in millimetres: the frame is ``binding_mm`` from the left, else ``edge_mm``."""

    name: str
    width_mm: float
    height_mm: float
    binding_mm: float
    edge_mm: float
    column_mm: float
    text_mm: float

    @property
    def size_px(self) -> Size:
        """The whole sheet."""
        return pixels(self.width_mm), pixels(self.height_mm)

    @property
    def frame_px(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the frame."""
        edge = pixels(self.edge_mm)
        return pixels(self.binding_mm), edge, self.size_px[0] - edge, self.size_px[1] - edge

    @property
    def picture_px(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the picture: the frame but for the column."""
        left, top, right, bottom = self.frame_px
        return left, top, right - pixels(self.column_mm), bottom


def pixels(length_mm: float) -> int:
    """Millimetres on paper as dots."""
    return round(length_mm / 25.4 * DPI)


def paper_named(name: str) -> Paper:
    """``A4``, ``A3``, ``A2``. Raises UnknownPaperError."""
    sheets: dict[str, Any] = _said()["sheets"]
    if name not in sheets:
        raise UnknownPaperError(paper=name, known=", ".join(sheets))
    return Paper(name, **sheets[name])


def scale_for(wanted: float) -> int:
    """The largest round scale, as its denominator, that is not larger than 1:``wanted``."""
    scales: list[int] = _said()["scales"]
    return next((one for one in scales if one >= wanted), scales[-1])


@cache
def _said() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("papers.toml").read_text(encoding="utf-8"))
