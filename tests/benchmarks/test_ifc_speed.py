"""Whole IFC builds against IfcOpenShell's default iterator alone, on the same file, in the same run.

Ours: parse, property sets, bodies with openings cut, cross-check, tables, tiles, the switch of the generation.
Peer: ``ifcopenshell.geom.iterator`` with default settings, default kernel (OpenCascade) and one thread, on a file that
is already open; of many copies it is given some and scaled up, for it spends the same on each. Both are CPU seconds of
one process, the better of the repeats, so that a busy machine disturbs neither more; our imports (a worker's start) are
apart.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.geom
import pyarrow.parquet as pq
import pytest

from layers import registry
from tests.benchmarks.step_models import copies_of
from twin.build import BuildResult, build_campus
from twin.model.layer import LayerDefinition
from twin.readers.base import Source
from twin.readers.ifc import IfcReader
from twin.readers.writer import BatchWriter

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

# What our build may need of the peer's time: the goals are 0.5 and 0.2 (decision 0005). Measured 0.40, 0.25 and 0.42 on
# a quiet machine. Neighbours only ever add time, and to short builds most: so a share over its limit is measured again.
# On a machine whose caches neighbours took Duplex was at 0.50 to 0.58, the windows at 0.48 to 0.61, thirty megabytes at
# 0.22: the limits are guards above the goals, which are not reached there. What is printed says what was reached.
SMALL = {
    "Duplex": ("duplex/Duplex_A_20110907.ifc", 0.70),
    "SampleHouse4": ("samplehouse/SampleHouse4.ifc", 0.50),
    "Schependomlaan windows": ("schependomlaan/ROOT-houten_kozijnen.ifczip", 0.80),
}
ROUNDS = range(2, 9)  # at least, at most
LARGE_COPIES, LARGE_SPACING_MM, LARGE_SHARE = 14, 30_000.0, 0.27
PEER_COPIES = 4


class WarmWorker:
    """What a worker does once it has started: it reads in this process."""

    def __init__(self, limits: Mapping[str, int]) -> None:
        del limits

    def read(self, reader: str, source: Source, folder: Path, layers: Mapping[str, LayerDefinition]) -> dict[str, Any]:
        out = BatchWriter(folder, source, reader, layers)
        report = IfcReader().read(source, out)
        report.check()
        out.close()
        return report.to_dict()

    def close(self) -> None:
        """Nothing was started."""


def ours_s(path: Path, folder: Path) -> tuple[float, BuildResult]:
    """CPU seconds of one whole build into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "campus.toml").write_text(
        f"""
schema_version = 1
name = {{ zh = "模型", en = "Model" }}
crs = "local"
vertical_datum = "local"

[[sources]]
key = "model"
path = "{path}"
reader = "ifc"
""",
        encoding="utf-8",
    )
    began = time.process_time()
    built = build_campus(folder, registry())
    return time.process_time() - began, built


def peer_s(path: Path, unpacked: Path) -> tuple[float, int]:
    """CPU seconds of the default iterator, and how many shapes it gave."""
    from twin.readers.ifc.model_file import plain_step

    with plain_step(path) as plain:
        shutil.copyfile(plain, unpacked)
    model = ifcopenshell.open(str(unpacked))
    settings = ifcopenshell.geom.settings()  # type: ignore[no-untyped-call]
    began = time.process_time()
    iterator: Any = ifcopenshell.geom.iterator(settings, model, 1)
    shapes = 0
    more = iterator.initialize()
    while more:
        iterator.get()
        shapes += 1
        more = iterator.next()
    return time.process_time() - began, shapes


def start_s() -> float:
    """CPU seconds of a fresh process that imports what a worker imports."""
    code = (
        "import time, ifcopenshell.geom, ifcfast, manifold3d, layers, twin.build, twin.readers.ifc;"
        "print(time.process_time())"
    )
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def compare(
    name: str, path: Path, tmp_path: Path, most: float, rounds: range, peer: Path | None = None, times: float = 1.0
) -> tuple[float, BuildResult]:
    """Ours over the peer's in turns, until it is at most ``most`` or the rounds are used up; and the last build.

    The peer may read another file, of which there are ``times`` as much in ``path``.
    """
    ours, peers, share = [], [], math.inf
    while len(ours) < rounds.start or (share > most and len(ours) < rounds.stop - 1):
        seconds, built = ours_s(path, tmp_path / "campus")
        ours.append(seconds)
        seconds, shapes = peer_s(peer or path, tmp_path / "peer.ifc")
        peers.append(times * seconds)
        share = min(ours) / min(peers)
    source = built.manifest.sources[0]
    print(
        f"\n{name}: build {min(ours):.2f} s, default iterator {min(peers):.2f} s ({times * shapes:.0f} shapes): "
        f"{share:.2f} of it, 1/{1 / share:.1f}, best of {len(ours)}; "
        f"found {source.found}, kept {source.kept}, meshed {source.meshed}"
    )
    return share, built


def engines(folder: Path) -> dict[str | None, int]:
    """How many elements each engine meshed."""
    generation = max((folder / "generations").iterdir(), key=lambda one: one.name)
    column = pq.read_table(generation / "layers" / "elements.parquet", columns=["engine"])["engine"].to_pylist()
    return {one: column.count(one) for one in set(column)}


@pytest.fixture(autouse=True)
def _warm(monkeypatch: pytest.MonkeyPatch, shared_data: Path, tmp_path: Path) -> None:
    """Readers run here, and everything they import is imported."""
    monkeypatch.setattr("twin.build.sources.Worker", WarmWorker)
    ours_s(shared_data / "ifc/bim_whale/ManySimpleWalls.ifc", tmp_path / "warm")


@pytest.mark.parametrize("name", SMALL)
def test_a_model(shared_data: Path, tmp_path: Path, name: str) -> None:
    file, most = SMALL[name]
    share, built = compare(name, shared_data / "ifc" / file, tmp_path, most, ROUNDS)
    source = built.manifest.sources[0]
    assert source.found == source.kept
    assert share <= most


@pytest.mark.slow
def test_thirty_megabytes(shared_data: Path, tmp_path: Path) -> None:
    """Fourteen SampleHouse4 side by side: every body of every copy is there."""
    path = shared_data / "ifc/samplehouse/SampleHouse4.ifc"
    large = copies_of(path, tmp_path / "large.ifc", LARGE_COPIES, LARGE_SPACING_MM)
    assert large.stat().st_size >= 30e6
    _, single = ours_s(path, tmp_path / "one")
    fewer, times = copies_of(path, tmp_path / "fewer.ifc", PEER_COPIES, LARGE_SPACING_MM), LARGE_COPIES / PEER_COPIES
    name = f"{large.stat().st_size / 1e6:.1f} MB"
    share, built = compare(name, large, tmp_path, LARGE_SHARE, range(1, 5), fewer, times)
    print(f"a worker's start takes {start_s():.2f} s once; engines: {engines(tmp_path / 'campus')}")
    one, many = single.manifest.sources[0], built.manifest.sources[0]
    assert many.found == many.kept == LARGE_COPIES * one.found
    assert many.meshed == LARGE_COPIES * one.meshed
    assert share <= LARGE_SHARE
