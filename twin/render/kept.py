"""The triangles of a generation, kept beside what the build keeps, so that the second picture does not mesh again."""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np

from twin.model.mesh import MeshBatch
from twin.render.geometry import Drawn, drawn
from twin.store.campus import Generation

_FOLDER: Final = ("cache", "pictures")
_FORM: Final = 1  # of the files; with the code that meshes it changes what is in them
_FIELDS: Final = ("positions", "triangles", "rgba", "idx", "normals")


def kept_meshes(
    campus: Path, generation: Generation, code: str, make: Callable[[], Mapping[str, Sequence[MeshBatch]]]
) -> dict[str, list[Drawn]]:
    """The drawn layers of ``generation``: as kept, else made and kept. ``code`` names the code that meshes.

    The folder is a convenience: where it cannot be written, nothing is kept. It holds what lies underground, too, like
    the tables beside it.
    """
    manifest = generation.manifest
    key = blake2b(f"{_FORM} {code} {generation.number} {manifest.created_at}".encode(), digest_size=8).hexdigest()
    path = campus.joinpath(*_FOLDER) / f"{generation.number:04d}-{key}.npz"
    with contextlib.suppress(OSError, ValueError, KeyError, zipfile.BadZipFile):
        return _read(path)
    made = {name: drawn(batches) for name, batches in make().items()}
    with contextlib.suppress(OSError):
        _write(path, generation.number, made)
    return made


def _read(path: Path) -> dict[str, list[Drawn]]:
    found: dict[str, list[Drawn]] = {}
    with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        for name in sorted({one.rpartition("/")[0] for one in kept.files}, key=lambda one: int(one.split("/")[0])):
            layer = name.split("/")[1]
            parts = {field: kept[f"{name}/{field}"] for field in _FIELDS if f"{name}/{field}" in kept.files}
            found.setdefault(layer, []).append(Drawn(**parts))
    return found


def _write(path: Path, number: int, made: Mapping[str, Sequence[Drawn]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {}
    parts = [(layer, one) for layer, those in made.items() for one in those]
    for place, (layer, one) in enumerate(parts):
        fields = {field: getattr(one, field) for field in _FIELDS}
        arrays |= {f"{place}/{layer}/{field}": value for field, value in fields.items() if value is not None}
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("wb") as out:
        np.savez(out, **arrays)
    for older in path.parent.glob(f"{number:04d}-*.npz"):
        older.unlink()
    unfinished.replace(path)
