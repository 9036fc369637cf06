"""Both engines over one file: the fast pass, IfcOpenShell for the rest, and a sample made by both and compared.

The sample is drawn by a hash of the step id: the same file always gives the same one. Where the two disagree, every
body of that kind in the file is made by IfcOpenShell and the report says so.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from twin.readers.ifc.geometry import Bodies
from twin.readers.ifc.geometry_exact import exact_bodies
from twin.readers.ifc.geometry_fast import FastPass, fast_pass
from twin.readers.ifc.project_units import project_units
from twin.readers.ifc.representations import Body

LEAST: Final = 5  # bodies that are always compared
SHARE: Final = 0.02
MAX_TRIANGLES: Final = 5_000  # of the sample beyond one of each kind
BOX_M: Final = 0.01
VOLUME: Final = 0.005
AREA: Final = 0.01
_TINY_M3: Final = 1e-6
_TINY_M2: Final = 1e-4


def checked_bodies(model: Any, wanted: Mapping[int, Body], path: Path) -> Bodies:
    """Bodies of all wanted products: fast where that is trusted and a sample agrees, exact everywhere else."""
    if len(wanted) <= LEAST:
        return exact_bodies(model, wanted)
    fast = fast_pass(model, wanted, path, project_units(model, path).length_m)
    sample = choose(fast)
    exact = exact_bodies(model, {key: body for key, body in wanted.items() if key not in fast.kinds or key in sample})
    notes: dict[str, str] = {}
    for key in sample:
        fault = difference(fast.bodies, exact, key)
        if fault is not None:
            notes.setdefault(fast.kinds[key], f"#{key} {fault}")
    again = {key: wanted[key] for key, kind in fast.kinds.items() if kind in notes and key not in sample}
    if again:
        exact.add(exact_bodies(model, again))
    out = _merged(fast, exact, notes)
    if fast.fault is not None:
        out.notes.append(fast.fault)
    return out


def choose(fast: FastPass) -> list[int]:
    """Step ids to compare: one of each kind, then up to two in a hundred while they are small."""
    drawn = sorted(fast.kinds, key=_lot)
    first: dict[str, int] = {}
    for key in drawn:
        first.setdefault(fast.kinds[key], key)
    chosen = dict.fromkeys(first.values())
    triangles = 0
    for key in drawn:
        if len(chosen) >= max(LEAST, SHARE * len(drawn)):
            break
        instance = fast.bodies.instances.get(key)
        triangles += len(fast.bodies.meshes[instance.mesh_id].triangles) if instance is not None else 0
        if triangles <= MAX_TRIANGLES:
            chosen[key] = None
    return list(chosen)


def _lot(key: int) -> bytes:
    return hashlib.blake2b(str(key).encode(), digest_size=8).digest()


def difference(fast: Bodies, exact: Bodies, key: int) -> str | None:
    """In words, how the two bodies of one product differ; None where they agree."""
    if (key in fast.instances) != (key in exact.instances):
        return "is empty by one engine only"
    if key not in fast.instances:
        return None
    one, other = fast.placed(key), exact.placed(key)
    box_m = max(
        float(np.abs(one.min(axis=0) - other.min(axis=0)).max()),
        float(np.abs(one.max(axis=0) - other.max(axis=0)).max()),
    )
    if box_m > BOX_M:
        return f"has boxes {box_m:.3f} m apart"
    mine, theirs = (engine.meshes[engine.instances[key].mesh_id] for engine in (fast, exact))
    area, expected = mine.surface_m2(), theirs.surface_m2()
    if abs(area - expected) > AREA * expected + _TINY_M2:
        return f"has {area:.3f} and {expected:.3f} m² of surface"
    volume, expected_volume = mine.volume_m3(), theirs.volume_m3()
    if volume is not None and expected_volume is not None:
        if abs(volume - expected_volume) > VOLUME * abs(expected_volume) + _TINY_M3:
            return f"has {volume:.4f} and {expected_volume:.4f} m³"
    elif expected_volume is not None:
        return "is closed by one engine only"
    return None


def _merged(fast: FastPass, exact: Bodies, distrusted: Mapping[str, str]) -> Bodies:
    """Fast bodies of kinds that stood the test, exact ones for the rest."""
    out = Bodies()
    kept = {key for key, kind in fast.kinds.items() if kind not in distrusted}
    for key in kept & fast.bodies.instances.keys():
        instance = fast.bodies.instances[key]
        out.instances[key] = instance
        out.meshes[instance.mesh_id] = fast.bodies.meshes[instance.mesh_id]
    out.faults.update({key: fault for key, fault in fast.bodies.faults.items() if key in kept})
    rest = Bodies(
        exact.meshes,
        {key: one for key, one in exact.instances.items() if key not in kept},
        {key: one for key, one in exact.faults.items() if key not in kept},
    )
    out.add(rest)
    counts: dict[str, int] = defaultdict(int)
    for kind in fast.kinds.values():
        counts[kind] += 1
    for kind, fault in distrusted.items():
        out.notes.append(f"{counts[kind]} bodies of {kind} were left to IfcOpenShell: of both engines {fault}")
    return out
