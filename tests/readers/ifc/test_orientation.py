"""Triangles turned outside out: solids stay, inconsistent ones are repaired, open surfaces keep their side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.examples import examples
from twin.readers.ifc.orientation import outward

_CORNERS = np.array([[x, y, z] for x in (0.0, 2.0) for y in (0.0, 3.0) for z in (0.0, 4.0)])
_QUADS = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
_BOX = np.array([one for a, b, c, d in _QUADS for one in ((a, b, c), (a, c, d))], np.uint32)


def _flipped(triangles: NDArray[np.uint32], rows: list[bool]) -> NDArray[np.uint32]:
    return np.where(np.array(rows)[:, None], triangles[:, ::-1], triangles)


@given(rows=st.lists(st.booleans(), min_size=12, max_size=12), shift=st.floats(-1e6, 1e6))
@settings(deadline=None, max_examples=examples(60))
def test_a_box_comes_out_right_however_it_was_delivered(rows: list[bool], shift: float) -> None:
    mesh = outward(_CORNERS + shift, _flipped(_BOX, rows))
    assert mesh.closed
    assert mesh.volume_m3() == pytest.approx(24.0, rel=1e-6)
    assert mesh.surface_m2() == pytest.approx(52.0, rel=1e-6)


@given(rows=st.lists(st.booleans(), min_size=24, max_size=24))
@settings(deadline=None, max_examples=40)
def test_two_boxes_are_turned_one_by_one(rows: list[bool]) -> None:
    positions = np.concatenate([_CORNERS, _CORNERS + 10])
    mesh = outward(positions, _flipped(np.concatenate([_BOX, _BOX + np.uint32(8)]), rows))
    assert mesh.volume_m3() == pytest.approx(48.0)


def test_a_cavity_stays_a_cavity() -> None:
    """An inner shell that runs inward is what IfcFacetedBrepWithVoids means."""
    inner = _CORNERS * 0.5 + 0.5
    mesh = outward(np.concatenate([_CORNERS, inner]), np.concatenate([_BOX, _BOX[:, ::-1] + np.uint32(8)]))
    assert mesh.volume_m3() == pytest.approx(24.0 - 3.0)


def test_unwelded_corners_still_count_as_one_surface() -> None:
    mesh = outward(_CORNERS[_BOX.ravel()], np.arange(36, dtype=np.uint32).reshape(-1, 3)[:, ::-1])
    assert mesh.closed
    assert mesh.volume_m3() == pytest.approx(24.0)


def test_an_open_surface_has_no_volume_and_keeps_its_side() -> None:
    mesh = outward(_CORNERS, _BOX[:6])
    assert not mesh.closed
    assert mesh.volume_m3() is None
    np.testing.assert_array_equal(mesh.triangles, _BOX[:6])


def test_an_open_surface_that_disagrees_follows_its_majority() -> None:
    rows = [False, True, False, False, False, False]
    mesh = outward(_CORNERS, _flipped(_BOX[:6], rows))
    np.testing.assert_array_equal(np.sort(mesh.triangles), np.sort(_BOX[:6]))
    normals = np.cross(
        _CORNERS[mesh.triangles[:, 1]] - _CORNERS[mesh.triangles[:, 0]],
        _CORNERS[mesh.triangles[:, 2]] - _CORNERS[mesh.triangles[:, 0]],
    )
    wanted = np.cross(_CORNERS[_BOX[:6, 1]] - _CORNERS[_BOX[:6, 0]], _CORNERS[_BOX[:6, 2]] - _CORNERS[_BOX[:6, 0]])
    assert (np.einsum("ij,ij->i", normals, wanted) > 0).all()


def test_degenerate_triangles_are_dropped() -> None:
    mesh = outward(_CORNERS, np.concatenate([_BOX, np.array([[0, 0, 1]], np.uint32)]))
    assert len(mesh.triangles) == 12
    assert mesh.closed
