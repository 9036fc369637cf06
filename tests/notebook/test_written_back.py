"""A layer that was written back is one like any other, says where it came from, and can be taken out again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas
import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import twin
from ioc_app.app import create_app
from layers import registry
from tests.browser.serving import served
from tests.build.test_build import DEM, HEAD, NORTH, WEST, write_dem
from tests.examples import examples
from twin.build import build_campus
from twin.build.exchange import export_tiles
from twin.errors import (
    BuildFailedError,
    DerivedDamagedError,
    DerivedRefusedError,
    NoDerivedLayerError,
    NotAllowedError,
    UnknownLayerError,
)
from twin.model.derived import DerivedLayer
from twin.notebook.campus import Campus
from twin.notebook.deriving import described
from twin.notebook.folder import FolderSource
from twin.people.roles import Right
from twin.store.campus import Campus as Store
from twin.store.derived import DerivedLayers
from twin.store.derived_rules import require_sound

PLACES = [(WEST + 10 + 20 * n, NORTH - 50) for n in range(4)]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sloping hectare of ground, built."""
    folder = tmp_path_factory.mktemp("built") / "ground"
    (folder / "sources").mkdir(parents=True)
    write_dem(folder / "sources" / "dem.tif", 10.0)
    (folder / "campus.toml").write_text(HEAD + DEM, encoding="utf-8")
    build_campus(folder, registry())
    return folder


@pytest.fixture
def folder(ground: Path, tmp_path: Path) -> Path:
    """The same, to write into."""
    return shutil.copytree(ground, tmp_path / "ground")


@pytest.fixture
def campus(folder: Path) -> Iterator[Campus]:
    with twin.open(folder) as opened:
        yield opened


def squares(**columns: Any) -> geopandas.GeoDataFrame:
    shapes = [shapely.box(x, y, x + 5, y + 5) for x, y in PLACES]
    return geopandas.GeoDataFrame(columns or {"depth_m": [0.1, 0.2, 0.3, 0.4]}, geometry=shapes, crs="EPSG:4549")


def scene_layer(folder: Path, layer_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in Store.open(folder).generation.scene["layers"] if one["id"] == layer_id)
    return found


def test_areas_become_a_layer_on_the_ground(campus: Campus, folder: Path) -> None:
    before = campus.generation
    made = campus.write_layer(
        "flood",
        squares(),
        method="fill and spill, 50 mm",
        title=("积水", "Flood"),
        units={"depth_m": "m"},
        inputs=["dem"],
    )
    assert made == campus.generation == before + 1
    found = campus["flood"].to_geopandas()
    assert sorted(found.depth_m) == [0.1, 0.2, 0.3, 0.4]
    assert found.crs == "EPSG:4549"
    corners = shapely.get_coordinates(found.geometry.to_numpy(), include_z=True)
    assert corners[:, 2] == pytest.approx(10.0 + 0.1 * (corners[:, 0] - WEST), abs=0.01)
    assert campus["flood"].columns.loc["depth_m", "unit"] == "m"
    said = campus["flood"].provenance
    assert said is not None
    assert (said["method"], said["version"], said["generation"]) == ("fill and spill, 50 mm", 1, before)
    assert said["inputs"] == ["dem"]
    assert campus.layers.loc["flood", "computed_by"] == said["made_by"]
    drawn = scene_layer(folder, "flood")
    assert drawn["title"] == {"zh": "积水", "en": "Flood"}
    assert drawn["kind"] == "surface"
    assert drawn["triangles"] >= 8
    assert drawn["provenance"]["method"] == said["method"]
    source = next(one for one in Store.open(folder).generation.manifest.sources if one.key == "derived-flood")
    assert (source.found, source.kept, source.meshed) == (4, 4, 4)


def test_points_are_markers_and_tables_have_no_shape(campus: Campus, folder: Path) -> None:
    points = geopandas.GeoDataFrame(
        {"name": list("abcd")}, geometry=[shapely.Point(x, y, 17.0) for x, y in PLACES], crs="EPSG:4549"
    )
    campus.write_layer("spots", points, method="by hand")
    campus.write_layer("norms", pandas.DataFrame({"level": ["处级", "科级"], "area_m2": [12.0, 9.0]}), method="2674号")
    assert scene_layer(folder, "spots")["kind"] == "marker"
    markers = json.loads((Store.open(folder).generation.folder / "markers" / "spots.json").read_text())
    assert markers["count"] == 4
    assert scene_layer(folder, "norms")["kind"] == "table"
    assert sorted(campus["norms"].to_pandas().level) == ["处级", "科级"]
    assert set(campus["spots"].to_geopandas().geometry.z) == {17.0}
    assert campus.sql("SELECT count(*) AS n FROM norms WHERE area_m2 > 10").n[0] == 1


