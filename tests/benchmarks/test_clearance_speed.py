"""The clearance of a city's pipes against the bare search for near pairs, on the same 100,000 straight parts.

Peer: ``shapely.STRtree.query`` with ``dwithin`` over the same lines: it finds the pairs and measures none. Ours finds
them, measures crossings, runs and bodies, leaves connections out and compares with limits. CPU seconds, same process.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely

from tests.analysis.sections.making import link, network
from twin.analysis.sections.clearance import check_clearance
from twin.analysis.sections.limits import shipped_limits

pytestmark = [pytest.mark.benchmark, pytest.mark.slow, pytest.mark.timeout(900)]

PARTS = 100_000
LAYERS = ("water_supply", "drainage", "gas", "heat", "power")
LARGEST_RATIO = 10.0  # measured 4
LONGEST_S = 30.0


def test_a_hundred_thousand_parts() -> None:
    """Streets in a lattice, five layers side by side in each: 20,000 links of 10 m a layer, joined end to end."""
    tables, lines = {}, []
    streets, steps = 100, PARTS // len(LAYERS) // 100
    for number, layer in enumerate(LAYERS):
        rows = []
        for street in range(streets):
            turned = street % 2
            at = (street // 2) * 40.0 + number * 1.3
            along = np.arange(steps + 1) * 10.0
            points = np.column_stack(
                [along, np.full(steps + 1, at), np.full(steps + 1, 5 - number * 0.5 - turned * 0.2)]
            )
            points = points[:, [1, 0, 2]] if turned else points
            for step in range(steps):
                ends = {"from_id": f"{layer}{street}-{step}", "to_id": f"{layer}{street}-{step + 1}"}
                pair = [tuple(points[step]), tuple(points[step + 1])]
                rows.append(link(f"{layer}:{street}:{step}", pair, diameter_m=0.3, **ends))
                lines.append(pair)
        tables[layer] = network(layer, rows)
    begin = time.process_time()
    report = check_clearance(tables)
    ours = time.process_time() - begin
    begin = time.process_time()
    plan = shapely.force_2d(shapely.linestrings(lines))
    reach = shipped_limits().horizontal.largest_m + 0.3
    pairs = shapely.STRtree(plan).query(plan, "dwithin", reach)
    peer = time.process_time() - begin
    print(
        f"clearance of {PARTS:,} parts, {report.pairs:,} pairs near, {len(report.findings):,} findings: {ours:.1f} s; "
    )
    print(f"STRtree alone: {peer:.1f} s for {pairs.shape[1] // 2:,} pairs; ratio {ours / peer:.1f}")
    assert report.found == PARTS
    assert ours < LONGEST_S
    assert ours / peer < LARGEST_RATIO
