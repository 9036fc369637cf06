"""Shells look like their building from afar: plan, heights, towers and courtyards, few triangles."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
import shapely.affinity

from tests.mesh.closing import closed
from twin.mesh.assemble import signed_volumes
from twin.mesh.buildings import extrude
from twin.mesh.shell import element_plans, shell
from twin.model.mesh import MeshBatch

WHITE = np.array([200, 205, 210, 255], np.uint8)


def elements(*parts: tuple[object, float, float]) -> MeshBatch:
    """Extruded plans as building elements: (polygon, low, high) each."""
    n = len(parts)
    return extrude(
        np.array([p for p, _, _ in parts], object),
        np.array([low for _, low, _ in parts]),
        np.array([high for _, _, high in parts]),
        rgba=np.tile(WHITE, (n, 1)),
        idx=np.arange(n, dtype=np.uint32),
        floor=True,
    )


def storeys(outline: shapely.Polygon, low: float, count: int, height: float = 3.5) -> list[tuple[object, float, float]]:
    """Walls 0.3 m thick with a door gap, and slabs, storey by storey."""
    walls = shapely.difference(outline, shapely.buffer(outline, -0.3, join_style="mitre"))
    x, y = outline.exterior.coords[0][:2]
    walls = shapely.difference(walls, shapely.box(x - 1, y + 2, x + 1, y + 3))
    parts: list[tuple[object, float, float]] = []
    for storey in range(count):
        level = low + storey * height
        parts += [(outline, level, level + 0.3), (walls, level + 0.3, level + height)]
    return [*parts, (outline, low + count * height, low + count * height + 0.3)]


def made(*parts: tuple[object, float, float], **more: object) -> MeshBatch:
    return shell(elements(*parts), idx=7, rgba=WHITE, **more)


BLOCK = shapely.Polygon([(0, 0), (40, 0), (40, 15), (0, 15)])


def test_a_block_becomes_a_box_of_its_size() -> None:
    batch = made(*storeys(BLOCK, 0.0, 4))
    assert len(batch.triangles) == 12
    assert closed(batch)
    assert signed_volumes(batch)[0] == pytest.approx(40 * 15 * 14.3, rel=0.01)
    assert batch.idx.tolist() == [7]
    assert batch.rgba.tolist() == [WHITE.tolist()]


def test_a_turned_block_is_not_blown_up_to_its_axis_box() -> None:
    turned = shapely.affinity.rotate(BLOCK, 33, origin=(0, 0))
    batch = made(*storeys(turned, 0.0, 3))
    assert signed_volumes(batch)[0] == pytest.approx(40 * 15 * 10.8, rel=0.02)


def test_a_tower_on_a_podium_keeps_both() -> None:
    podium, tower = shapely.box(0, 0, 60, 40), shapely.box(5, 5, 25, 25)
    batch = made(*storeys(podium, 0.0, 2), *storeys(tower, 7.3, 10))
    top = batch.positions[batch.positions[:, 2] > 20]
    assert top[:, 0].max() < 26
    assert batch.bounds()[1] == pytest.approx([60, 40, 42.6], abs=0.1)
    assert len(batch.triangles) < 60


def test_a_courtyard_stays_open_and_rooms_do_not_open() -> None:
    ring = shapely.Polygon(shapely.box(0, 0, 50, 50).exterior, [shapely.box(15, 15, 35, 35).exterior.coords])
    batch = made(*storeys(ring, 0.0, 3))
    assert signed_volumes(batch)[0] == pytest.approx(ring.area * 10.8, rel=0.02)


def test_a_terrace_does_not_become_a_storey() -> None:
    terrace = shapely.box(-10, -10, 50, 25)
    batch = made((terrace, -0.2, 0.0), *storeys(BLOCK, 0.0, 2))
    assert batch.bounds()[0, :2] == pytest.approx([0, 0], abs=0.1)


def test_a_round_building_is_coarsened_until_it_fits() -> None:
    rng = np.random.default_rng(2)
    parts = [
        part
        for x, y in rng.uniform(0, 200, (30, 2))
        for part in storeys(shapely.Point(x, y).buffer(6), 0.0, int(rng.integers(1, 6)))
    ]
    batch = made(*parts, max_triangles=300)
    assert 0 < len(batch.triangles) <= 300
    assert len(made(*parts, max_triangles=20).triangles) == 12  # a box round everything is the last resort


def test_a_sheet_without_thickness_still_has_a_plan() -> None:
    sheet = MeshBatch(
        np.array([[0.0, 0, 0], [10, 0, 0], [10, 0, 3], [0, 0, 3]]),
        np.array([[0, 1, 2], [0, 2, 3]], np.uint32),
        np.zeros(4, np.uint32),
        WHITE[None],
        np.zeros(1, np.uint32),
    )
    plans = element_plans(sheet)
    assert shapely.area(plans.outline)[0] == pytest.approx(0.1 * 10.1)
    assert len(shell(sheet, idx=0, rgba=WHITE).triangles) >= 8


def test_no_elements_no_shell() -> None:
    batch = shell(MeshBatch.empty(), idx=np.array([3]), rgba=WHITE[None])
    assert batch.idx.tolist() == [3]
    assert len(batch.triangles) == 0