def test_the_next_version_keeps_what_a_key_names(campus: Campus, folder: Path) -> None:
    campus.write_layer("flood", squares(no=["a", "b", "c", "d"]), method="first", key="no")
    first = campus["flood"].to_pandas().set_index("no").feature_id
    moved = squares(no=["d", "c", "b", "a"])
    campus.write_layer("flood", moved, method="second", key="no")
    second = campus["flood"].to_pandas().set_index("no").feature_id
    assert first.to_dict() == second.to_dict()
    assert first["a"] == "derived:flood:a"
    assert [one.method for one in DerivedLayers(folder).versions("flood")] == ["first", "second"]
    assert len(DerivedLayers(folder).table(DerivedLayers(folder).versions("flood")[0])) == 4


def test_what_was_written_survives_a_build(campus: Campus, folder: Path) -> None:
    campus.write_layer("flood", squares(), method="once")
    write_dem(folder / "sources" / "dem.tif", 20.0)
    build_campus(folder, registry())
    lowest = shapely.get_coordinates(campus["flood"].to_geopandas().geometry.to_numpy(), include_z=True)[:, 2].min()
    assert lowest > 20.0
    assert not build_campus(folder, registry()).changed


def test_taking_it_out(campus: Campus, folder: Path) -> None:
    campus.write_layer("flood", squares(), method="once")
    campus.withdraw_layer("flood", why="wrong rain")
    with pytest.raises(UnknownLayerError):
        campus["flood"]
    assert [one.withdrawn for one in DerivedLayers(folder).versions("flood")] == [False, True]
    with pytest.raises(NoDerivedLayerError, match="flood"):
        campus.withdraw_layer("flood", why="again")
    campus.write_layer("flood", squares(), method="better rain")
    assert campus["flood"].provenance["version"] == 3  # type: ignore[index]


def test_it_goes_out_with_the_tiles(campus: Campus, folder: Path, tmp_path: Path) -> None:
    campus.write_layer("flood", squares(), method="once")
    campus.write_layer("trench", squares(), method="dig check", underground=True)
    report = export_tiles(Store.open(folder), registry(), tmp_path / "out")
    assert report.masked == ("trench",)
    assert report.tiles.triangles["flood"] >= 8


REFUSED = {
    "id": (lambda: ("Flood", squares(), {}), "small letters"),
    "surveyed": (lambda: ("terrain", squares(), {}), "another id"),
    "of the campus": (lambda: ("relations", squares(), {}), "another id"),
    "of the program": (lambda: ("gas", squares(), {}), "another id"),
    "no rows": (lambda: ("flood", squares().iloc[:0], {}), "no row"),
    "no method": (lambda: ("flood", squares(), {"method": " "}), "how it was computed"),
    "colour": (lambda: ("flood", squares(), {"colour": "red"}), "#rrggbb"),
    "lines": (lambda: ("flood", squares(), {"title": "a\nb"}), "one line"),
    "no CRS": (lambda: ("flood", squares().set_crs(None, allow_override=True), {}), "no CRS"),
    "other index": (
        lambda: (
            "flood",
            geopandas.GeoDataFrame({"a": [1]}, geometry=squares().geometry.iloc[3:], crs="EPSG:4549"),
            {},
        ),
        "same index",
    ),
    "column": (lambda: ("flood", squares(**{"Depth (m)": [1.0] * 4}), {}), "unit at the end"),
    "lists": (lambda: ("flood", squares(parts=[[1], [2], [3], [4]]), {}), "neither text"),
    "unit": (lambda: ("flood", squares(), {"units": {"height_m": "m"}}), "not there"),
    "key": (lambda: ("flood", squares(), {"key": "no"}), "no column no"),
    "key without": (lambda: ("flood", squares(no=["a", None, "b", "c"]), {"key": "no"}), "without a value"),
    "nowhere": (
        lambda: (
            "flood",
            geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(np.inf, 0)], crs="EPSG:4549"),
            {},
        ),
        "no numbers",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_said_and_nothing_is_kept(campus: Campus, folder: Path, name: str) -> None:
    make, words = REFUSED[name]
    layer_id, rows, told = make()
    before = campus.generation
    with pytest.raises(DerivedRefusedError, match=words):
        campus.write_layer(layer_id, rows, **{"method": "test", **told})
    assert campus.generation == before
    assert DerivedLayers(folder).all() == []


