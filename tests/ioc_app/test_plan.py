"""Storey plans: the cut against solids whose section is known, and what the plan of the small campus holds."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from tests.entering import TestClient
from tests.ioc_app.small_campus import STOREYS, box_mesh, tube_mesh
from twin.analysis.plans.cutting import areas, cut, paths, rings

SIZE = st.floats(0.05, 40)
PLACE = st.floats(-500, 500)


@example(0.0, 0.0, 1.0, 0.25, 1.0, 0.05)  # a cut half-way between two places of the grid
@given(PLACE, PLACE, SIZE, SIZE, SIZE, st.floats(0.05, 0.95))
def test_a_box_cuts_to_its_rectangle(
    x: float, y: float, width: float, depth: float, height: float, share: float
) -> None:
    positions, triangles = box_mesh((x, y, 0), (x + width, y + depth, height))
    area, open_lines = areas(cut(positions, triangles, height * share))
    wanted = shapely.box(x, y, x + width, y + depth)
    assert area.area == pytest.approx(wanted.area, abs=0.004 * (width + depth))  # 1 mm grid along the outline
    assert shapely.hausdorff_distance(area.boundary, wanted.boundary) <= 0.002
    assert open_lines.is_empty


@given(st.integers(3, 40), st.floats(0.3, 20), st.floats(0.1, 0.9))
def test_a_cone_cuts_to_its_polygon(sides: int, radius: float, share: float) -> None:
    turn = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    rim = np.column_stack([radius * np.cos(turn), radius * np.sin(turn), np.zeros(sides)])
    positions = np.vstack([rim, [[0, 0, 1]], [[0, 0, 0]]])
    triangles = [(n, (n + 1) % sides, sides) for n in range(sides)] + [
        ((n + 1) % sides, n, sides + 1) for n in range(sides)
    ]
    area, _ = areas(cut(positions, np.array(triangles, np.uint32), share))
    wanted = shapely.Polygon(rim[:, :2] * (1 - share))
    assert area.area == pytest.approx(wanted.area, rel=0.02, abs=0.002 * radius * sides)


def test_a_hollow_column_keeps_its_hole() -> None:
    positions, triangles = tube_mesh(7, 3, 0.3, 0.2, 0, 4)
    area, _ = areas(cut(positions, triangles, 1.2))
    assert area.area == pytest.approx(0.36 - 0.16, abs=1e-6)
    assert len(rings(area)) == 2


def test_a_plane_through_vertices_still_closes() -> None:
    positions, triangles = box_mesh((0, 0, 0), (2, 1, 1.2))
    area, _ = areas(cut(positions, triangles, 1.2))
    assert area.area in (pytest.approx(2.0, abs=1e-3), 0.0)


def test_an_open_sheet_gives_lines() -> None:
    positions = np.array([[0, 0, 0], [4, 0, 0], [4, 0, 3], [0, 0, 3]], float)
    area, open_lines = areas(cut(positions, np.array([[0, 1, 2], [0, 2, 3]], np.uint32), 1.0))
    assert area.is_empty
    assert sum(shapely.LineString(one).length for one in paths(open_lines)) == pytest.approx(4.0)


def test_nothing_above_or_below_is_cut() -> None:
    positions, triangles = box_mesh((0, 0, 0), (1, 1, 1))
    assert len(cut(positions, triangles, 2.0)) == 0
    assert areas(cut(positions, triangles, -1.0))[0].is_empty


def test_plan_of_the_ground_floor(client: TestClient) -> None:
    plan = client.get(f"/api/v1/plan/{STOREYS[0]}").json()
    walls = shapely.union_all([shapely.make_valid(shapely.Polygon(ring)) for ring in plan["walls"][:4]])
    assert walls.area == pytest.approx(2 * 10 * 0.2 + 2 * 5.6 * 0.2, abs=1e-3)
    assert len(plan["walls"]) == 6  # four walls, the column's outside and inside
    rooms = {one["number"]: one for one in plan["spaces"]}
    for one in rooms.values():
        assert shapely.Polygon(one["ring"]).area == pytest.approx(26.32, abs=0.01)
        circle = shapely.Point(one["label"]).buffer(one["label_radius_m"] * 0.99)
        assert shapely.Polygon(one["ring"]).contains(circle)
        assert one["label_radius_m"] == pytest.approx(4.7 / 2, abs=0.01)
        assert one["label"] == pytest.approx([shapely.Polygon(one["ring"]).centroid.x, 3.0], abs=0.001)
    assert rooms["101"]["name"] == "配电室"
    assert [one["feature_id"] for one in plan["doors"]] == ["element:lib:door"]
    assert {one["device_code"]: one["position"] for one in plan["devices"]} == {"CAM-001": [1, 1], "SMK-001": [6, 3]}
    assert plan["bounds"] == [0, 0, 10, 6]


def test_plan_of_the_first_floor_has_the_wall_that_passes_through(client: TestClient) -> None:
    plan = client.get(f"/api/v1/plan/{STOREYS[1]}").json()
    assert [shapely.Polygon(one).area for one in plan["walls"]] == [pytest.approx(2.0, abs=1e-3)]
    assert plan["spaces"] == plan["doors"] == plan["devices"] == []
