"""Sections as drawings: a self-contained SVG 1.1 text for reports and screens, light, to scale, printable."""

from __future__ import annotations

from collections.abc import Mapping

from twin.analysis.sections.cross import CrossSection
from twin.analysis.sections.drawing_cross import cross_svg
from twin.analysis.sections.drawing_long import long_svg
from twin.analysis.sections.drawing_words import PipeStyle
from twin.analysis.sections.long import LongSection


def section_svg(
    section: CrossSection | LongSection,
    language: str = "zh",
    *,
    styles: Mapping[str, PipeStyle] | None = None,
    title: str | None = None,
    frame: str | None = None,
) -> str:
    """The drawing of a section, ``language`` zh or en.

    ``styles``: layer id -> standard colour and title. ``title``: else 横断面图 or 纵断面图. ``frame``: a line that says
    what coordinates and heights refer to (CGCS2000 / 3-degree GK CM 120E, 1985 国家高程基准). No scripts, no links, no
    fonts of its own; texts from files are escaped. Size in mm on paper: scales hold when it is printed at 100 %.
    """
    given = dict(styles or {})
    if isinstance(section, LongSection):
        return long_svg(section, given, language, title, frame)
    return cross_svg(section, given, language, title, frame)