def test_other_crs_are_transformed(campus: Campus) -> None:
    campus.write_layer("flood", squares().to_crs("EPSG:4490"), method="from degrees")
    found = campus["flood"].to_geopandas().geometry.to_numpy()
    wanted = squares().geometry.to_numpy()
    assert shapely.hausdorff_distance(shapely.union_all(shapely.force_2d(found)), shapely.union_all(wanted)) < 1e-4


def test_a_damaged_file_stops_no_other_layer(campus: Campus, folder: Path) -> None:
    campus.write_layer("flood", squares(), method="once")
    path = folder / "derived" / "flood" / "0001.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    write_dem(folder / "sources" / "dem.tif", 20.0)
    with pytest.raises(BuildFailedError, match="flood"):
        build_campus(folder, registry())
    result = build_campus(folder, registry(), keep_going=True)
    assert "flood" not in result.manifest.layers
    assert "terrain" in result.manifest.layers
    assert any("damaged" in one for one in result.manifest.errors)
    (folder / "derived" / "flood" / "0001.json").write_text("{")
    with pytest.raises(DerivedDamagedError, match=r"0001\.json"):
        build_campus(folder, registry())


def test_a_crash_between_table_and_description_leaves_the_one_before(campus: Campus, folder: Path) -> None:
    campus.write_layer("flood", squares(), method="first")
    before = DerivedLayers(folder).get("flood")
    (folder / "derived" / "flood" / "0002.parquet").write_bytes(b"half")
    assert DerivedLayers(folder).get("flood") == before
    campus.write_layer("flood", squares(), method="second")
    assert DerivedLayers(folder).get("flood").version == 2
    assert len(campus["flood"].to_arrow()) == 4


VALUES = {
    "text": st.text(max_size=12).filter(lambda one: "\0" not in one and one.isprintable()),
    "number": st.floats(allow_nan=False, width=64),
    "integer": st.integers(-(2**53), 2**53),
    "truth": st.booleans(),
    "time": st.datetimes(min_value=pandas.Timestamp("1900-01-01"), max_value=pandas.Timestamp("2200-01-01")),
}


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_table_comes_back_as_it_was(folder: Path, data: st.DataObject) -> None:
    """Whatever is made of a frame passes the rules, and says what the frame said."""
    names = data.draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True, min_size=1))
    count = data.draw(st.integers(1, 5))
    frame = pandas.DataFrame({one: data.draw(st.lists(VALUES[one], min_size=count, max_size=count)) for one in names})
    said, table = described(
        "any", frame, FolderSource(folder, made_by="test"), method="test", title=None, units=None, inputs=(),
        colour="#112233", key=None, underground=False,
    )  # fmt: skip
    kept = DerivedLayers(folder)
    layer = DerivedLayer.from_dict(said)
    require_sound(layer, table, ())
    layer = kept.add(layer, table, "EPSG:4549")
    again = kept.table(layer)
    for name in names:
        wanted = pa.array(frame[name]).cast(again[name].type, safe=False)
        assert again[name].combine_chunks().equals(wanted)


@pytest.mark.serves
def test_through_a_server(folder: Path) -> None:
    app = create_app(folder)
    people = app.state.people
    _, looks = people.keys.add("looks", [Right.SEE], "tests")
    _, writes = people.keys.add("writes", [Right.SEE, Right.LAYERS], "tests")
    with served(app) as url:
        with pytest.raises(NotAllowedError):
            twin.connect(url, key=looks).write_layer("flood", squares(), method="once")
        remote = twin.connect(url, key=writes)
        before = remote.generation
        assert remote.write_layer("flood", squares(), method="once", title=("积水", "Flood")) == before + 1
        assert remote.generation == before + 1
        assert len(remote["flood"]) == 4
        assert remote["flood"].provenance["made_by"] == "key:writes"  # type: ignore[index]  # whatever the sender says
        with pytest.raises(DerivedRefusedError, match="another id"):
            remote.write_layer("gas", squares(), method="once")
        assert remote.withdraw_layer("flood", why="test is over") == before + 2
        assert "flood" not in remote.layers.index
        with pytest.raises(NoDerivedLayerError):
            remote.withdraw_layer("flood", why="again")
    actions = [one.action for one in people.audit.lines()]
    assert actions.count("layer.written") == 2
    assert "layer.withdrawn" in actions


@pytest.mark.serves
@pytest.mark.parametrize("body", [b"", b"nonsense", b"\xff" * 64])
def test_a_broken_stream_is_refused(folder: Path, body: bytes) -> None:
    from tests.entering import entered
    from twin.people.roles import Role

    with entered(create_app(folder), Role.ENGINEER) as client:
        answer = client.put("/api/v1/layers/flood", content=body)
        assert answer.status_code == 422
        assert "Arrow" in answer.json()["text"]["en"]
        assert client.get("/api/v1/builds/none").status_code == 404
