"""The ground of a finished generation is the one the build used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio

from layers import registry
from twin.analysis.ground import ground_from, ground_of, ground_table
from twin.build.exchange import meshing_of
from twin.mesh.elevation import TerrainSurface
from twin.store.campus import Campus


def test_it_is_the_delivered_terrain(demo_campus: Path) -> None:
    ground = ground_of(Campus.open(demo_campus).generation)
    with rasterio.open(demo_campus / "sources" / "dem.tif") as dem:
        assert ground.grids[0].values.shape == dem.shape
        rows, columns = np.mgrid[5 : dem.height - 5 : 37, 5 : dem.width - 5 : 41]
        x, y = dem.xy(rows.ravel(), columns.ravel())
        delivered = np.array([one[0] for one in dem.sample(zip(x, y, strict=True))])
    np.testing.assert_allclose(ground.heights(np.column_stack([x, y])), delivered, atol=1e-4)


def test_without_a_grid_it_is_what_manhole_covers_tell_as_in_the_build(schutterwald_campus: Path) -> None:
    generation = Campus.open(schutterwald_campus).generation
    ground, built = ground_of(generation), meshing_of(generation, registry()).ground
    assert [one.transform for one in ground.grids] == [one.transform for one in built.grids]
    np.testing.assert_array_equal(ground.grids[0].values, built.grids[0].values)


def test_covers_tell_nothing_to_whoever_is_not_told_exactly(schutterwald_campus: Path, demo_campus: Path) -> None:
    assert not ground_of(Campus.open(schutterwald_campus).generation, exactly=False).grids
    generation = Campus.open(demo_campus).generation
    told, whole = (ground_of(generation, exactly=one).grids for one in (False, True))
    np.testing.assert_array_equal(told[0].values, whole[0].values)


def test_a_table_of_it_reads_back_as_it_was(demo_campus: Path, schutterwald_campus: Path) -> None:
    for folder in (demo_campus, schutterwald_campus):
        ground = ground_of(Campus.open(folder).generation)
        back = ground_from(ground_table(ground))
        for ours, theirs in zip(back.grids, ground.grids, strict=True):
            assert ours.transform == theirs.transform
            assert ours.values.dtype == theirs.values.dtype
            np.testing.assert_array_equal(ours.values, theirs.values)
    assert not ground_from(ground_table(TerrainSurface(()))).grids
