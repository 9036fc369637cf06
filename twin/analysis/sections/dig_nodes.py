"""How a pit meets shafts and fittings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twin.analysis.sections.accuracy import Uncertainty, uncertainty
from twin.analysis.sections.dig_bodies import Margins, Meeting, away_m, bottoms, verdict_of
from twin.analysis.sections.pipes import Nodes, Pipes
from twin.analysis.sections.pit import Pit

Floats = NDArray[np.float64]


def node_meetings(nodes: Nodes, low_m: Floats, pit: Pit, k: float, near_m: float) -> tuple[list[Meeting], Uncertainty]:
    """One meeting for each node whose body the pit meets. ``low_m`` (n,): where each body ends below."""
    depth = nodes.cover_m - low_m
    sd = uncertainty(
        nodes.texts["accuracy_class"], nodes.numbers["plan_sd_m"], nodes.numbers["depth_sd_m"], np.abs(depth)
    )
    top = np.where(_stands_up(nodes), nodes.cover_m, low_m + nodes.radius_m)
    off = np.maximum(away_m(nodes.xyz, pit) - nodes.radius_m, 0.0)
    over = low_m - nodes.radius_m * ~nodes.is_shaft - pit.ground.heights(nodes.xyz[:, :2])
    found = []
    lean = float(pit.reach_m(np.array([np.nanmax(top, initial=-1e9)]) + near_m)[0])
    for row in map(int, np.flatnonzero(off <= k * sd.plan_sd_m + near_m + lean)):
        margins = Margins.of(float(sd.plan_sd_m[row]), float(sd.depth_sd_m[row]), k, near_m)
        here, beside = nodes.xyz[row : row + 1, :2], off[row : row + 1]
        bottom = bottoms(pit, here, beside, margins)
        verdict = verdict_of(top[row : row + 1], beside, bottom, margins, lean)
        if verdict is not None:
            level, spot = float(top[row]), (float(here[0, 0]), float(here[0, 1]))
            above = level - float(bottom[0][0])
            found.append(
                Meeting(row, verdict, 0.0, float(off[row]), level, float(low_m[row]), above, float(over[row]), spot)
            )
    return found, sd


def _stands_up(nodes: Nodes) -> NDArray[np.bool_]:
    """Whether a node reaches up to its cover: a shaft, or anything that stands there."""
    stands: NDArray[np.bool_] = nodes.is_shaft | np.array(
        [one is not None for one in nodes.texts["appurtenance"]], bool
    )
    return stands


def node_bottoms(nodes: Nodes, pipes: Pipes) -> Floats:
    """(n,) how deep every node reaches: its shaft's bottom, else the lowest pipe end there, else its own height."""
    lowest = dict.fromkeys(nodes.feature_id, np.inf)
    first = np.searchsorted(pipes.link, np.arange(len(pipes)), side="left")
    last = np.searchsorted(pipes.link, np.arange(len(pipes)), side="right") - 1
    for name, level in (("from_id", pipes.start[first, 2]), ("to_id", pipes.end[last, 2])):
        for node, z in zip(pipes.texts[name], level, strict=True):
            if node in lowest:
                lowest[node] = min(lowest[node], float(z))
    pipe = np.array([lowest[one] for one in nodes.feature_id], float)
    own = np.where(np.isnan(nodes.xyz[:, 2]), -np.inf, nodes.xyz[:, 2])
    bottoms: Floats = np.where(nodes.is_shaft, nodes.bottom_m, np.where(np.isfinite(pipe), pipe, own))
    return bottoms
