"""Layer files: what GeoPandas and pyarrow, who know nothing of us, read out of them."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.store import geoparquet
from twin.store.query import run_sql

# the parts of the GeoParquet 1.1.0 metadata schema that every reader relies on
GEO_SCHEMA = {
    "type": "object",
    "required": ["version", "primary_column", "columns"],
    "properties": {
        "version": {"const": "1.1.0"},
        "primary_column": {"type": "string", "minLength": 1},
        "columns": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {
                "type": "object",
                "required": ["encoding", "geometry_types"],
                "properties": {
                    "encoding": {"enum": ["WKB"]},
                    "geometry_types": {
                        "type": "array",
                        "uniqueItems": True,
                        "items": {
                            "pattern": "^(GeometryCollection|(Multi)?(Point|LineString|Polygon))( Z)?$",
                        },
                    },
                    "crs": {"type": ["object", "null"], "required": ["type", "name"]},
                    "bbox": {"type": "array", "minItems": 6, "maxItems": 6, "items": {"type": "number"}},
                    "covering": {
                        "type": "object",
                        "required": ["bbox"],
                        "properties": {"bbox": {"required": ["xmin", "xmax", "ymin", "ymax"]}},
                    },
                },
            },
        },
    },
}


def table_of(geometry: np.ndarray) -> pa.Table:
    box = geoparquet.boxes(geometry)
    order = geoparquet.morton_order(box)
    return pa.table(
        {
            "feature_id": [f"a:b:{i}" for i in order],
            "geometry": pa.array(shapely.to_wkb(geometry[order]), pa.binary()),
            "bbox": geoparquet.box_array(box[order]),
        }
    )


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:32632", "local"])
def test_geopandas_reads_metres_as_metres(tmp_path: Path, crs: str) -> None:
    points = shapely.points(np.array([[429563.842, 2885887.906, 12.5], [429663.842, 2885887.906, 13.0]]))
    geoparquet.write(tmp_path / "a.parquet", table_of(points), crs)
    read = geopandas.read_parquet(tmp_path / "a.parquet")
    if crs == "local":
        assert read.crs.is_engineering
    else:
        assert read.crs.to_authority() == tuple(crs.split(":"))
        assert read.crs.axis_info[0].unit_name == "metre"
    assert read.geometry.iloc[0].distance(read.geometry.iloc[1]) == pytest.approx(100.0)
    assert sorted(point.z for point in read.geometry) == [12.5, 13.0]


def test_metadata_holds_to_the_schema(tmp_path: Path) -> None:
    mixed = np.array([shapely.Point(1, 2, 3), shapely.box(0, 0, 5, 5), None], dtype=object)
    geoparquet.write(tmp_path / "a.parquet", table_of(mixed), "EPSG:4549")
    said = json.loads(pq.read_schema(tmp_path / "a.parquet").metadata[b"geo"])
    jsonschema.validate(said, GEO_SCHEMA)
    assert said["columns"]["geometry"]["geometry_types"] == ["Point Z", "Polygon"]


def test_window_reads_few_row_groups(tmp_path: Path) -> None:
    generator = np.random.default_rng(7)
    points = shapely.points(np.column_stack([generator.uniform(0, 10_000, (60_000, 2)), np.zeros(60_000)]))
    geoparquet.write(tmp_path / "a.parquet", table_of(points), "EPSG:4549")
    window = (2000.0, 2000.0, 2400.0, 2400.0)
    read = geopandas.read_parquet(tmp_path / "a.parquet", bbox=window)
    xy = shapely.get_coordinates(points)
    inside = ((xy >= [2000, 2000]) & (xy <= [2400, 2400])).all(axis=1)
    assert len(read) == inside.sum() > 0
    metadata = pq.ParquetFile(tmp_path / "a.parquet").metadata
    touched = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        limits = {group.column(i).path_in_schema: group.column(i).statistics for i in range(group.num_columns)}
        low_x, high_x = limits["bbox.xmin"].min, limits["bbox.xmax"].max
        low_y, high_y = limits["bbox.ymin"].min, limits["bbox.ymax"].max
        touched += low_x <= 2400 and high_x >= 2000 and low_y <= 2400 and high_y >= 2000
    assert touched <= 3 < metadata.num_row_groups


@settings(max_examples=25)
@given(st.lists(st.tuples(*[st.floats(-1e7, 1e7)] * 3), min_size=1, max_size=40))
def test_boxes_and_order_lose_nothing(points: list[tuple[float, float, float]]) -> None:
    geometry = shapely.points(np.array(points))
    box = geoparquet.boxes(geometry)
    assert np.array_equal(box[:, :3], np.array(points))
    assert sorted(geoparquet.morton_order(box)) == list(range(len(points)))


def test_duckdb_prunes_by_the_box(tmp_path: Path) -> None:
    points = shapely.points(np.array([[i * 1.0, 0.0, 0.0] for i in range(10_000)]))
    (tmp_path / "layers").mkdir()
    geoparquet.write(tmp_path / "layers" / "surface.parquet", table_of(points), "EPSG:4549")
    answer = run_sql(tmp_path, "SELECT count(*) AS n FROM surface WHERE bbox.xmin BETWEEN 10 AND 19")
    assert answer["n"].to_pylist() == [10]
