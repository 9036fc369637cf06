"""Which generations are on disk, and why each is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from twin.errors import CitationUnreadableError, NeverBuiltError, NotACampusError, UnknownGenerationError
from twin.store.generations import current_number, generation_folder, in_force_since, load_manifest, numbers
from twin.store.leases import is_leased

SNAPSHOTS: Final = "snapshots"  # of ``ioc_app.snapshots.kept``: beside each file a JSON that names its ``generation``


class Kept(StrEnum):
    """Why a generation is not removed."""

    IN_USE = "in_use"
    LEASED = "leased"  # a server, a notebook, an export reads it now
    CITED = "cited"  # a snapshot shows it


@dataclass(frozen=True, slots=True)
class Held:
    """One generation on disk. ``in_force_at`` None: it never was, its build was killed just before."""

    number: int
    in_force_at: datetime | None
    features: Mapping[str, int]  # by layer
    sources: tuple[str, ...]  # keys
    size_bytes: int
    kept: tuple[Kept, ...]
    snapshots: tuple[str, ...]  # that cite it

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "in_force_at": self.in_force_at.isoformat() if self.in_force_at else None}


def held(folder: Path) -> list[Held]:
    """Every generation of a campus that can still be read, the oldest first.

    Raises NotACampusError, NeverBuiltError, GenerationDamagedError, CitationUnreadableError.
    """
    if not (folder / "campus.toml").is_file():
        raise NotACampusError(path=folder)
    current = current_number(folder)
    if current is None:
        raise NeverBuiltError(path=folder)
    since, cited = dict(in_force_since(folder)), citations(folder)
    return [_held(folder, one, since.get(one) if one <= current else None, cited) for one in numbers(folder)]


def _held(folder: Path, number: int, since: datetime | None, cited: Mapping[int, tuple[str, ...]]) -> Held:
    manifest = load_manifest(folder, number)
    where = generation_folder(folder, number)
    reasons = {
        Kept.IN_USE: number == current_number(folder),
        Kept.LEASED: is_leased(where),
        Kept.CITED: number in cited,
    }
    return Held(
        number=number,
        in_force_at=since,
        features={name: one.features for name, one in manifest.layers.items()},
        sources=tuple(one.key for one in manifest.sources),
        size_bytes=sum(one.stat().st_size for one in where.rglob("*") if one.is_file()),
        kept=tuple(reason for reason, holds in reasons.items() if holds),
        snapshots=cited.get(number, ()),
    )


def citations(folder: Path) -> dict[int, tuple[str, ...]]:
    """Generation -> the snapshots that show it. Raises CitationUnreadableError: what is unknown may be any."""
    found: dict[int, tuple[str, ...]] = {}
    for path in sorted((folder / SNAPSHOTS).glob("[!.]*.json")):
        try:
            number = int(json.loads(path.read_text(encoding="utf-8"))["generation"])
        except FileNotFoundError:  # deleted meanwhile
            continue
        except (OSError, ValueError, TypeError, KeyError) as fault:
            raise CitationUnreadableError(path=path) from fault
        found[number] = (*found.get(number, ()), path.stem)
    return found


def existing(folder: Path, number: int) -> int:
    """``number``, if there is such a generation. Raises UnknownGenerationError."""
    known = numbers(folder)
    if number not in known:
        raise UnknownGenerationError(generation=number, known=", ".join(map(str, known)) or "-")
    return number


def one_before(folder: Path, number: int) -> int | None:
    """The generation on disk that was in force before ``number``."""
    return max((one for one in numbers(folder) if one < number), default=None)
