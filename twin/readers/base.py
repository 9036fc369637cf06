"""The contract of a reader: a source goes in, Arrow batches, rasters and meshes come out, counted.

Readers of foreign files run in a limited child process (``sandbox.py``), so everything they produce is files in
a folder, and everything they are told is in ``Source``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from twin.crs import CampusFrame, Georeference, Similarity, check_datum, decide_crs, horizontal, parse_crs
from twin.crs.control_checks import Residuals, misfit
from twin.crs.datum_shift import DatumShift, DatumStep, datum_step
from twin.crs.helmert import TOLERANCE_M, ControlPoint, control_points_fit
from twin.errors import BadPlacementError, PlacementBeforeShiftError
from twin.model.finding import CellChange, RowRemark

if TYPE_CHECKING:
    from twin.readers.options import Options
    from twin.readers.writer import BatchWriter


class SkipReason(StrEnum):
    """Why a found thing is not in the twin. A closed list: a new reason is a decision, not a string."""

    BLANK_ROW = "blank_row"
    NO_KEY = "no_key"
    NO_GEOMETRY = "no_geometry"
    EMPTY_GEOMETRY = "empty_geometry"
    INVALID_GEOMETRY = "invalid_geometry"  # and could not be made valid
    UNSUPPORTED_GEOMETRY = "unsupported_geometry"
    BAD_COORDINATES = "bad_coordinates"  # missing, not a number, or outside the CRS
    BAD_VALUE = "bad_value"
    DUPLICATE = "duplicate"
    DANGLING = "dangling"  # refers to something that is not there
    NOT_SELECTED = "not_selected"  # campus.toml asked for less
    NODATA = "nodata"
    UNSUPPORTED_OBJECT = "unsupported_object"


@dataclass(slots=True)
class ReadReport:
    """found = kept + skipped, with reasons. ``meshed`` counts kept things that have triangles of their own.

    ``notes`` are single lines for people: where, what, what to do. ``remarks``: what is said of single rows, for the
    inspection.
    """

    found: int = 0
    kept: int = 0
    meshed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    remarks: list[RowRemark] = field(default_factory=list)

    MAX_NOTES: ClassVar[int] = 200

    def skip(self, reason: SkipReason, count: int = 1, note: str | None = None) -> None:
        """Count ``count`` things as skipped and say where, as long as there is room."""
        if count:
            self.skipped[reason.value] += count
            if note is not None:
                self.note(note)

    def note(self, text: str) -> None:
        if len(self.notes) < self.MAX_NOTES:
            self.notes.append(text)
        elif len(self.notes) == self.MAX_NOTES:
            self.notes.append("…")

    def check(self) -> None:
        """Raise when something was lost: a reader that miscounts is a defect, not a warning."""
        if self.found != self.kept + sum(self.skipped.values()):
            raise AssertionError(f"found {self.found} != kept {self.kept} + skipped {dict(self.skipped)}")

    def to_dict(self) -> dict[str, Any]:
        return {
            "found": self.found,
            "kept": self.kept,
            "meshed": self.meshed,
            "skipped": dict(self.skipped),
            "notes": self.notes,
        }


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a source without coordinates of its own stands: one point and a turn, or ≥2 control points."""

    start: tuple[float, ...] = (0.0, 0.0, 0.0)
    end: tuple[float, ...] | None = None
    rotation_deg: float = 0.0
    scale: float = 1.0
    control_points: tuple[ControlPoint, ...] = ()
    free_scale: bool = False
    crs: str | None = None  # the plane CRS that the start coordinates are in; None: the source's own
    tolerance_m: float = TOLERANCE_M

    def similarity(self, path: Path) -> tuple[str, Similarity]:
        """``control_points`` or ``placement``, and the similarity in metres."""
        if self.control_points:
            start = np.array([one.start for one in self.control_points], dtype=float)
            end = np.array([one.end for one in self.control_points], dtype=float)
            fitted = control_points_fit(start, end, free_scale=self.free_scale, path=path)
            if fitted.worst_m() > self.tolerance_m:
                found = Residuals(fitted.residuals_m, fitted.height_residuals_m)
                misfit(found, fitted.suspects, self.tolerance_m, path, "placement")
            return "control_points", fitted
        if self.end is None:
            raise BadPlacementError(path=path, detail="neither 'to' nor control_points is given")
        return "placement", Similarity.between(self.start, self.end, self.rotation_deg, self.scale)


