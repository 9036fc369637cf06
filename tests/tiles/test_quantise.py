"""The lattice: how far a position may move, and that neighbours move alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.tiles.quantise import quantise, step_for

metres = st.floats(-20_000, 20_000)
clouds = st.builds(
    lambda corner, extent, count, seed: (
        np.array(corner) + np.random.default_rng(seed).uniform(0, 1, (count, 3)) * extent
    ),
    st.tuples(metres, metres, metres),
    st.sampled_from([0.0, 0.01, 3.0, 65.0, 66.0, 131.0, 256.0, 1_000.0, 40_000.0]),
    st.integers(1, 200),
    st.integers(0, 2**32 - 1),
)


@given(clouds)
def test_no_position_moves_by_more_than_half_a_step(cloud: np.ndarray) -> None:
    places, lattice = quantise(cloud)
    back = (places + np.array(lattice.low)) * lattice.step_m
    assert np.abs(back - cloud).max() <= lattice.step_m / 2 + 1e-9
    np.testing.assert_allclose(lattice.bounds(), [back.min(axis=0), back.max(axis=0)], atol=1e-9)


@given(clouds)
def test_the_step_is_the_finest_that_16_bits_allow(cloud: np.ndarray) -> None:
    _, lattice = quantise(cloud)
    extent = np.ptp(cloud, axis=0).max()
    assert extent <= lattice.step_m * 65_536
    assert lattice.step_m == 0.001 or extent >= (lattice.step_m / 2) * 65_534


@pytest.mark.parametrize(
    ("extent_m", "step_m"), [(60, 0.001), (130, 0.002), (256, 0.004), (262.1, 0.004), (1000, 0.016)]
)
def test_chunks_of_256_metres_keep_a_step_of_4_millimetres(extent_m: float, step_m: float) -> None:
    assert step_for(np.zeros(3), np.array([extent_m, 10, 3])) == step_m


def test_tiles_of_one_step_agree_on_a_shared_edge() -> None:
    edge = np.random.default_rng(1).uniform(-50, 50, (500, 3)) * [0, 1, 1]
    edge[:, 0] = 123.4567
    west = np.concatenate([edge, edge - np.array([50, 0, 0])])
    east = np.concatenate([edge, edge + np.array([50, 0, 0])])
    metres_of = []
    for cloud in (west, east):
        places, lattice = quantise(cloud)
        assert lattice.step_m == 0.002
        metres_of.append((places + np.array(lattice.low))[:500] * lattice.step_m)
    np.testing.assert_array_equal(*metres_of)


def test_positions_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        quantise(np.array([[0, 0, np.nan]]))
