"""Reading the sources of a campus: hashed, cached, two at a time, each in a limited child process."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from twin.build.batches import SourceBatch, load_batch
from twin.errors import SourceMissingError, TwinError
from twin.model.layer import LayerDefinition
from twin.readers import load_reader
from twin.readers.base import Source
from twin.readers.jobs import source_to_dict
from twin.readers.sandbox import Worker
from twin.settings import TILESET_READER, CampusSettings, SourceSettings, resolve
from twin.store.patches import Patch, of_source

CACHE: Final = "cache"
WORKERS: Final = 2
# raised when the form of the cached files changes, so that old ones are read again
CACHE_VERSION: Final = 4

Progress = Callable[[str, str], None]  # (source key, "cached" | "reading" | "read" | "failed")


def silent(key: str, state: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Job:
    """One source ready to be read: what its result is cached under says everything the result depends on."""

    settings: SourceSettings
    source: Source
    content_hash: str
    cache_key: str
    size_bytes: int


def plan(
    folder: Path,
    settings: CampusSettings,
    sources: Sequence[SourceSettings],
    layers: Mapping[str, LayerDefinition],
    fixes: Sequence[Patch] = (),
) -> tuple[list[Job], dict[str, TwinError]]:
    """Hash ``sources``, which are read with ``fixes``.

    A missing file is returned as an error by its key, not raised: the caller decides.
    """
    jobs: list[Job] = []
    faults: dict[str, TwinError] = {}
    for one in sources:
        try:
            source = replace(resolve(one, folder, settings), changes=of_source(fixes, one.key))
            jobs.append(_job(source, one, layers))
        except TwinError as fault:
            faults[one.key] = fault
    return jobs, faults


def _job(source: Source, settings: SourceSettings, layers: Mapping[str, LayerDefinition]) -> Job:
    if not source.path.exists():
        raise SourceMissingError(path=source.path)
    reader = load_reader(settings.reader)
    files = _files(settings.reader, source.path)
    content = _hash_files(files, source.path.parent, stat_only=settings.reader == TILESET_READER)
    columns = {key: [(c.name, c.type, c.unit) for c in one.columns] for key, one in layers.items()}
    # where the campus lies does not matter: a folder may be moved
    told_source = {**source_to_dict(source), "path": settings.path}
    told = [CACHE_VERSION, content, settings.reader, reader.version, told_source, columns]
    digest = hashlib.blake2b(json.dumps(told, sort_keys=True, default=str).encode(), digest_size=16)
    return Job(settings, source, content, digest.hexdigest(), sum(one.stat().st_size for one in files))


def _files(reader: str, path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(one for one in path.rglob("*") if one.is_file())
    return [path, *sorted(load_reader(reader).companions(path))]


def _hash_files(files: Sequence[Path], base: Path, *, stat_only: bool) -> str:
    """``stat_only``: names, sizes and times stand in for the contents of what may be tens of GB."""
    digest = hashlib.blake2b(digest_size=20)
    for path in files:
        digest.update(path.relative_to(base).as_posix().encode(errors="surrogateescape") + b"\0")
        if stat_only:
            stat = path.stat()
            digest.update(f"{stat.st_size} {stat.st_mtime_ns}\0".encode())
            continue
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def inputs_hash(settings: CampusSettings, jobs: Sequence[Job], layers: Mapping[str, LayerDefinition], code: str) -> str:
    """What a whole generation depends on; equal to the last one's means there is nothing to do."""
    definitions = [asdict(one) for one in layers.values()]
    told = [code, settings.model_dump(mode="json"), definitions, [one.cache_key for one in jobs]]
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=16).hexdigest()


def read_all(
    folder: Path,
    jobs: Sequence[Job],
    settings: CampusSettings,
    layers: Mapping[str, LayerDefinition],
    progress: Progress,
) -> list[SourceBatch]:
    """Every source's batch, in the order of ``jobs``. One that cannot be read carries its fault."""
    cache = folder / CACHE
    cache.mkdir(exist_ok=True)
    local = threading.local()
    workers: list[Worker] = []

    def work(job: Job) -> SourceBatch:
        if not hasattr(local, "worker"):
            local.worker = Worker(settings.limits.model_dump())
            workers.append(local.worker)
        return _read_one(cache, job, layers, local.worker, progress)

    largest_first = sorted(jobs, key=lambda job: -job.size_bytes)
    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            done = dict(zip((job.source.key for job in largest_first), pool.map(work, largest_first), strict=True))
    finally:
        for worker in workers:
            worker.close()
    return [done[job.source.key] for job in jobs]


def _read_one(
    cache: Path, job: Job, layers: Mapping[str, LayerDefinition], worker: Worker, progress: Progress
) -> SourceBatch:
    key, name, path = job.source.key, job.settings.reader, job.settings.path
    done, state = cache / job.cache_key, "read"
    if not (done / "report.json").is_file():
        progress(key, "reading")
        building = cache / f"{job.cache_key}.new"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir()
        try:
            report = worker.read(name, job.source, building, layers)
        except TwinError as fault:
            shutil.rmtree(building)
            progress(key, "failed")
            return SourceBatch(key, path, name, job.content_hash, _nothing(), fault=fault)
        (building / "report.json").write_text(json.dumps(report))
        shutil.rmtree(done, ignore_errors=True)
        building.rename(done)
    else:
        state = "cached"
    batch = load_batch(done, key, path, name, job.content_hash, json.loads((done / "report.json").read_text()))
    progress(key, state)
    return batch


def _nothing() -> dict[str, Any]:
    return {"found": 0, "kept": 0, "meshed": 0, "skipped": {}, "notes": []}


def prune_cache(folder: Path, jobs: Sequence[Job]) -> None:
    """Forget results that no source of the campus needs any more."""
    wanted = {job.cache_key for job in jobs}
    for one in (folder / CACHE).iterdir():
        if one.name not in wanted:
            shutil.rmtree(one, ignore_errors=True)
