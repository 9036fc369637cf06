"""What a campus answers about the ground: sections, clearance, cover, what a dig meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twin.analysis.sections.clearance import ClearanceReport, check_clearance
from twin.analysis.sections.cover import CoverReport, check_cover
from twin.analysis.sections.cross import cross_section
from twin.analysis.sections.dig import HAND_DIG_M, DigCheck, check_dig
from twin.analysis.sections.limits import Limits
from twin.analysis.sections.tubes import Tubes, tubes
from twin.errors import NoGroundHereError
from twin.notebook.drawn import DrawnCross
from twin.notebook.kept import BUILDINGS, Kept
from twin.notebook.places import line_of, place_of
from twin.notebook.source import Source


class Underground:
    """The part of a ``Campus`` that asks what lies under the ground. Pipes must be told exactly (``twin.connect``)."""

    _source: Source
    _kept: Kept

    def section(self, line: Any, *, half_width_m: float = 0.0, layers: Sequence[str] | None = None) -> DrawnCross:
        """Cross section (横断面): terrain, pipes, shafts and buildings that ``line`` cuts. Shows its drawing.

        ``line``: [(x, y), (x, y) …] or a shapely line in the campus CRS, a frame with its CRS, a feature_id.
        ``half_width_m``: pipes beside the line as far as this are shown as well. ``layers``: default all of pipes.
        Gives ``pipes`` (chainage_m, crown_m, invert_m, cover_m, owner …), ``nodes``, ``buildings``, ``terrain``;
        ``svg("en")`` and ``save(path)`` the drawing, ``campus.frame(section)`` a table. Metres, campus datum.

        Raises NoGroundHereError where there is neither ground nor anything else, SectionLineError, BadPlaceError,
        MaskedPositionsError. Method and limits: docs/analyses/section.md.
        """
        along = line_of(line, self._source)
        found = cross_section(
            along,
            self._kept.networks(layers),
            self._kept.ground(),
            buildings=self._kept.table_or_none(BUILDINGS),
            half_width_m=half_width_m,
        )
        known = (found.terrain.elevation_m == found.terrain.elevation_m).any()  # not NaN
        if not (known or found.pipes or found.nodes or found.buildings):
            raise NoGroundHereError(x=float(found.line.xy[0, 0]), y=float(found.line.xy[0, 1]))
        return DrawnCross.of(found, frame_of(self._source))

    def clearance(self, layers: Sequence[str] | None = None, *, limits: Limits | None = None) -> ClearanceReport:
        """Pipes that come nearer to each other than they may, or are in one another, the most dangerous first.

        ``layers``: default all of pipes. ``limits``: default those shipped, which are unverified (``Limits.from_toml``
        reads yours). Gives ``findings`` (clearance_m, limit_m, clash, within_uncertainty, x, y, z …) and counts;
        ``campus.frame(report)`` has a point a finding. Raises UnknownLayerError, MaskedPositionsError.
        Method and limits: docs/analyses/clearance.md.
        """
        return check_clearance(self._kept.networks(layers), limits)

    def cover(self, layers: Sequence[str] | None = None, *, limits: Limits | None = None) -> CoverReport:
        """How much ground lies over each pipe at its shallowest, and where it is less than asked.

        Gives ``links``, the worst first (cover_m, limit_m, verdict …), ``findings``, ``counts``;
        ``campus.frame(report)`` has a point a link. Raises UnknownLayerError, MaskedPositionsError.
        Method and limits (unverified): docs/analyses/clearance.md.
        """
        return check_cover(self._kept.networks(layers), self._kept.ground(), limits)

    def possible_positions(self, layers: Sequence[str] | None = None) -> Tubes:
        """The tube within which each pipe lies: its section and k standard deviations of the survey around it.

        ``layers``: default all of pipes. Gives ``pipes`` (straight parts in campus metres), ``half_plan_m``,
        ``half_depth_m``, ``by_class``, ``k``. Raises UnknownLayerError, MaskedPositionsError. Method and limits
        (unverified): docs/analyses/dig.md.
        """
        return tubes(self._kept.networks(layers), self._kept.ground())

    def check_dig(
        self,
        area: Any,
        depth_m: float | None = None,
        *,
        bottom_level_m: float | None = None,
        side_slope: float = 0.0,
        near_m: float = HAND_DIG_M,
        phones: Mapping[str, str] | None = None,
    ) -> DigCheck:
        """What digging here would hit, might hit given the survey's uncertainty, or come near to; how much earth; whom
        to ask first. It does not replace the permit of the owners.

        ``area``: the bottom's outline, as ``within`` takes it (a shapely polygon in the campus CRS, a frame with its
        CRS, a feature_id). Dug ``depth_m`` below the ground everywhere, or level at ``bottom_level_m``.
        ``side_slope``: metres that sides lean out a metre of height. ``near_m``: where only hands may dig.
        ``phones``: owner or staff_id -> number. Gives ``things`` (verdict hit, possible, near), ``earth`` (volume_m3),
        ``contacts``, ``counts()``; ``campus.frame(check)`` has a point a thing.

        Raises DigAreaError, DigDepthError, BadPlaceError, MaskedPositionsError. Method and limits:
        docs/analyses/dig.md.
        """
        return check_dig(
            place_of(area, self._source),
            self._kept.networks(None),
            self._kept.ground(),
            depth_m=depth_m,
            bottom_level_m=bottom_level_m,
            side_slope=side_slope,
            near_m=near_m,
            buildings=self._kept.table_or_none(BUILDINGS),
            devices=self._kept.table_or_none("devices"),
            zones=self._kept.table_or_none("zones"),
            relations=self._source.sql("SELECT * FROM relations", None),
            staff=self._kept.table_or_none("staff"),
            phones=phones,
        )


def frame_of(source: Source) -> str:
    """What coordinates and heights of a drawing refer to."""
    return f"{source.crs}　{source.vertical_datum}"
