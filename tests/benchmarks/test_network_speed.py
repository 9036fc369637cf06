"""100,000 pipe segments from GeoPackage to tiles; goal ≤ 10 s and ≤ 1.5 GB. Peer: GeoPandas reading the same file."""

from __future__ import annotations

import time
from pathlib import Path

import geopandas
import numpy as np
import psutil
import pytest
import shapely

from layers import registry
from twin.build import build_campus

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

SEGMENTS = 100_000


def write_network(path: Path) -> None:
    """Streets of 50 segments of 30 m each, all over a 6 km town, with diameters and depths."""
    random = np.random.default_rng(20261120)
    streets = SEGMENTS // 50
    origin = random.uniform(0, 6_000, (streets, 2)) + np.array([423_000, 2_880_000])
    heading = random.uniform(0, 2 * np.pi, streets)
    step = 30.0 * np.column_stack([np.cos(heading), np.sin(heading)])
    corner = origin[:, None, :] + step[:, None, :] * np.arange(51)[None, :, None]
    corner = corner + random.normal(0, 1.0, corner.shape)
    z = 10.0 - 0.02 * np.arange(51)[None, :] + np.zeros((streets, 1))
    corner = np.concatenate([corner, z[..., None]], axis=2)
    lines = shapely.linestrings(np.stack([corner[:, :-1].reshape(-1, 3), corner[:, 1:].reshape(-1, 3)], axis=1))
    frame = geopandas.GeoDataFrame(
        {
            "no": np.char.add("P", np.arange(len(lines)).astype(str)),
            "diameter_mm": random.choice([100, 200, 300, 500], len(lines)),
        },
        geometry=lines,
        crs="EPSG:4549",
    )
    frame.to_file(path, driver="GPKG", engine="pyogrio")


def test_a_town_of_pipes(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    write_network(tmp_path / "sources" / "pipes.gpkg")
    (tmp_path / "campus.toml").write_text(
        """
schema_version = 1
name = { zh = "管网", en = "Town" }
crs = "EPSG:4549"
vertical_datum = "EPSG:5737"

[[sources]]
key = "pipes"
path = "sources/pipes.gpkg"
reader = "vector"
layer = "water_supply"
vertical_datum = "EPSG:5737"
key_column = "no"
""",
        encoding="utf-8",
    )
    begin = time.perf_counter()
    read = geopandas.read_file(tmp_path / "sources" / "pipes.gpkg", engine="pyogrio")
    peer_s = time.perf_counter() - begin
    assert len(read) == SEGMENTS
    begin = time.perf_counter()
    manifest = build_campus(tmp_path, registry()).manifest
    ours_s = time.perf_counter() - begin
    peak_gb = psutil.Process().memory_info().rss / 2**30
    print(
        f"\n{SEGMENTS:,} segments GeoPackage -> tables + tiles: {ours_s:.1f} s, {peak_gb:.2f} GB held, "
        f"{ours_s / peer_s:.1f} x the time GeoPandas needs to read the file"
    )
    assert manifest.sources[0].meshed == SEGMENTS
    assert ours_s <= 25 * peer_s
