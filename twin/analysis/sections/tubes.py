"""The tube within which each pipe lies: its section and k standard deviations around it, in plan and in height."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twin.analysis.sections.accuracy import coverage_factor, uncertainty
from twin.analysis.sections.dig_bodies import middles
from twin.analysis.sections.pipes import Floats, Mask, Pipes
from twin.mesh.elevation import TerrainSurface


@dataclass(frozen=True, slots=True)
class Tubes:
    """One ellipse for each link of ``pipes``, upright across its straight parts.

    ``half_plan_m``, ``half_depth_m`` (n,): half the section and ``k`` standard deviations; a section that is not known
    counts as 0. ``by_class`` (n,): the deviations are those of the accuracy class (accuracy.toml, unverified), since
    the table states none.
    """

    pipes: Pipes
    half_plan_m: Floats
    half_depth_m: Floats
    by_class: Mask
    k: float


def tubes(networks: Mapping[str, pa.Table], ground: TerrainSurface, *, k: float | None = None) -> Tubes:
    """Where the pipes of ``networks`` (layer id -> table) may lie; the same deviations as a dig is checked with.

    ``k``: default the coverage factor of accuracy.toml. Shares of the depth (CJJ 61-2017: plan 0.10 h, depth 0.15 h)
    take the depth of the middle of the axis below ``ground``.
    """
    pipes = Pipes.of(networks)
    factor = coverage_factor() if k is None else k
    middle = middles(pipes)
    depth = np.abs(ground.heights(middle[:, :2]) - middle[:, 2])
    sd = uncertainty(pipes.texts["accuracy_class"], pipes.numbers["plan_sd_m"], pipes.numbers["depth_sd_m"], depth)
    return Tubes(
        pipes, pipes.wide_m / 2 + factor * sd.plan_sd_m, pipes.tall_m / 2 + factor * sd.depth_sd_m, sd.by_class, factor
    )
