"""The package, whole or not at all: made beside its place, summed, zipped, synced, renamed."""

from __future__ import annotations

import getpass
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from twin.build.exchange import ExchangeReport, log_exact, write_exchange
from twin.build.handover.dictionary import titles_of, write_dictionary
from twin.build.handover.geopackage import FILE as GEOPACKAGE
from twin.build.handover.geopackage import write_geopackage
from twin.build.handover.tables import Written, write_beside, write_layers, write_registers
from twin.build.handover.words import words
from twin.errors import HandoverReasonError, HandoverTargetError
from twin.model.layer import LayerDefinition
from twin.model.secrecy import secrecy
from twin.store.campus import Campus, Generation
from twin.store.durable import sync, sync_file

SUMS: Final = "SHA256SUMS"
REASON_SIGNS: Final = (4, 300)
_STORED: Final = {".parquet", ".glb"}  # compressed already

# the report of the checks as files; it is told which layers it must not tell places of
Inspect = Callable[[Generation, frozenset[str]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class HandoverReport:
    """``masked``: layers whose places are told to a grid only. ``names``: whether persons are named."""

    path: Path
    generation: int
    tables: tuple[Written, ...]
    masked: tuple[str, ...]
    names: bool
    files: int
    size_bytes: int
    sha256: str

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "path": str(self.path)}


def hand_over(
    campus: Campus,
    registry: Mapping[str, LayerDefinition],
    out: Path,
    inspect: Inspect,
    *,
    exactly: str | None = None,
    names: bool = False,
) -> HandoverReport:
    """Write the generation in use and the registers that hold now to the new file ``out``.

    ``exactly``: the reason to have what lies underground where it is; it goes into the campus' exports.log, before the
    file is there. Raises HandoverTargetError, HandoverReasonError.
    """
    if out.suffix.lower() != ".zip" or out.exists():
        raise HandoverTargetError(path=out)
    if exactly is not None and not REASON_SIGNS[0] <= len(exactly.strip()) <= REASON_SIGNS[1]:
        raise HandoverReasonError()
    generation = campus.generation
    registry = {**generation.definitions, **registry}
    underground = frozenset(one for one in generation.layer_ids() if registry[one].underground)
    hidden = underground if exactly is None else frozenset()
    building, zipped = out.with_name(f".{out.name}.building"), out.with_name(f".{out.name}.new")
    shutil.rmtree(building, ignore_errors=True)  # of a run that was killed
    building.mkdir()
    try:
        tables = (
            *write_layers(generation, hidden, building),
            *write_beside(generation, hidden, building),
            *write_registers(campus, building, names=names),
        )
        write_geopackage(building, tables, titles_of(tables, registry), generation.manifest.crs)
        tiles = write_exchange(generation, registry, building / "tiles", compress=False, whole=exactly is not None)
        for name, content in inspect(generation, hidden).items():
            (building / name).write_bytes(content)
        write_dictionary(building, tables, registry)
        about = _about(generation, tables, tiles, underground, exactly, names=names)
        _write_about(building, about, underground, exactly)
        files = _write_sums(building)
        sha256 = _zip(building, zipped, files)
        if exactly is not None:
            log_exact(campus.folder, generation.number, str(out.resolve()), exactly)
        zipped.rename(out)
        sync(out.parent)
    finally:
        shutil.rmtree(building, ignore_errors=True)
        zipped.unlink(missing_ok=True)
    masked = tuple(sorted(hidden))
    return HandoverReport(out, generation.number, tables, masked, names, len(files), out.stat().st_size, sha256)


def _about(
    generation: Generation,
    tables: Sequence[Written],
    tiles: ExchangeReport,
    underground: frozenset[str],
    exactly: str | None,
    *,
    names: bool,
) -> dict[str, Any]:
    """manifest.json."""
    manifest, rule = generation.manifest, secrecy()
    return {
        "schema_version": 1,
        "campus": generation.scene["campus"]["name"],
        "generation": manifest.generation,
        "created_at": manifest.created_at,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "made_by": getpass.getuser(),
        "crs": manifest.crs,
        "vertical_datum": manifest.vertical_datum,
        "axes": "x = east, y = north, z = height, m",
        "notice": manifest.notice or None,
        "underground": {
            "exact": exactly is not None,
            "reason": exactly,
            "layers": sorted(underground),
            "grid_m": None if exactly is not None else rule.grid_m,
            "hidden_columns": [] if exactly is not None else list(rule.hidden),
            "rule_unverified": rule.unverified,
        },
        "names": names,
        "tables": [asdict(one) for one in tables],
        "geopackage": GEOPACKAGE,
        "tiles": {
            "on_globe": tiles.on_globe,
            "residual_m": tiles.residual_m,
            "left_out_layers": list(tiles.masked),
            "triangles": dict(tiles.tiles.triangles),
        },
    }


def _write_about(building: Path, about: dict[str, Any], underground: frozenset[str], exactly: str | None) -> None:
    text = json.dumps(about, ensure_ascii=False, indent=1)
    (building / "manifest.json").write_text(text + "\n", encoding="utf-8")
    said = words()
    how = "none" if not underground else "masked" if exactly is None else "exact"
    facts = {**about, "campus_zh": about["campus"]["zh"], "campus_en": about["campus"]["en"]}
    for language in ("zh", "en"):
        hiding = said["secrecy"][f"{how}_{language}"]
        facts["secrecy"] = hiding.format(layers=", ".join(sorted(underground)), grid_m=secrecy().grid_m, reason=exactly)
        facts["persons"] = said["names"][f"{'told' if about['names'] else 'blank'}_{language}"]
        readme = said["readme"][language].format(**facts).lstrip()
        (building / f"README.{language}.md").write_text(readme, encoding="utf-8")


def _write_sums(building: Path) -> list[str]:
    """SHA256SUMS as ``sha256sum -c`` reads it; the names of all files, itself included."""
    files = sorted(one.relative_to(building).as_posix() for one in building.rglob("*") if one.is_file())
    lines = [f"{_sha256(building / name)}  {name}\n" for name in files]
    (building / SUMS).write_text("".join(lines), encoding="utf-8")
    return [*files, SUMS]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _zip(building: Path, zipped: Path, files: Sequence[str]) -> str:
    with zipfile.ZipFile(zipped, "w") as package:
        for name in files:
            stored = Path(name).suffix in _STORED
            package.write(building / name, name, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    sync_file(zipped)
    return _sha256(zipped)
