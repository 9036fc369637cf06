"""How near underground pipes come to each other, outside to outside, against what is asked of such a pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.analysis.sections.accuracy import coverage_factor, uncertainty
from twin.analysis.sections.limits import Limits, PairLimits, shipped_limits
from twin.analysis.sections.near_pairs import CROSSING, PARALLEL, TOUCHING, Nearness, nearnesses
from twin.analysis.sections.pipes import Pipes
from twin.analysis.sections.rows import arrow_rows

Floats = NDArray[np.float64]

FIRST: Final = ("gas", "power")  # what kills first stands first


@dataclass(frozen=True, slots=True)
class ClearanceFinding:
    """Two pipes nearer than is asked, or in one another.

    ``relation``: crossing (``clearance_m`` is vertical), parallel (horizontal) or touching (in space, for bodies that
    meet without either). ``clearance_m`` below 0 is how far they overlap. ``gap_m``: least distance of the two bodies
    in space; ``clash``: it is below 0. ``limit_m`` is None where nothing is asked of such a pair. ``uncertainty_m``: k
    standard deviations of the difference; ``within_uncertainty``: the place is not known well enough to be sure.
    ``x``, ``y``: in plan; ``z``: between the two.
    """

    layer_a: str
    feature_a: str
    layer_b: str
    feature_b: str
    relation: str
    x: float
    y: float
    z: float
    clearance_m: float
    limit_m: float | None
    gap_m: float
    clash: bool
    uncertainty_m: float
    within_uncertainty: bool
    source: str | None
    unverified: bool


@dataclass(frozen=True, slots=True)
class ClearanceReport:
    """Findings, clashes first, then gas and power, then by how much is lacking; and what was looked at.

    ``pairs``: pairs of pipes near enough to matter; ``crossings``, ``parallels``: how many of them cross or run side by
    side; ``connected``: pairs left out since they join. ``found`` = kept + ``skipped``. ``k``: the coverage factor.
    """

    findings: tuple[ClearanceFinding, ...]
    pairs: int
    crossings: int
    parallels: int
    connected: int
    found: int
    skipped: dict[str, int]
    without_size: int
    k: float

    def to_arrow(self) -> pa.Table:
        return arrow_rows(ClearanceFinding, self.findings)

    def counts(self) -> dict[tuple[str, bool], int]:
        """(relation, clash) -> how many."""
        return dict(Counter((one.relation, one.clash) for one in self.findings))


def check_clearance(networks: Mapping[str, pa.Table], limits: Limits | None = None) -> ClearanceReport:
    """Every pair of links that comes nearer than ``limits`` (default: the shipped ones, unverified) allows.

    Crossing axes: the least vertical distance of the two bodies over their common plan. Runs side by side within 15°:
    the least distance in plan less half of both widths. Links that share a node, whose ends meet, or of which one ends
    in the other's body within one layer are connections and left out. A pair has at most one finding a relation.
    """
    asked = limits or shipped_limits()
    pipes = Pipes.of(networks)
    near = nearnesses(pipes, asked.horizontal.largest_m)
    kinds = asked.kinds(pipes)
    shared = {one: number for number, one in enumerate(dict.fromkeys(kinds))}
    numbers = np.array([shared[one] for one in kinds], np.int64)
    tables = {
        relation: _table(pairs, list(shared))
        for relation, pairs in ((CROSSING, asked.vertical), (PARALLEL, asked.horizontal), (TOUCHING, None))
    }
    spread = _spread(pipes)
    found = []
    for relation, (limit_of, source, unverified) in tables.items():
        rows = np.flatnonzero(near.relation == relation)
        limit = limit_of[numbers[near.a[rows]], numbers[near.b[rows]]] if len(rows) else np.empty(0)
        lacking = (near.clearance_m[rows] < limit) | (near.gap_m[rows] < 0)
        for row, asked_m in zip(rows[lacking], limit[lacking], strict=True):
            found.append(_finding(pipes, near, int(row), float(asked_m), source, unverified, spread))
    return ClearanceReport(
        tuple(sorted(found, key=_weight)),
        near.pairs,
        near.crossings,
        near.parallels,
        near.connected,
        pipes.found,
        pipes.skipped,
        int((pipes.wide_m == 0).sum()),
        coverage_factor(),
    )


def _table(pairs: PairLimits | None, kinds: list[tuple[str, ...]]) -> tuple[Floats, str | None, bool]:
    """Limits of all combinations of kinds at once, NaN where there is none."""
    if pairs is None:
        return np.full((len(kinds), len(kinds)), np.nan), None, False
    values = [[pairs.of(a, b) for b in kinds] for a in kinds]
    table = np.array([[np.nan if one is None else one for one in row] for row in values], float)
    return table.reshape(len(kinds), len(kinds)), pairs.source, pairs.unverified


def _spread(pipes: Pipes) -> tuple[Floats, Floats]:
    """Plan and depth standard deviations (n,) of the pipes, depth by what the table says of it."""
    depth = np.fmax(pipes.numbers["from_depth_m"], pipes.numbers["to_depth_m"])
    sd = uncertainty(
        pipes.texts["accuracy_class"], pipes.numbers["plan_sd_m"], pipes.numbers["depth_sd_m"], np.abs(depth)
    )
    return sd.plan_sd_m, sd.depth_sd_m


def _finding(
    pipes: Pipes,
    near: Nearness,
    row: int,
    limit_m: float,
    source: str | None,
    unverified: bool,
    spread: tuple[Floats, Floats],
) -> ClearanceFinding:
    a, b = int(near.a[row]), int(near.b[row])
    relation = str(near.relation[row])
    sd = spread[1 if relation == CROSSING else 0]
    unsure = coverage_factor() * float(np.hypot(sd[a], sd[b]))
    clearance, gap = float(near.clearance_m[row]), float(near.gap_m[row])
    limited = not np.isnan(limit_m)
    x, y, z = (float(one) for one in near.xyz[row])
    return ClearanceFinding(
        layer_a=pipes.layer_id[a],
        feature_a=pipes.feature_id[a],
        layer_b=pipes.layer_id[b],
        feature_b=pipes.feature_id[b],
        relation=relation,
        x=x,
        y=y,
        z=z,
        clearance_m=clearance,
        limit_m=limit_m if limited else None,
        gap_m=gap,
        clash=gap < 0,
        uncertainty_m=unsure,
        within_uncertainty=bool((limit_m if limited else 0.0) - clearance < unsure),
        source=source if limited else None,
        unverified=limited and unverified,
    )


def _weight(one: ClearanceFinding) -> tuple[bool, bool, float, str, str]:
    dangerous = one.layer_a in FIRST or one.layer_b in FIRST
    lacking = (one.limit_m if one.limit_m is not None else 0.0) - one.clearance_m
    return not one.clash, not dangerous, -lacking, one.feature_a, one.feature_b
