"""One build: read what changed, assemble, mesh, write a new generation, switch to it.

``build_campus`` is given the layer registry, so that this package knows no particular layer. Until the very last
step the generation in use is untouched; a build that fails or is killed leaves nothing but an unfinished folder that
the next one removes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twin import __version__
from twin.build.derived import written_back
from twin.build.registers import Taken, take_up_registers
from twin.build.sources import Progress, inputs_hash, plan, prune_cache, read_all, silent
from twin.errors import BuildFailedError, GenerationDamagedError, NothingToBuildError
from twin.model.layer import LayerDefinition
from twin.model.scene import Manifest
from twin.settings import load_settings
from twin.store.generations import build_lock, current_number, load_manifest
from twin.store.patches import Patches

# what decides the tables and tiles of a generation beside its inputs: a changed line here is a reason to build again
_CODE = ("build", "mesh", "model", "store", "tiles")


@dataclass(frozen=True, slots=True)
class BuildResult:
    """``changed`` is False when nothing was to be done and the generation in use stands."""

    manifest: Manifest
    changed: bool
    registers: Taken


def build_campus(
    folder: Path,
    registry: Mapping[str, LayerDefinition],
    *,
    keep_going: bool = False,
    progress: Progress = silent,
) -> BuildResult:
    """Make a new generation of the campus in ``folder`` and switch to it.

    Raises BuildFailedError when sources cannot be read, unless ``keep_going``; then they are in the manifest.
    Registers are no part of a generation: they are taken up first, as ``twin registers`` does.
    """
    settings = load_settings(folder)
    if not settings.sources:
        raise NothingToBuildError(path=folder)
    taken = take_up_registers(folder, registry, retry=True, progress=progress)
    if taken.errors and not keep_going:
        raise BuildFailedError(fault=taken.errors[-1], others=taken.errors[:-1])
    settings = settings.built
    with build_lock(folder):
        derived = written_back(folder, registry)
        registry = {**registry, **derived.layers}
        attached = [one.source() for one in settings.tilesets]
        fixes = Patches(folder).in_force()
        jobs, absent = plan(folder, settings, [*settings.sources, *attached], registry, fixes)
        missing = list(absent.values())
        if missing and not keep_going:
            raise missing[0]
        inputs = inputs_hash(settings, jobs, registry, _code_fingerprint())
        previous = _previous(folder)
        if previous is not None and previous.inputs_hash == inputs and not previous.errors:
            return BuildResult(previous, changed=False, registers=taken)
        batches = [*read_all(folder, jobs, settings, registry, progress), *derived.batches]
        faults = missing + [batch.fault for batch in batches if batch.fault]
        if faults and not keep_going:
            raise BuildFailedError(fault=faults[-1], others=faults[:-1])
        from twin.build.generation import write_generation  # heavy, and not needed when nothing changed

        manifest = write_generation(
            folder, settings, registry, batches, fixes, [str(one) for one in faults], inputs, previous, progress
        )
        prune_cache(folder, jobs)
        return BuildResult(manifest, changed=True, registers=taken)


def _code_fingerprint() -> str:
    """A hash of our own sources that make a generation."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=12)
    package = Path(__file__).resolve().parent.parent
    for name in _CODE:
        for path in sorted((package / name).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _previous(folder: Path) -> Manifest | None:
    try:
        return load_manifest(folder) if current_number(folder) is not None else None
    except GenerationDamagedError:  # a build is its cure
        return None
