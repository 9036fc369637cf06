"""Scene axes: what has a height keeps it, what has none lies on the ground, and both askers are told the same."""

from __future__ import annotations

import numpy as np
import shapely

from ioc_app.scene_axes import SceneAxes
from tests.analysis.sections.making import terrain_of

ORIGIN = np.array([100.0, 200.0, 5.0])
GROUND = terrain_of(lambda x, _: x / 10.0, (90.0, 190.0, 130.0, 230.0))  # 9 m in the west, 13 m in the east
AXES = SceneAxes(ORIGIN, GROUND.heights)


def corners(shape: shapely.Geometry) -> list[list[float]]:
    found: list[list[float]] = shapely.get_coordinates(shape, include_z=True).round(2).tolist()
    return found


def test_each_corner_has_its_own_height_or_that_of_the_ground_or_of_the_origin() -> None:
    shapes = np.array(
        [
            shapely.LineString([(110, 210, 8.0), (120, 210, np.nan)]),
            shapely.Point(110, 210),
            shapely.Point(500, 500),
            None,
        ]
    )
    line, point, outside, nothing = AXES.shapes(shapes)
    assert corners(line) == [[10, 10, 3], [20, 10, 7]]  # 12 m of ground at x = 120
    assert corners(point) == [[10, 10, 6]]
    assert corners(outside) == [[400, 300, 0]]
    assert nothing is None


def test_a_box_without_heights_lies_where_a_shape_without_heights_does() -> None:
    nan = np.nan
    boxes = AXES.boxes(np.array([[105, 205, nan, 115, 215, nan], [105, 205, 6, 115, 215, 8], [nan] * 6]))
    (middle,) = AXES.shapes(np.array([shapely.Point(110, 210)]))
    assert boxes[0].round(2).tolist() == [5, 5, middle.z, 15, 15, middle.z]
    assert boxes[1].tolist() == [5, 5, 1, 15, 15, 3]
    assert np.isnan(boxes[2]).all()
    assert np.isnan(AXES.ground_m(np.array([[500.0, 500.0]]))).all(), "nobody knows, and it is said so"
