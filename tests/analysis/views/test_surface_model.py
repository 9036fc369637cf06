"""Terrain with buildings burnt in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.analysis.views.grids import grid_of, read_grid
from twin.analysis.views.surface_model import Prism, prisms_of, surface_model
from twin.analysis.views.viewshed import viewshed
from twin.errors import CellTooSmallError
from twin.store.campus import Campus


def test_a_building_is_burnt_in_at_its_top_and_remembered() -> None:
    ground = grid_of(np.tile(np.arange(20.0), (10, 1)))
    low, high = shapely.box(2, 2, 8, 6), shapely.box(6, 4, 9, 9)
    model = surface_model(ground, [Prism("low", low, 2.0, 12.0), Prism("high", high, 6.0, 30.0)], cell_m=0.5)
    assert model.surface.values.shape == (20, 40)
    assert model.is_building.sum() * 0.25 == shapely.union(low, high).area
    row, column = 10, 13  # x 6.75, y 4.75: in both
    assert model.building_at(row, column) == "high"
    assert model.surface.values[row, column] == 30.0
    assert model.ground.values[row, column] == pytest.approx(6.25)
    assert model.building_at(0, 0) is None
    outside = ~model.is_building
    assert (model.surface.values[outside] == model.ground.values[outside]).all()


def test_a_courtyard_stays_open() -> None:
    ring = shapely.box(1, 1, 9, 9).difference(shapely.box(3, 3, 7, 7))
    model = surface_model(grid_of(np.zeros((10, 10))), [Prism("ring", ring, 0.0, 9.0)], cell_m=1.0)
    assert model.is_building.sum() == 64 - 16
    assert viewshed(model.surface, 5.0, 5.0, 1.7).visible[:, 0].sum() == 0


def test_a_grid_beyond_reason_is_refused() -> None:
    with pytest.raises(CellTooSmallError, match="Use larger cells"):
        surface_model(grid_of(np.zeros((100, 100))), [], cell_m=0.01)


def test_buildings_of_the_demo(demo_campus: Path) -> None:
    generation = Campus.open(demo_campus).generation
    terrain = read_grid(generation.folder / "rasters" / "dem.tif")
    table = generation.table("buildings")
    found = prisms_of(table, terrain)
    assert found.found == table.num_rows
    assert len(found.kept) + sum(found.skipped.values()) == found.found
    assert len(found.kept) > 100
    without = table.set_column(table.schema.get_field_index("height_m"), "height_m", [[None] * table.num_rows])
    assert prisms_of(without, terrain).skipped == {"no height": table.num_rows}
    assert len(prisms_of(without, terrain, unknown_height_m=6.0).kept) == table.num_rows
    model = surface_model(terrain, found.kept, cell_m=2.0)
    burnt = sum(one.polygon.area for one in found.kept)
    assert model.is_building.sum() * 4 == pytest.approx(burnt, rel=0.05)
