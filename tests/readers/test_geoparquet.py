"""GeoParquet: conformance files against their text form, every CRS statement, native encodings, broken files."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readers.geo_reading import UBC, run_reader
from twin.crs import CampusFrame
from twin.errors import MissingCrsError, SourceUnreadableError
from twin.readers import load_reader

CONFORMANCE = {"point": (4, 2), "linestring": (3, 1), "polygon": (4, 2)} | {
    "multipoint": (4, 2), "multilinestring": (4, 2), "multipolygon": (5, 3)
}  # fmt: skip


@pytest.mark.parametrize(("kind", "counts"), CONFORMANCE.items())
def test_conformance_files(shared_data: Path, tmp_path: Path, kind: str, counts: tuple[int, int]) -> None:
    path = shared_data / f"campus/geoparquet/data-{kind}-encoding_wkb.parquet"
    options = {"surface_class": "other"}
    found = run_reader(
        "geoparquet", path, tmp_path, CampusFrame("EPSG:32631", "local"), layer="surface", options=options
    )
    assert (found.report.found, found.report.kept) == counts
    assert found.report.to_dict()["skipped"] == {"no_geometry": 1, "empty_geometry": 1}
    truth = geopandas.read_parquet(path)
    usable = [one is not None and not one.is_empty for one in truth.geometry]
    truth = truth[usable].to_crs("EPSG:32631").geometry
    for ours, theirs in zip(found.shapes("surface"), truth, strict=True):
        assert ours.geom_type == theirs.geom_type
        assert shapely.get_coordinates(ours) == pytest.approx(shapely.get_coordinates(theirs), rel=1e-9)


def test_the_same_buildings_as_from_geojson(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "campus/buildings_formats"
    frame = CampusFrame("EPSG:32632", "local")
    said = {"layer": "buildings", "key_column": "id"}
    ours = run_reader("geoparquet", folder / "buildings_test.parquet", tmp_path / "a", frame, **said)
    theirs = run_reader("vector", folder / "buildings_test.geojson", tmp_path / "b", frame, **said)
    shapes = dict(zip([r["feature_id"] for r in theirs.rows("buildings")], theirs.shapes("buildings"), strict=True))
    assert len(shapes) == 42
    for row, shape in zip(ours.rows("buildings"), ours.shapes("buildings"), strict=True):
        assert shape.symmetric_difference(shapes[row["feature_id"]]).area < 0.05


CRS_TRAPS = {"crs-default": "OGC:CRS84", "crs-projjson": "EPSG:5070", "crs-srid": "EPSG:5070"}


@pytest.mark.parametrize(("name", "crs"), CRS_TRAPS.items())
def test_the_geometry_type_of_parquet_states_its_crs(shared_data: Path, tmp_path: Path, name: str, crs: str) -> None:
    path = shared_data / f"malformed/crs_traps/{name}.parquet"
    assert load_reader("geoparquet").inspect(path).crs == crs
    options = {"surface_class": "other"}
    found = run_reader(
        "geoparquet", path, tmp_path, CampusFrame("EPSG:5070", "local"), layer="surface", options=options
    )
    text = shapely.from_wkt(pq.read_table(path, columns=["wkt"]).column(0)[0].as_py())
    assert found.report.kept == 1
    shape = found.shapes("surface")[0]
    if crs == "EPSG:5070":
        assert shape.equals_exact(text, 1e-6)
    else:  # CRS84: degrees became metres
        assert shape.area > 1e9 * text.area


def test_a_crs_of_null_is_unknown(tmp_path: Path) -> None:
    geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 2)]).to_parquet(tmp_path / "a.parquet")
    assert load_reader("geoparquet").inspect(tmp_path / "a.parquet").needs_crs
    with pytest.raises(MissingCrsError):
        run_reader("geoparquet", tmp_path / "a.parquet", tmp_path / "out", UBC, layer="devices")


BROKEN = {
    "ARROW-GH-41317": "Column 18 named timestamp_us_no_tz",
    "ARROW-GH-43605": "no geometry column; its columns are min_fl",
    "ARROW-GH-47662": "no geometry column; its columns are flba_field",
    "ARROW-RS-GH-6229-LEVELS": "no geometry column; its columns are outer",
}


@pytest.mark.parametrize(("name", "said"), BROKEN.items())
def test_broken_parquet_is_one_line(shared_data: Path, tmp_path: Path, name: str, said: str) -> None:
    path = shared_data / f"malformed/parquet/{name}.parquet"
    with pytest.raises(SourceUnreadableError, match=said) as fault:
        run_reader("geoparquet", path, tmp_path, UBC, layer="surface")
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_truncated_parquet_is_one_line(shared_data: Path, tmp_path: Path, share: float) -> None:
    whole = (shared_data / "campus/geoparquet/example.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(SourceUnreadableError, match=r"a\.parquet"):
        run_reader("geoparquet", tmp_path / "a.parquet", tmp_path / "out", UBC, layer="surface")


@pytest.mark.parametrize(
    "geo",
    ["{", "[]", '{"primary_column": "g"}', '{"primary_column": "g", "columns": {"g": {"encoding": "WKX"}}}', "null"],
)
def test_broken_geo_metadata_is_one_line(tmp_path: Path, geo: str) -> None:
    table = pa.table({"g": pa.array([shapely.to_wkb(shapely.Point(1, 2))], pa.binary())})
    pq.write_table(table.replace_schema_metadata({"geo": geo}), tmp_path / "a.parquet")
    with pytest.raises(SourceUnreadableError, match=r"a\.parquet"):
        run_reader("geoparquet", tmp_path / "a.parquet", tmp_path / "out", UBC, layer="surface")


# --- properties ----------------------------------------------------------------------------------------

coordinate = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 4))
point = st.tuples(coordinate, coordinate)
shape = st.one_of(
    point.map(shapely.Point),
    st.lists(point, min_size=2, max_size=5, unique=True).map(shapely.LineString),
    st.tuples(coordinate, coordinate).map(lambda at: shapely.box(*at, at[0] + 10, at[1] + 5)),
    st.tuples(coordinate, coordinate).map(
        lambda at: shapely.MultiPolygon(
            [shapely.box(*at, at[0] + 3, at[1] + 3), shapely.box(at[0] + 5, at[1], at[0] + 9, at[1] + 2)]
        )
    ),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shapes=st.lists(st.one_of(st.none(), shape), min_size=1, max_size=6))
def test_nothing_changes_on_the_way(tmp_path: Path, shapes: list[shapely.Geometry | None]) -> None:
    frame = geopandas.GeoDataFrame({"n": range(len(shapes))}, geometry=shapes, crs="EPSG:32610")
    frame.to_parquet(tmp_path / "a.parquet", write_covering_bbox=True)
    options = {"surface_class": "other"}
    found = run_reader("geoparquet", tmp_path / "a.parquet", tmp_path / "out", UBC, layer="surface", options=options)
    kept = [one for one in shapes if one is not None]
    assert (found.report.found, found.report.kept) == (len(shapes), len(kept))
    if kept:
        assert shapely.equals_exact(found.shapes("surface"), np.array(kept, dtype=object), 1e-9).all()
        assert all("bbox" not in row["attributes"] for row in found.rows("surface"))
    for file in (tmp_path / "out").iterdir():
        file.unlink()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shapes=st.one_of(
        st.lists(st.one_of(st.none(), point.map(shapely.Point)), min_size=1, max_size=5),
        st.lists(
            st.one_of(st.none(), st.lists(point, min_size=2, max_size=4, unique=True).map(shapely.LineString)),
            min_size=1,
            max_size=5,
        ),
        st.lists(
            point.map(
                lambda at: (
                    shapely.box(*at, at[0] + 9, at[1] + 9) - shapely.box(at[0] + 2, at[1] + 2, at[0] + 3, at[1] + 3)
                )
            ),
            min_size=1,
            max_size=5,
        ),
    )
)
def test_native_encodings_equal_wkb(tmp_path: Path, shapes: list[shapely.Geometry | None]) -> None:
    if all(one is None for one in shapes):
        return
    frame = geopandas.GeoDataFrame({"n": range(len(shapes))}, geometry=shapes, crs="EPSG:32610")
    frame.to_parquet(tmp_path / "a.parquet", geometry_encoding="geoarrow", schema_version="1.1.0")
    geo = json.loads(pq.read_schema(tmp_path / "a.parquet").metadata[b"geo"])
    assert geo["columns"]["geometry"]["encoding"] != "WKB"
    options = {"surface_class": "other"}
    found = run_reader("geoparquet", tmp_path / "a.parquet", tmp_path / "out", UBC, layer="surface", options=options)
    kept = np.array([one for one in shapes if one is not None], dtype=object)
    assert shapely.equals_exact(found.shapes("surface"), kept, 1e-9).all()
