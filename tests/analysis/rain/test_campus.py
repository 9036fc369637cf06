"""A storm on the demo campus: buildings burnt in, its gullies as drains, doors before its buildings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.analysis.views.grids import read_grid
from twin.analysis.rain.fill import fill_hollows
from twin.analysis.rain.rain_result import Drain, Entrance
from twin.analysis.rain.storm import rain_on_terrain
from twin.analysis.views.surface_model import prisms_of, surface_model
from twin.store.campus import Campus


def test_a_storm_with_gullies_roofs_and_doors(demo_campus: Path) -> None:
    generation = Campus.open(demo_campus).generation
    terrain = read_grid(generation.folder / "rasters" / "dem.tif")
    model = surface_model(terrain, prisms_of(generation.table("buildings"), terrain).kept, cell_m=2.0)
    drainage = generation.table("drainage")
    rows = zip(*(drainage[name].to_pylist() for name in ("feature_id", "appurtenance", "geometry")), strict=True)
    places = {one: shapely.from_wkb(shape) for one, kind, shape in rows if kind == "雨水篦"}
    gullies = [Drain(one, at.x, at.y, 20.0) for one, at in places.items()]
    doors = [
        Entrance(one.feature_id, *one.polygon.exterior.interpolate(0.3, normalized=True).coords[0], 0.15)
        for one in model.prisms
    ]
    given = {"step_min": 10, "runoff": 0.8, "entrances": doors, "entrance_reach_m": 3.0}
    bare = rain_on_terrain(model.surface, [20.0, 30.0, 10.0], **given)
    drained = rain_on_terrain(
        model.surface,
        [20.0, 30.0, 10.0],
        **given,
        drains=gullies,
        drain_reach_m=3.0,
        straight_to_drains=model.is_building,
    )
    for one in (bare, drained):
        assert abs(one.balance.missing_m3) <= 1e-9 * one.balance.rain_m3
        assert one.balance.rain_m3 == pytest.approx(0.06 * 4 * np.isfinite(model.surface.values).sum())
        assert (one.peak_depth_m[model.is_building] < 0.5).all()
    assert drained.balance.straight_to_drains_m3 == pytest.approx(0.06 * 0.8 * 4 * model.is_building.sum())
    assert len(drained.drains) == len(gullies) > 50
    assert all(one.on_terrain for one in drained.drains)
    assert sum(one.taken_m3 for one in drained.drains) > 0
    wet = [{door.entrance_id: door.depth_m for door in one.entrances if door.depth_m} for one in (bare, drained)]
    flooded = [sum(door.flooded for door in one.entrances) for one in (bare, drained)]
    print(f"demo campus: {bare.balance}; with gullies {drained.balance}; wet {[len(one) for one in wet]}, {flooded}")
    print(f"of {len(doors)} doors, deepest {max(wet[0].values()):.3f} m")
    assert set(wet[1]) <= set(wet[0])
    assert sum(wet[1].values()) < sum(wet[0].values())
    deepest = fill_hollows(model.surface).depth_m
    assert (bare.peak_depth_m <= deepest + 1e-9)[np.isfinite(deepest)].all()
