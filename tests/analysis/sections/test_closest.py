"""Crossings and closest points against plain search."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from twin.analysis.sections.closest import at_share, closest, crossings

SHARES = np.linspace(0.0, 1.0, 161)


@given(arrays(float, (4, 3), elements=st.floats(-10, 10, width=32)), st.sampled_from([2, 3]))
def test_no_two_points_are_closer_than_the_closest(points: np.ndarray, size: int) -> None:  # type: ignore[type-arg]
    p, p2, q, q2 = (one[None, :size].astype(float) for one in points)
    s, t, apart = closest(p, p2, q, q2)
    here, there = p + (p2 - p) * SHARES[:, None], q + (q2 - q) * SHARES[:, None]
    searched = np.linalg.norm(here[:, None] - there[None], axis=2).min()
    # the search is coarse: it may be farther by what half a step of both is long, and never nearer
    step = (np.linalg.norm(p2 - p) + np.linalg.norm(q2 - q)) / 160 / 2
    assert apart[0] <= searched + 1e-6
    assert apart[0] >= searched - step - 1e-6
    assert np.linalg.norm(at_share(p, p2, s) - at_share(q, q2, t)) == pytest.approx(apart[0], abs=1e-6)


def test_parallel_parts_and_points_never_cross() -> None:
    p = np.array([[0.0, 0.0], [0.0, 0.0], [5.0, 5.0]])
    p2 = np.array([[1.0, 1.0], [1.0, 1.0], [5.0, 5.0]])
    q = np.array([[0.0, 1.0], [0.5, 0.5], [0.0, 5.0]])
    *_, met, _ = crossings(p, p2, q, q + p2 - p)
    assert not met.any()
