"""Sections that show their drawing in a notebook."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import cast

from layers import registry
from twin.analysis.sections.cross import CrossSection
from twin.analysis.sections.drawing import section_svg
from twin.analysis.sections.drawing_words import PipeStyle
from twin.analysis.sections.long import LongSection


class _Drawn:
    """A drawing to scale, SVG 1.1 without scripts; colours and titles of the layers."""

    __slots__ = ()

    def svg(self, language: str = "zh", *, title: str | None = None) -> str:
        """The drawing as text, ``language`` zh or en; printed at 100 % its scales hold."""
        section = cast("DrawnCross | DrawnLong", self)
        styles = {
            one.id: PipeStyle(one.standard_colour or one.colour, one.title.en if language == "en" else one.title.zh)
            for one in registry().values()
        }
        return section_svg(section, language, styles=styles, title=title, frame=section.frame)

    def save(self, path: str | Path, language: str = "zh", *, title: str | None = None) -> Path:
        """Write the drawing to an .svg file, and give its path."""
        written = Path(path)
        written.write_text(self.svg(language, title=title), encoding="utf-8")
        return written

    def _repr_svg_(self) -> str:
        return self.svg()


@dataclass(frozen=True, slots=True, repr=False)
class DrawnCross(_Drawn, CrossSection):
    """A cross section with its drawing. ``frame``: what coordinates and heights refer to."""

    frame: str

    @staticmethod
    def of(found: CrossSection, frame: str) -> DrawnCross:
        return DrawnCross(**{one.name: getattr(found, one.name) for one in fields(found)}, frame=frame)

    def __repr__(self) -> str:
        return f"<section of {self.line.length_m:.1f} m: {len(self.pipes)} pipes, {len(self.nodes)} nodes>"


@dataclass(frozen=True, slots=True, repr=False)
class DrawnLong(_Drawn, LongSection):
    """A long section with its drawing. ``frame``: what coordinates and heights refer to."""

    frame: str

    @staticmethod
    def of(found: LongSection, frame: str) -> DrawnLong:
        return DrawnLong(**{one.name: getattr(found, one.name) for one in fields(found)}, frame=frame)

    def __repr__(self) -> str:
        return f"<long section of {self.line.length_m:.1f} m: {len(self.links)} links of {self.layer_id}>"
