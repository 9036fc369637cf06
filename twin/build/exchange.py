"""The tileset for other programs (CesiumJS, Unreal, a handover), made from a finished generation.

Unlike the tiles that our viewer shades by derivatives, every face has a normal. What lies underground stays out unless
asked exactly, with a reason that the campus keeps (contracts: underground coordinates do not leave by default).
"""

from __future__ import annotations

import getpass
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from twin.build.assemble import ground_of
from twin.build.document import storey_numbers
from twin.build.meshing import Meshing, shapes
from twin.build.rows import LayerRows
from twin.errors import ExportTargetError
from twin.model.layer import LayerDefinition
from twin.store.campus import Campus, Generation
from twin.store.rasters import read_rasters
from twin.tiles.plan import TileContent, TilesReport, write_tiles
from twin.tiles.tileset import GLOBE_DOCUMENT, SCENE_DOCUMENT

LOCAL_DOCUMENT: Final = "local.json"
LOG: Final = "exports.log"


@dataclass(frozen=True, slots=True)
class ExchangeReport:
    """``masked``: layers left out because they lie underground. ``on_globe``: tileset.json leads to ECEF."""

    folder: Path
    generation: int
    tiles: TilesReport
    masked: tuple[str, ...]
    on_globe: bool
    residual_m: float | None


def export_tiles(
    campus: Campus,
    registry: Mapping[str, LayerDefinition],
    out: Path,
    *,
    compress: bool = True,
    underground_reason: str | None = None,
) -> ExchangeReport:
    """Write the exchange tileset of the generation in use to the new folder ``out``; no source is read again.

    tileset.json has a root matrix to ECEF and local.json stands in the scene's axes; a local campus has only the
    latter, as tileset.json. ``underground_reason`` includes what lies underground and goes into the campus' log.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ExportTargetError(path=out)
    report = write_exchange(campus.generation, registry, out, compress=compress, whole=underground_reason is not None)
    if underground_reason is not None:
        log_exact(campus.folder, report.generation, str(out.resolve()), underground_reason)
    return report


def write_exchange(
    generation: Generation, registry: Mapping[str, LayerDefinition], out: Path, *, compress: bool, whole: bool
) -> ExchangeReport:
    """As ``export_tiles``, of any generation and without a word in the log; ``out`` is not there, or empty."""
    registry = {**generation.definitions, **registry}  # those that were written back are in no registry
    contents = meshing_of(generation, registry).contents()
    hidden = {one for one in generation.layer_ids() if registry[one].underground and not whole}
    masked = tuple(one for one in generation.layer_ids() if one in hidden)
    ecef = generation.manifest.ecef
    building = out.with_name(f".{out.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    report = write_tiles(
        building,
        _without(contents, hidden),
        ecef=ecef.matrix if ecef else None,
        face_normals=True,
        compress=compress,
        extras=_account(generation, masked),
    )
    if ecef:
        (building / SCENE_DOCUMENT).rename(building / LOCAL_DOCUMENT)
        (building / GLOBE_DOCUMENT).rename(building / SCENE_DOCUMENT)
    if out.exists():
        out.rmdir()
    building.rename(out)
    residual = ecef.residual_m if ecef else None
    return ExchangeReport(out, generation.number, report, masked, ecef is not None, residual)


def meshing_of(generation: Generation, registry: Mapping[str, LayerDefinition]) -> Meshing:
    """The meshing of a finished generation, from its own tables and grids."""
    tables = {one: generation.table(one) for one in generation.layer_ids()}
    rasters = read_rasters(generation.folder / "rasters")
    rows = {one: LayerRows(registry[one], table, shapes(table)) for one, table in tables.items()}
    auxiliary: dict[str, pa.Table] = {name: generation.auxiliary(name) for name in ("meshes", "instances")}
    return Meshing(
        registry=registry,
        tables=tables,
        meshes=auxiliary["meshes"],
        instances=auxiliary["instances"],
        rasters=rasters,
        ground=ground_of(rasters, rows, auxiliary),
        origin=generation.manifest.origin,
        storey_numbers=storey_numbers(tables.get("storeys")),
    )


def _without(contents: Sequence[TileContent], hidden: set[str]) -> list[TileContent]:
    return [
        replace(one, children=tuple(_without(one.children, hidden))) for one in contents if one.layer_id not in hidden
    ]


def _account(generation: Generation, masked: Sequence[str]) -> dict[str, Any]:
    """What whoever gets the tileset must know of it."""
    manifest = generation.manifest
    return {
        "campus": manifest.campus,
        "generation": manifest.generation,
        "crs": manifest.crs,
        "vertical_datum": manifest.vertical_datum,
        "origin": list(manifest.origin),
        "notice": manifest.notice or None,
        "ecef_residual_m": manifest.ecef.residual_m if manifest.ecef else None,
        "ecef_height_known": manifest.ecef.height_known if manifest.ecef else None,
        "masked_layers": list(masked),
    }


def log_exact(folder: Path, generation: int, to: str, reason: str) -> None:
    """Keep in the campus who took underground coordinates out, when, where to and why."""
    entry = {
        "at": datetime.now(UTC).isoformat(),
        "user": getpass.getuser(),
        "generation": generation,
        "to": to,
        "underground": True,
        "reason": reason,
    }
    with (folder / LOG).open("a", encoding="utf-8") as log:
        log.write(json.dumps(entry, ensure_ascii=False) + "\n")
