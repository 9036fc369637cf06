"""100,000 pipe segments swept at once, against trimesh building one cylinder at a time in the same run."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely
import trimesh

from twin.mesh.assemble import rows_without_triangles, signed_volumes
from twin.mesh.pipes import sweep

SEGMENTS, SAMPLE = 100_000, 1_000


@pytest.mark.benchmark
def test_sweeping_beats_a_loop_of_cylinders() -> None:
    rng = np.random.default_rng(11)
    start = rng.uniform([0, 0, -4], [3000, 3000, -1], (SEGMENTS, 3))
    end = start + rng.normal(0, 1, (SEGMENTS, 3)) * [20, 20, 0.2]
    lines = shapely.linestrings(np.stack([start, end], axis=1))
    diameter = rng.choice([0.1, 0.2, 0.3, 0.6, 1.2], SEGMENTS)
    unknown = np.full(SEGMENTS, np.nan)
    rgba, idx = np.full((SEGMENTS, 4), 255, np.uint8), np.arange(SEGMENTS, dtype=np.uint32)

    took = []
    for _ in range(3):
        began = time.perf_counter()
        batch = sweep(lines, diameter, unknown, unknown, rgba=rgba, idx=idx)
        took.append(time.perf_counter() - began)
    ours_s = float(np.median(took))

    began = time.perf_counter()
    peers = [
        trimesh.creation.cylinder(radius=d / 2, segment=np.stack([a, b]), sections=8)
        for a, b, d in zip(start[:SAMPLE], end[:SAMPLE], diameter[:SAMPLE], strict=True)
    ]
    peer_s = (time.perf_counter() - began) * SEGMENTS / SAMPLE

    print(
        f"\n{SEGMENTS} segments: {ours_s:.2f} s, {len(batch.triangles):,} triangles; a loop of trimesh cylinders would"
    )
    print(f"need {peer_s:.0f} s: {peer_s / ours_s:.0f} times as long")
    assert len(rows_without_triangles(batch)) == 0
    thin = diameter[:SAMPLE] < 0.3  # eight sides on both
    witness = np.array([one.volume for one in peers])
    assert signed_volumes(batch)[:SAMPLE][thin] == pytest.approx(witness[thin], rel=1e-6)
    assert peer_s / ours_s > 10
