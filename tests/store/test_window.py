"""A window over a file gives what looking at every row gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from twin.store import geoparquet
from twin.store.window import WindowReader

ROWS = 9_000  # three row groups, the last one short


def write(path: Path, geometry: np.ndarray) -> None:
    box = geoparquet.boxes(geometry)
    order = geoparquet.morton_order(box)
    table = pa.table(
        {
            "feature_id": np.char.add("f", np.arange(len(geometry)).astype(str))[order],
            "geometry": pa.array(shapely.to_wkb(geometry)[order], pa.binary()),
            "bbox": geoparquet.box_array(box[order]),
        }
    )
    geoparquet.write(path, table, "EPSG:4549")


def scattered(seed: int) -> np.ndarray:
    """Short lines over a square kilometre; every hundredth row has no geometry."""
    random = np.random.default_rng(seed)
    start = random.uniform(0, 1000, (ROWS, 2))
    lines = shapely.linestrings(np.stack([start, start + random.uniform(-30, 30, (ROWS, 2))], axis=1))
    lines[::100] = None
    return lines


@pytest.fixture(scope="module")
def lines() -> np.ndarray:
    return scattered(1)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, lines: np.ndarray) -> Path:
    path = tmp_path_factory.mktemp("window") / "lines.parquet"
    write(path, lines)
    return path


side = st.floats(-50, 1050)


@given(west=side, south=side, width=st.floats(0, 400), height=st.floats(0, 400))
def test_rows_are_those_whose_boxes_touch(
    path: Path, lines: np.ndarray, west: float, south: float, width: float, height: float
) -> None:
    east, north = west + width, south + height
    box = shapely.bounds(lines)
    with np.errstate(invalid="ignore"):
        touching = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north) & (box[:, 3] >= south)
    found = WindowReader().read(path, (west, south, east, north))
    assert set(found["feature_id"].to_pylist()) == {f"f{row}" for row in np.flatnonzero(touching)}
    shapes = shapely.from_wkb(found["geometry"].to_numpy())
    assert all(
        shape.equals(lines[int(name[1:])]) for name, shape in zip(found["feature_id"].to_pylist(), shapes, strict=True)
    )


def test_a_file_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    path, reader = tmp_path / "lines.parquet", WindowReader()
    write(path, scattered(2))
    everything = (-100, -100, 1100, 1100)
    before = reader.read(path, everything)
    write(path, scattered(3)[:50])
    assert (len(before), len(reader.read(path, everything))) == (8_910, 49)


def test_rows_without_any_box_are_in_no_window(tmp_path: Path) -> None:
    write(tmp_path / "none.parquet", np.array([None, None], object))
    assert len(WindowReader().read(tmp_path / "none.parquet", (-1e9, -1e9, 1e9, 1e9))) == 0
