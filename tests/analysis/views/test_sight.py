"""Free lines: buildings as exact prisms and ground by samples, against lines sampled every few millimetres."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from tests.analysis.views.grids import grid_of
from twin.analysis.views.sight import FREE, TERRAIN, sight
from twin.analysis.views.surface_model import Prism, SurfaceModel, surface_model

FLAT = grid_of(np.zeros((60, 60)))


def model_of(*prisms: Prism, ground: np.ndarray | None = None) -> SurfaceModel:
    return surface_model(FLAT if ground is None else grid_of(ground), prisms, cell_m=1.0)


def blockers(model: SurfaceModel, eye: tuple[float, float, float], *points: tuple[float, float, float]) -> list[int]:
    return sight(np.array(eye), np.array(points, float), model).blocker.tolist()


def test_a_building_hides_what_is_behind_it_and_nothing_else() -> None:
    model = model_of(Prism("house", shapely.box(20, 20, 30, 30), 0.0, 9.0))
    eye = (10.0, 25.0, 3.0)
    assert blockers(model, eye, (40, 25, 1.5), (19.9, 25, 1.5), (25, 10, 1.5), (25, 25, 1.0)) == [0, FREE, FREE, 0]
    # to clear the roof at its near edge, 10 m away, the line has to rise 6 m in 10 m
    assert blockers(model, (10, 25, 3), (40, 25, 20.9), (40, 25, 21.1)) == [0, FREE]


def test_the_first_of_two_hides_and_where() -> None:
    near, far = Prism("near", shapely.box(20, 0, 22, 60), 0, 5), Prism("far", shapely.box(30, 0, 31, 60), 0, 50)
    model = model_of(near, far)
    low = sight(np.array([10.0, 30.0, 2.0]), np.array([[50.0, 30.0, 2.0]]), model)
    assert (model.prisms[low.blocker[0]].feature_id, low.at_m[0]) == ("near", pytest.approx(10.0))
    high = sight(np.array([10.0, 30.0, 8.0]), np.array([[50.0, 30.0, 8.0]]), model)
    assert (model.prisms[high.blocker[0]].feature_id, high.at_m[0]) == ("far", pytest.approx(20.0))
    # over the near one's first edge, down onto its roof: 10 m high, falls 1 m a metre after (20, 5)
    onto = sight(np.array([15.0, 30.0, 9.0]), np.array([[24.0, 30.0, 0.0]]), model_of(near))
    assert onto.at_m[0] == pytest.approx(5.0)
    roof = sight(np.array([15.0, 30.0, 9.0]), np.array([[21.0, 30.0, 5.0]]), model_of(near))
    assert roof.free.all()


def test_one_looks_through_below_a_bridge_and_across_a_courtyard() -> None:
    bridge = model_of(Prism("bridge", shapely.box(20, 0, 24, 60), 4.0, 7.0))
    level, over, into_its_side, up_through_its_floor = (40, 30, 1.7), (40, 30, 30), (40, 30, 12), (40, 30, 8)
    assert blockers(bridge, (10, 30, 1.7), level, over, into_its_side, up_through_its_floor) == [FREE, FREE, 0, 0]
    ring = shapely.box(10, 10, 50, 50).difference(shapely.box(15, 15, 45, 45))
    court = model_of(Prism("ring", ring, 0.0, 10.0))
    assert blockers(court, (20, 20, 2), (40, 40, 1), (55, 40, 1)) == [FREE, 0]


def test_a_camera_surveyed_into_its_wall_looks_out_but_not_in() -> None:
    model = model_of(Prism("house", shapely.box(20, 20, 30, 30), 0.0, 9.0))
    eye = np.array([20.3, 25.0, 4.0])
    points = np.array([[5.0, 25.0, 1.0], [35.0, 25.0, 1.0], [21.5, 25.0, 1.0]])
    assert sight(eye, points, model).blocker.tolist() == [0, 0, 0]
    assert sight(eye, points, model, wall_tolerance_m=0.5).blocker.tolist() == [FREE, 0, 0]


def test_a_hill_hides_as_similar_triangles_say() -> None:
    ground = np.zeros((60, 60))
    ground[:, 30] = 4.0  # its top at x = 30.5
    model = model_of(ground=ground)
    eye_m, top = 6.0, 30.5 - 0.5
    shadow_ends = 0.5 + top * eye_m / (eye_m - 4.0)
    assert shadow_ends > 60
    lift = 4.0 - (eye_m - 4.0) / top * (50.0 - 30.5)  # on the line over the top, at x = 50
    found = blockers(model, (0.5, 30, eye_m), (50, 30, lift - 0.1), (50, 30, lift + 0.1), (29, 30, 0.0))
    assert found == [TERRAIN, FREE, FREE]


def test_random_houses_on_random_ground_against_dense_samples() -> None:
    rng = np.random.default_rng(8)
    ground = rng.normal(0, 1, (60, 60)).cumsum(0).cumsum(1) / 12
    houses = []
    for number in range(25):
        middle, turn = rng.uniform(5, 55, 2), rng.uniform(0, math.pi)
        shape = shapely.affinity.rotate(
            shapely.box(-rng.uniform(1, 4), -2, 3, rng.uniform(1, 4)), turn, use_radians=True
        )
        shape = shapely.affinity.translate(shape, *middle)
        if number % 3 == 0:
            shape = shape.difference(shape.centroid.buffer(0.8))
        base = float(ground[int(59 - middle[1]), int(middle[0])])
        houses.append(Prism(f"h{number}", shape, base - 1, base + rng.uniform(1, 8)))
    model = model_of(*houses, ground=ground)
    eye = np.array([30.0, 30.0, float(model.ground.heights(np.array([[30.0, 30.0]]))[0]) + 5.0])
    xy = rng.uniform(1, 59, (1200, 2))
    points = np.column_stack([xy, model.ground.heights(xy) + rng.uniform(0.2, 6, 1200)])
    found = sight(eye, points, model)
    t = (np.arange(1, 4000) / 4000)[:, None]
    same = 0
    for point, free in zip(points, found.free, strict=True):
        line = eye + (point - eye) * t
        hidden = (model.ground.heights(line[:, :2]) > line[:, 2] + 0.01).any()
        for one in houses:
            high = (line[:, 2] > one.base_m) & (line[:, 2] < one.top_m)
            hidden = hidden or bool((high & shapely.contains_xy(one.polygon, line[:, 0], line[:, 1])).any())
        same += free == (not hidden)
    print(f"sight lines as dense samples: {same / len(points):.2%}, free {found.free.mean():.0%}")
    assert same / len(points) >= 0.995
    assert 0.1 < found.free.mean() < 0.9
