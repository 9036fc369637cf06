"""Editions of the registers: what changes without a build, beside the generations.

Layout: ``registers/0007.json`` says when the seventh edition came into force, which file holds which register and how
every source fared; ``registers/staff-0007.parquet`` is the whole history of a register up to it. The highest number is
the one in use. A file is complete before its name appears, and never changed afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from twin.errors import RegistersDamagedError
from twin.model.scene import SourceSummary
from twin.store.durable import write_whole

FOLDER: Final = "registers"
KEPT: Final = 8  # editions whose tables stay, for whoever is reading them; their histories are in the newest one


@dataclass(frozen=True, slots=True)
class Edition:
    """``inputs``: source key -> what was tried (content, reader, options), so that nothing is read twice."""

    number: int
    in_force_at: datetime
    tables: dict[str, str] = field(default_factory=dict)  # register -> file in the registers folder
    rows: dict[str, int] = field(default_factory=dict)  # register -> rows that its sources hold
    sources: tuple[SourceSummary, ...] = ()
    inputs: dict[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[str, ...]:
        return tuple(one.error for one in self.sources if one.error)

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "in_force_at": self.in_force_at.isoformat()}

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Edition:
        sources = tuple(
            SourceSummary(**{**one, "layers": tuple(one["layers"]), "notes": tuple(one["notes"])})
            for one in data["sources"]
        )
        return Edition(**{**data, "in_force_at": datetime.fromisoformat(data["in_force_at"]), "sources": sources})


def edition_number(campus: Path) -> int | None:
    """The edition in use, or None when no register was ever taken up."""
    numbers = (path.stem for path in (campus / FOLDER).glob("*.json"))
    return max((int(one) for one in numbers if one.isdigit()), default=None)


def load_edition(campus: Path, number: int | None = None) -> Edition | None:
    """Edition ``number``, or the one in use; None before the first."""
    chosen = edition_number(campus) if number is None else number
    if chosen is None:
        return None
    path = campus / FOLDER / f"{chosen:04d}.json"
    try:
        return Edition.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise RegistersDamagedError(path=path, detail=f"{type(fault).__name__}: {fault}") from fault


def publish(campus: Path, edition: Edition) -> None:
    """Put ``edition`` in force; its tables are written. Tables that only old editions name are removed."""
    folder = campus / FOLDER
    text = json.dumps(edition.to_dict(), ensure_ascii=False, indent=1)
    write_whole(folder / f"{edition.number:04d}.json", text.encode())
    wanted = set(edition.tables.values())
    for path in folder.glob("*-*.parquet"):
        number = path.stem.rpartition("-")[2]
        if path.name not in wanted and number.isdigit() and int(number) <= edition.number - KEPT:
            path.unlink()