def _counts_metres(crs: str, path: Path) -> bool:
    parsed = parse_crs(crs, path)
    return parsed is None or all(one.unit_conversion_factor == 1.0 for one in horizontal(parsed).axis_info)


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of campus.toml, resolved. Nothing here was guessed."""

    key: str
    path: Path
    campus: CampusFrame
    layer: str | None = None
    crs: str | None = None
    crs_override: bool = False
    vertical_datum: str | None = None
    height_offset_m: float | None = None
    placement: Placement | None = None
    datum_shift: DatumShift | None = None
    key_column: str | None = None
    engine: str = "auto"  # IFC geometry: auto | exact
    timezone: str = "Asia/Shanghai"  # of times that name no offset
    options: dict[str, Any] = field(default_factory=dict)
    changes: tuple[CellChange, ...] = ()  # cells that accepted patches change before they are read

    def georeference(
        self,
        declared_crs: str | None,
        *,
        heights: bool,
        declared_datum: str | None = None,
        unit_m: float = 1.0,
        vertical_unit_m: float | None = None,
    ) -> Georeference:
        """The way from the file's coordinates to the campus, by the decision tables of ``twin.crs``.

        ``declared_crs`` and ``declared_datum`` are what the file itself says (None: nothing). A placement in
        campus.toml is applied after the CRS change when PROJ can make one, otherwise instead of it; a datum shift takes
        the CRS that is decided, or that a placement leads to, to the campus.
        """
        crs = decide_crs(self.path, declared_crs, self.crs, override=self.crs_override)
        datum = self.vertical_datum or declared_datum
        offset = check_datum(
            self.path,
            datum,
            self.campus.vertical_datum,
            self.height_offset_m,
            has_heights=heights and self.placement is None,
        )
        step = self.datum_step(crs)
        method, similarity = ("crs" if step is None else "datum_shift", Similarity())
        if self.placement is not None:
            method, similarity = self.placement.similarity(self.path)
        return Georeference(
            method=method,
            crs=crs,
            campus=self.campus,
            path=str(self.path),
            unit_m=unit_m,
            similarity=similarity,
            height_offset_m=offset,
            vertical_unit_m=vertical_unit_m,
            plane_crs=self.placement.crs if self.placement else None,
            datum_step=step,
            similarity_first=step is not None,
        )

    def datum_step(self, crs: str) -> DatumStep | None:
        """The shift from ``crs`` to the campus, where campus.toml states one."""
        if self.datum_shift is None:
            return None
        if self.placement is not None and not _counts_metres(crs, self.path):
            raise PlacementBeforeShiftError(path=self.path, crs=crs)
        if self.placement is not None and self.placement.crs is not None:
            detail = "beside datum_shift it leads to the crs of the source; take placement.crs out"
            raise BadPlacementError(path=self.path, detail=detail)
        return datum_step(self.datum_shift, crs, self.campus.crs, str(self.path))


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a look at a file tells ``twin init``, without reading all of it.

    ``layers`` it would feed (empty: a person must say), the CRS and datum it declares, whether it has heights,
    whether it needs a placement, and the other files that belong to it.
    """

    layers: tuple[str, ...] = ()
    crs: str | None = None
    vertical_datum: str | None = None
    has_heights: bool = False
    needs_crs: bool = True
    needs_layer: bool = True  # False: feeds relations or registers, or decides layers thing by thing
    buildings: int = 0  # how many buildings a model holds
    degrees: bool = False  # coordinates are longitude and latitude, so that the campus CRS cannot be theirs
    unplaced: bool = False
    count: int | None = None
    options: dict[str, Any] = field(default_factory=dict)  # to be written into campus.toml
    notes: tuple[str, ...] = ()
    table: str = ""  # which table of its file this is about, where that holds several
    tables: tuple[Inspection, ...] = ()  # a file of several tables: one source each

    @staticmethod
    def from_dict(seen: Mapping[str, Any]) -> Inspection:
        """From ``dataclasses.asdict``, by way of JSON."""
        tables = tuple(Inspection.from_dict(one) for one in seen["tables"])
        return Inspection(**{**seen, "layers": tuple(seen["layers"]), "notes": tuple(seen["notes"]), "tables": tables})


class Reader(Protocol):
    """Turn one file format into batches of features, in campus units.

    ``name`` stands in campus.toml and in every row; ``version`` changes whenever the same file would be read
    differently, so that cached results are read again; ``suffixes`` are for messages and file dialogs; ``options``
    is what campus.toml may say to it (``options.py``).
    """

    name: ClassVar[str]
    version: ClassVar[int]
    suffixes: ClassVar[tuple[str, ...]]
    options: ClassVar[Options]

    def supports(self, path: Path) -> bool:
        """Say whether this reader takes ``path``, by suffix and first bytes, in time independent of file size."""

    def companions(self, path: Path) -> list[Path]:
        """Files read along with ``path`` (a shapefile's .dbf, a line table beside a point table), itself excluded."""

    def inspect(self, path: Path) -> Inspection:
        """Look at the file for ``twin init``: what it is, what it says, what is missing."""

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        """Write features, rasters and meshes; count what was found, kept, skipped and why."""
