"""A shell looks from afar as its building does near by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from tests.mesh.closing import closed
from tests.mesh.test_shell import BLOCK, WHITE, elements
from twin.mesh.shell import shell
from twin.mesh.shell_colour import like_its_elements
from twin.model.colour import from_linear, to_linear
from twin.model.mesh import MeshBatch

BRICK, SLATE, GLASS, INSIDE = (
    np.array(one, np.uint8) for one in ((150, 60, 40), (60, 70, 80), (120, 160, 200), (0, 255, 0))
)
NEAR = 12
"""Levels of sRGB: points are strewn, a mean of them is not exact."""


def house(*, glazed: bool = False) -> MeshBatch:
    """Brick walls 12 m high, a slate roof, green furniture in the middle; ``glazed``: the southern half is a window."""
    walls = shapely.difference(BLOCK, shapely.buffer(BLOCK, -0.3, join_style="mitre"))
    floors = [(BLOCK, level, level + 0.3) for level in (0.0, 3.0, 6.0, 9.0)]
    parts = [(walls, 0.0, 12.0), (BLOCK, 12.0, 12.3), *floors, (shapely.box(10, 5, 30, 10), 0.1, 11.0)]
    colours = [BRICK, SLATE, *[BRICK] * len(floors), INSIDE]
    if glazed:
        parts.append((shapely.box(0, -0.05, 40, 0), 0.0, 6.15))
        colours.append(GLASS)
    batch = elements(*parts)
    return replace(batch, rgba=np.array([[*one, 255] for one in colours], np.uint8))


def faces(batch: MeshBatch) -> dict[str, NDArray[np.uint8]]:
    """The colour of the roof and of the sides."""
    corners = batch.positions[batch.triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    rgb = batch.vertex_colours()[batch.triangles[:, 0], :3]
    sides = {"roof": (0, 0, 1), "south": (0, -1, 0), "north": (0, 1, 0), "west": (-1, 0, 0), "east": (1, 0, 0)}
    found = {name: np.unique(rgb[normal @ way > 0.99], axis=0) for name, way in sides.items()}
    assert all(len(one) and (np.ptp(one, axis=0) <= NEAR).all() for one in found.values()), found
    return {name: one[0] for name, one in found.items()}


def test_roof_and_walls_have_the_colours_of_roof_and_walls_and_nothing_of_the_inside() -> None:
    building = house()
    plain = shell(building, idx=7, rgba=WHITE)
    batch = like_its_elements(plain, building)
    seen = faces(batch)
    assert np.abs(seen.pop("roof").astype(int) - SLATE).max() <= NEAR
    for name, rgb in seen.items():
        assert np.abs(rgb.astype(int) - BRICK).max() <= NEAR, name
    assert (batch.idx.tolist(), batch.features, len(batch.triangles)) == ([7], 1, len(plain.triangles))
    assert closed(plain)
    assert np.array_equal(batch.positions[batch.triangles], plain.positions[plain.triangles])


def test_a_window_counts_by_its_share_in_light() -> None:
    building = house(glazed=True)
    south = faces(like_its_elements(shell(building, idx=7, rgba=WHITE), building))["south"]
    # both sides of the pane and of the wall behind it are near the face, and the edges of four floors and the roof
    pane, wall = 2 * 40 * 6.15, 2 * 40 * 12 + 5 * 40 * 0.3
    expected = (pane * to_linear(GLASS) + wall * to_linear(BRICK)) / (pane + wall)
    assert south == pytest.approx(from_linear(expected).astype(int), abs=NEAR)


def test_the_same_building_has_the_same_colours_every_time() -> None:
    building = house(glazed=True)
    first, second = (like_its_elements(shell(building, idx=7, rgba=WHITE), building) for _ in range(2))
    assert np.array_equal(first.vertex_colours(), second.vertex_colours())


def test_a_face_without_elements_has_the_mean_of_those_that_look_its_way() -> None:
    far = shell(elements((shapely.box(500, 500, 520, 510), 0.0, 9.0)), idx=7, rgba=WHITE)
    seen = faces(like_its_elements(far, house()))
    assert len({tuple(seen[name]) for name in ("south", "north", "west", "east")}) == 1
    assert not np.array_equal(seen["roof"], WHITE[:3])


@pytest.mark.parametrize("level", [0, 1, 10, 11, 128, 254, 255])
def test_levels_come_back_from_light(level: int) -> None:
    assert from_linear(to_linear(np.array([level], np.uint8)))[0] == level


def test_half_the_light_is_not_half_the_level() -> None:
    assert from_linear(np.array([0.5]))[0] == 188  # IEC 61966-2-1: 0.5 -> 0.7354
