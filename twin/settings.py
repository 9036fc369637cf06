"""``campus.toml``: written by ``twin init``, edited by people, checked with one message a mistake.

It holds what cannot be found out from the files: names, CRS, datum, which reader and layer a source goes to, and
where unplaced things stand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from twin.config_file import Parsed, parse, spoken
from twin.crs import CampusFrame, require_projected_metres
from twin.crs.datum_shift import DatumShift
from twin.crs.helmert import TOLERANCE_M, ControlPoint, Convention, SevenParameters
from twin.errors import CampusTomlError, NotACampusError, TwinError
from twin.mistakes import Mistake, wrong
from twin.readers.base import Placement, Source
from twin.toml_lines import line_of

FILE_NAME = "campus.toml"
SCHEMA_VERSION = 1
REGISTER_READER = "register"  # its sources make no features: they are taken up without a build
TILESET_READER = "tiles3d"

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
ModelRef = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}(:.+)?$")]
Coordinates = Annotated[tuple[float, ...], Field(min_length=2, max_length=3)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Names(_Strict):
    zh: str
    en: str


class ControlPointSettings(_Strict):
    start: Coordinates = Field(alias="from")
    end: Coordinates = Field(alias="to")

    def point(self) -> ControlPoint:
        return ControlPoint(self.start, self.end)


class PlacementSettings(_Strict):
    """Either ``to`` (with ``from`` and ``rotation_deg``, counter-clockwise) or ``control_points``."""

    start: Coordinates = Field(default=(0.0, 0.0, 0.0), alias="from")
    end: Coordinates | None = Field(default=None, alias="to")
    rotation_deg: float = 0.0
    scale: float = Field(default=1.0, gt=0)
    control_points: tuple[ControlPointSettings, ...] = ()
    free_scale: bool = False
    crs: str | None = None  # the plane CRS of the ``from`` coordinates; default: the source's own
    tolerance_m: float = Field(default=TOLERANCE_M, gt=0)  # how far a control point may lie off

    @model_validator(mode="after")
    def _one_way(self) -> PlacementSettings:
        if bool(self.control_points) == (self.end is not None):
            raise ValueError("give either 'to' or 'control_points'")
        if self.control_points and len(self.control_points) < 2:
            raise ValueError("at least two control points are needed")
        return self

    def placement(self) -> Placement:
        points = tuple(one.point() for one in self.control_points)
        return Placement(
            self.start, self.end, self.rotation_deg, self.scale, points, self.free_scale, self.crs, self.tolerance_m
        )


class SevenParametersSettings(_Strict):
    """As the document of the surveying bureau has them, in its direction and convention: nothing has a default."""

    dx_m: float
    dy_m: float
    dz_m: float
    rx_arcsec: float
    ry_arcsec: float
    rz_arcsec: float
    scale_ppm: float
    convention: Convention

    def parameters(self) -> SevenParameters:
        turns = (self.rx_arcsec, self.ry_arcsec, self.rz_arcsec)
        return SevenParameters(self.dx_m, self.dy_m, self.dz_m, *turns, self.scale_ppm, self.convention)


class DatumShiftSettings(_Strict):
    """``parameters`` or ``control_points``; points beside parameters check them."""

    parameters: SevenParametersSettings | None = None
    control_points: tuple[ControlPointSettings, ...] = ()
    to_crs: str | None = None  # what they lead to; default: the CRS of the campus
    height_m: float | None = None  # at which the plan is moved; default: the mean of the control points
    tolerance_m: float = Field(default=TOLERANCE_M, gt=0)  # how far a control point may lie off

    @model_validator(mode="after")
    def _complete(self) -> DatumShiftSettings:
        points = self.control_points
        if self.parameters is None and len(points) < 3:
            raise ValueError("give 'parameters', or at least three 'control_points' (four, to tell which one is wrong)")
        if not points and self.height_m is None:
            raise ValueError("beside 'parameters' give 'height_m', the height of the site to some 30 m")
        flat = [n for n, one in enumerate(points, 1) if min(len(one.start), len(one.end)) < 3]
        if flat:
            raise ValueError(f"control point {flat[0]} needs its height: from = [x, y, height], to = [E, N, height]")
        return self

    def shift(self) -> DatumShift:
        given = None if self.parameters is None else self.parameters.parameters()
        points = tuple(one.point() for one in self.control_points)
        return DatumShift(given, points, self.to_crs, self.height_m, self.tolerance_m)


class SourceSettings(_Strict):
    """One ``[[sources]]`` entry."""

    key: Key
    path: str
    reader: str
    layer: str | None = None
    crs: str | None = None
    crs_override: bool = False
    vertical_datum: str | None = None
    height_offset_m: float | None = None
    placement: PlacementSettings | None = None
    datum_shift: DatumShiftSettings | None = None  # from ``crs`` (with a placement: where that leads) to the campus
    # absolute: as delivered; terrain: laid on it; own_depth: as far below it as below its own covers
    heights: Literal["absolute", "terrain", "own_depth"] = "absolute"
    # west, south, east, north in the campus CRS: what lies outside is not taken
    clip: Annotated[tuple[float, ...], Field(min_length=4, max_length=4)] | None = None
    key_column: str | None = None
    engine: Literal["auto", "exact"] = "auto"
    options: dict[str, Any] = Field(default_factory=dict)


class TilesetSettings(_Strict):
    """One ``[[tilesets]]`` entry: a 3D Tiles set of others, shown from where it lies.

    It stands where its own coordinates say on the globe, or where ``crs`` or ``placement`` say.
    """

    key: Key
    path: str  # its tileset.json, or the folder that holds it
    title: Names | None = None
    visible: bool = False  # shown as soon as the page opens
    opacity: float = Field(default=1.0, ge=0.05, le=1)
    crs: str | None = None  # of its coordinates when they are not geocentric
    vertical_datum: str | None = None
    height_offset_m: float | None = None
    placement: PlacementSettings | None = None
    datum_shift: DatumShiftSettings | None = None  # from ``crs`` (with a placement: where that leads) to the campus

    def source(self) -> SourceSettings:
        """The same as an entry that the tileset reader takes."""
        return SourceSettings(
            key=self.key,
            path=self.path,
            reader=TILESET_READER,
            crs=self.crs,
            vertical_datum=self.vertical_datum,
            height_offset_m=self.height_offset_m,
            placement=self.placement,
            datum_shift=self.datum_shift,
        )


class BuildingSettings(_Strict):
    """One ``[[buildings]]`` entry: several models and a footprint that are one building."""

    code: Key
    name: Names | None = None
    footprint: str | None = None  # feature_id of its footprint in the buildings layer
    # source keys; KEY:WHICH names one building of a source that holds several, by GlobalId, code, key or name
    models: tuple[ModelRef, ...] = ()


class Limits(_Strict):
    """What the process that reads foreign files may use, per source."""

    cpu_s: int = Field(default=900, ge=1)
    memory_mb: int = Field(default=8000, ge=256)
    file_mb: int = Field(default=4000, ge=1)


class CampusSettings(_Strict):
    """The whole of campus.toml."""

    schema_version: Literal[1] = 1
    name: Names
    crs: str
    vertical_datum: str
    timezone: str = "Asia/Shanghai"
    notice: Names | None = None  # shown on every screen: composed, invented, …
    origin: Annotated[tuple[float, ...], Field(min_length=3, max_length=3)] | None = None
    geoid_separation_m: float | None = None
    simulated: bool = False
    limits: Limits = Limits()
    buildings: tuple[BuildingSettings, ...] = ()
    sources: tuple[SourceSettings, ...] = ()
    tilesets: tuple[TilesetSettings, ...] = ()

    @field_validator("crs")
    @classmethod
    def _metric(cls, crs: str) -> str:
        try:
            require_projected_metres(crs, FILE_NAME)
        except TwinError as fault:
            raise ValueError(str(fault)) from fault
        return crs

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise wrong("no_timezone", name=name) from fault
        return name

    @model_validator(mode="after")
    def _keys_fit(self) -> CampusSettings:
        keys = [*(one.key for one in self.sources), *(one.key for one in self.tilesets)]
        doubled = sorted({key for key in keys if keys.count(key) > 1})
        if doubled:
            raise ValueError(f"source key {', '.join(doubled)} is used twice; keys must differ")
        models = [model for one in self.buildings for model in one.models]
        strangers = sorted({model for model in models if model.partition(":")[0] not in keys})
        if strangers:
            raise ValueError(f"a building names the model {', '.join(strangers)}, but no source has that key")
        for what, named in (
            ("code", [one.code for one in self.buildings]),
            ("footprint", [one.footprint for one in self.buildings if one.footprint]),
            ("model", models),
        ):
            twice = sorted({one for one in named if named.count(one) > 1})
            if twice:
                raise ValueError(f"two buildings have the {what} {', '.join(twice)}; a thing belongs to one building")
        attached = [one.key for one in self.sources if one.reader == TILESET_READER]
        if attached:
            raise ValueError(f"source {', '.join(attached)} is a 3D Tiles set: write it as [[tilesets]]")
        return self

    @property
    def registers(self) -> tuple[SourceSettings, ...]:
        """Sources that are taken up without a build."""
        return tuple(one for one in self.sources if one.reader == REGISTER_READER)

    @property
    def built(self) -> CampusSettings:
        """What a generation is made from: everything but the registers."""
        return self.model_copy(update={"sources": tuple(one for one in self.sources if one.reader != REGISTER_READER)})

    @property
    def frame(self) -> CampusFrame:
        return CampusFrame(self.crs, self.vertical_datum)


def load_settings(folder: Path) -> CampusSettings:
    """Read and check ``folder``/campus.toml."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise NotACampusError(path=folder)
    parsed = parse(FILE_NAME, path.read_bytes())
    if isinstance(parsed, Mistake):
        not_utf8 = f"line {parsed.line} is not UTF-8; save the file as UTF-8"
        raise CampusTomlError(path=path, mistakes=not_utf8 if parsed.kind == "not_utf8" else parsed.params["detail"])
    try:
        return CampusSettings.model_validate(parsed.data)
    except ValidationError as fault:
        told = "; ".join(_mistake(parsed, one) for one in fault.errors())
        raise CampusTomlError(path=path, mistakes=told) from fault


def _mistake(parsed: Parsed, error: Any) -> str:
    """One mistake as a person would say it: where (with the source's key and the line), what."""
    where = spoken(parsed.data, error["loc"], called_by=("key", "code"))
    what = {"extra_forbidden": "is not a setting; remove it or correct its spelling", "missing": "is missing"}.get(
        error["type"], error["msg"].removeprefix("Value error, ")
    )
    line = line_of(parsed.text, error["loc"])
    return " ".join([*([where] if where else []), *([f"(line {line})"] if line else []), what])


def resolve(settings: SourceSettings, folder: Path, campus: CampusSettings) -> Source:
    """The source a reader is given."""
    return Source(
        key=settings.key,
        path=(folder / settings.path).resolve(),
        campus=campus.frame,
        layer=settings.layer,
        crs=settings.crs,
        crs_override=settings.crs_override,
        vertical_datum=settings.vertical_datum,
        height_offset_m=settings.height_offset_m,
        placement=settings.placement.placement() if settings.placement else None,
        datum_shift=settings.datum_shift.shift() if settings.datum_shift else None,
        key_column=settings.key_column,
        engine=settings.engine,
        timezone=campus.timezone,
        options=settings.options,
    )
