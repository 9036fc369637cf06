"""The meshopt codecs, decoded by the reference decoder of their author."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tiles.witness import Stream, decode, rows_up_to_rotation
from twin.tiles.meshopt import encode_attributes
from twin.tiles.meshopt_indices import encode_indices
from twin.tiles.meshopt_triangles import encode_triangles

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])

elements = st.builds(
    lambda count, words, spread, seed: _elements(count, words * 4, spread, seed),
    st.one_of(st.integers(1, 40), st.sampled_from([255, 256, 257, 272, 512, 1000])),
    st.sampled_from([1, 2, 3, 4, 16, 33, 64]),
    st.sampled_from([0, 1, 2, 4, 9, 40, 255]),
    st.integers(0, 2**32 - 1),
)
meshes = st.builds(
    lambda count, reach, seed: _triangles(count, reach, seed),
    st.one_of(st.integers(1, 12), st.integers(13, 600)),
    st.sampled_from([1, 2, 4, 8, 15, 40, 100_000]),
    st.integers(0, 2**32 - 1),
)


def _elements(count: int, stride: int, spread: int, seed: int) -> np.ndarray:
    """Bytes that wander by up to ``spread`` from one element to the next, so that every packing occurs."""
    steps = np.random.default_rng(seed).integers(-spread, spread + 1, (count, stride))
    return np.cumsum(steps, axis=0).astype(np.uint8)


def _triangles(count: int, reach: int, seed: int) -> np.ndarray:
    """A strip-like mesh: every triangle takes its corners from the latest ``reach`` vertices, or new ones."""
    random = np.random.default_rng(seed)
    vertices, out = 3, [[0, 1, 2]]
    while len(out) < count:
        low = max(0, vertices - reach - 2)
        corners = random.permutation(np.arange(low, vertices + random.integers(0, 4)))[:3]
        if len(corners) < 3:
            corners = np.arange(vertices - 2, vertices + 1)
        out.append([int(one) for one in corners])
        vertices = max(vertices, int(max(corners)) + 1)
    return first_use_order(np.array(out))


def first_use_order(triangles: np.ndarray) -> np.ndarray:
    _, first, inverse = np.unique(triangles.ravel(), return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].reshape(-1, 3).astype(np.uint32)


@FEW
@given(st.lists(elements, min_size=1, max_size=60))
def test_attributes_come_back_byte_for_byte(cases: list[np.ndarray]) -> None:
    streams = [Stream("ATTRIBUTES", *case.shape, encode_attributes(case)) for case in cases]
    for case, decoded in zip(cases, decode(streams), strict=True):
        assert decoded == case.tobytes()


@FEW
@given(st.lists(meshes, min_size=1, max_size=60))
def test_triangles_come_back_in_order_with_their_winding(cases: list[np.ndarray]) -> None:
    streams = [Stream("TRIANGLES", case.size, 4, encode_triangles(case)) for case in cases]
    for case, decoded in zip(cases, decode(streams), strict=True):
        got = np.frombuffer(decoded, "<u4").reshape(-1, 3)
        np.testing.assert_array_equal(rows_up_to_rotation(got), rows_up_to_rotation(case))


@FEW
@given(st.lists(meshes, min_size=1, max_size=60), st.integers(0, 2**32 - 1))
def test_index_sequences_come_back_as_they_are(cases: list[np.ndarray], seed: int) -> None:
    """In any vertex order, up to indices of 30 bits."""
    random = np.random.default_rng(seed)
    cases = [
        (random.permutation(one.max() + 1)[one] * random.choice([1, 3, 10_000])).astype(np.uint32) for one in cases
    ]
    streams = [Stream("INDICES", case.size, 4, encode_indices(case)) for case in cases]
    for case, decoded in zip(cases, decode(streams), strict=True):
        assert decoded == case.astype("<u4").tobytes()


def test_a_regular_grid_costs_about_a_byte_a_triangle() -> None:
    side = np.arange(100)
    corner = (side[:, None] * 101 + side).ravel()
    quads = np.stack([corner, corner + 1, corner + 101, corner + 1, corner + 102, corner + 101], axis=1)
    triangles = first_use_order(quads.reshape(-1, 3))
    assert len(encode_triangles(triangles)) < 1.7 * len(triangles)


def test_non_manifold_fans_and_doubled_faces_survive() -> None:
    fan = np.array([[0, 1, one] for one in range(2, 40)])
    doubled = np.concatenate([fan, fan[:, ::-1], fan])
    shuffled = np.random.default_rng(5).permutation(np.repeat(doubled, 3, axis=0))
    cases = [first_use_order(one) for one in (fan, doubled, shuffled)]
    decoded = decode([Stream("TRIANGLES", one.size, 4, encode_triangles(one)) for one in cases])
    for case, body in zip(cases, decoded, strict=True):
        got = np.frombuffer(body, "<u4").reshape(-1, 3)
        np.testing.assert_array_equal(rows_up_to_rotation(got), rows_up_to_rotation(case))


def test_two_byte_indices_decode_from_the_same_stream() -> None:
    case = _triangles(300, 8, 3)
    (body,) = decode([Stream("TRIANGLES", case.size, 2, encode_triangles(case))])
    got = np.frombuffer(body, "<u2").reshape(-1, 3)
    np.testing.assert_array_equal(rows_up_to_rotation(got), rows_up_to_rotation(case))


def test_what_the_codecs_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="stride of 4"):
        encode_attributes(np.zeros((3, 6), np.uint8))
    with pytest.raises(ValueError, match="at least one element"):
        encode_attributes(np.zeros((0, 4), np.uint8))
    with pytest.raises(ValueError, match="twice"):
        encode_triangles(np.array([[0, 1, 1]], np.uint32))
    with pytest.raises(ValueError, match="order of first use"):
        encode_triangles(np.array([[0, 2, 1]], np.uint32))
