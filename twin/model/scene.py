"""What a finished generation says of itself: ``manifest.json``, as typed code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """``bbox`` is xmin, ymin, zmin, xmax, ymax, zmax in the campus CRS, or None for a layer without geometry."""

    features: int
    triangles: int
    bbox: tuple[float, float, float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """How one source fared. ``found = kept + sum(skipped)`` always."""

    key: str
    path: str
    reader: str
    layers: tuple[str, ...]
    found: int
    kept: int
    meshed: int
    skipped: dict[str, int]
    content_hash: str
    georeference: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class EcefPlacement:
    """Column-major 4×4 scene -> ECEF, with the residual of the least-squares similarity it came from."""

    matrix: tuple[float, ...]
    residual_m: float
    height_known: bool  # False: ellipsoid heights are unknown, datum heights stand in for them


@dataclass(frozen=True, slots=True)
class TilesetSummary:
    """An attached 3D Tiles set: where it lies (as campus.toml says), how much it is, where it stands.

    ``matrix``: column-major 4×4 set -> scene; ``bbox`` in the campus CRS; ``residual_m`` is how far, at worst, the
    similarity is from the true place within the campus.
    """

    path: str
    root: str
    files: int
    bytes: int
    matrix: tuple[float, ...]
    bbox: tuple[float, float, float, float, float, float]
    residual_m: float


@dataclass(frozen=True, slots=True)
class InspectionSummary:
    """The inspection that is part of the build: how many findings of each severity are in ``tables/findings.parquet``.

    ``judged_by``: a digest of the rules and of what asks them. ``failed``: why there are none, as an error says it.
    """

    judged_by: str
    found: dict[str, int] = field(default_factory=dict)
    failed: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation. ``origin`` is what the scene subtracts from campus coordinates."""

    schema_version: int
    generation: int
    created_at: str
    campus: str
    crs: str
    vertical_datum: str
    origin: tuple[float, float, float]
    notice: dict[str, str]
    layers: dict[str, LayerSummary]
    sources: tuple[SourceSummary, ...]
    inputs_hash: str
    ecef: EcefPlacement | None = None
    errors: tuple[str, ...] = ()
    tilesets: dict[str, TilesetSummary] = field(default_factory=dict)
    patches: tuple[int, ...] = ()  # accepted fixes that its sources were read with
    inspection: InspectionSummary | None = None  # of generations of earlier versions none

    def to_scene(self, position: Sequence[float]) -> list[float]:
        """A position in the campus CRS as scene axes, 1 mm."""
        return [round(at - start, 3) for at, start in zip(position, self.origin, strict=True)]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_dict(data: dict[str, Any]) -> Manifest:
        return Manifest(
            **{
                **data,
                "origin": tuple(data["origin"]),
                "layers": {
                    key: LayerSummary(one["features"], one["triangles"], tuple(one["bbox"]) if one["bbox"] else None)
                    for key, one in data["layers"].items()
                },
                "sources": tuple(
                    SourceSummary(**{**one, "layers": tuple(one["layers"]), "notes": tuple(one["notes"])})
                    for one in data["sources"]
                ),
                "ecef": EcefPlacement(
                    tuple(data["ecef"]["matrix"]), data["ecef"]["residual_m"], data["ecef"]["height_known"]
                )
                if data["ecef"]
                else None,
                "errors": tuple(data["errors"]),
                "tilesets": {
                    key: TilesetSummary(**{**one, "matrix": tuple(one["matrix"]), "bbox": tuple(one["bbox"])})
                    for key, one in data.get("tilesets", {}).items()
                },
                "patches": tuple(data.get("patches", ())),
                "inspection": InspectionSummary(**data["inspection"]) if data.get("inspection") else None,
            }
        )
