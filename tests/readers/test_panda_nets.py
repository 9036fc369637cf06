"""pandapipes and pandapower JSON, on the three utilities of Schutterwald."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely

from tests.readers.reading import Reading, read_with
from twin.crs import CampusFrame
from twin.errors import AxesSwappedError, BadOptionError, MissingCrsError, SourceUnreadableError
from twin.readers import load_reader

UTM = CampusFrame("EPSG:25832", "local")
TOWN = (7.872, 48.448, 7.903, 48.463)  # west, south, east, north: data/README.md, three decimals


def read_net(shared_data: Path, folder: Path, name: str, **options: Any) -> Reading:
    reader = "pandapower" if name.startswith("lv") else "pandapipes"
    crs = "EPSG:4326" if reader == "pandapower" else "EPSG:31467"
    path = shared_data / "pipes/schutterwald" / f"{name}.json"
    return read_with(reader, path, folder, crs=crs, vertical_datum="local", campus=UTM, **options)


def content(shared_data: Path, name: str, table: str) -> dict[str, list[Any]]:
    """One table of the file by column, read without our code."""
    data = json.loads((shared_data / "pipes/schutterwald" / f"{name}.json").read_text())
    frame = json.loads(data["_object"][table]["_object"])
    return {column: [row[n] for row in frame["data"]] for n, column in enumerate(frame["columns"])}


def assert_in_town(geometry: Any) -> None:
    back = pyproj.Transformer.from_crs(25832, 4326, always_xy=True)
    corners = shapely.get_coordinates(geometry.to_numpy())
    lon, lat = back.transform(corners[:, 0], corners[:, 1])
    rounded = 0.0005
    assert TOWN[0] - rounded <= lon.min() <= lon.max() <= TOWN[2] + rounded
    assert TOWN[1] - rounded <= lat.min() <= lat.max() <= TOWN[3] + rounded


def test_the_gas_network_is_whole(shared_data: Path, tmp_path: Path) -> None:
    found = read_net(shared_data, tmp_path, "gas_net_schutterwald_1bar", depth_m=1.0)
    nodes, links = found.layer("gas", "node"), found.layer("gas", "link")
    pipes = content(shared_data, "gas_net_schutterwald_1bar", "pipe")
    assert (len(nodes), len(links)) == (2559, 2559)
    assert found.report.skipped == {"unsupported_object": 1507}  # sinks and the external grid
    assert shapely.length(links.geometry.to_numpy()).sum() == pytest.approx(sum(pipes["length_km"]) * 1000, rel=0.002)
    assert sorted(links.diameter_m) == pytest.approx(sorted(pipes["diameter_m"]))
    assert_in_town(links.geometry)
    assert "EPSG:31467 to EPSG:25832 by 'DHDN to ETRS89 (3)': PROJ states an accuracy of 1 m" in found.notes()


def test_gas_pipes_lie_below_the_surveyed_ground(shared_data: Path, tmp_path: Path) -> None:
    found = read_net(shared_data, tmp_path, "gas_net_schutterwald_1bar", depth_m=1.0)
    nodes, links = found.layer("gas", "node"), found.layer("gas", "link")
    junctions = content(shared_data, "gas_net_schutterwald_1bar", "junction")
    assert nodes.cover_level_m["node:s:K1030"] == junctions["height_m"][0] == 149.28
    first = shapely.get_coordinates(links.geometry.to_numpy()[0], include_z=True)
    assert first[0, 2] == pytest.approx(nodes.cover_level_m[links.from_id.iloc[0]] - 1.0)
    assert "options.depth_m" in found.notes()


def test_heat_junctions_without_coordinates_stand_at_their_pipes_ends(shared_data: Path, tmp_path: Path) -> None:
    geodata = content(shared_data, "sw_heat", "junction_geodata")
    assert sum(x is None for x in geodata["x"]) == 244
    found = read_net(shared_data, tmp_path, "sw_heat", pipe_geo="lat_lon", depth_m=1.2)
    nodes, links = found.layer("heat", "node"), found.layer("heat", "link")
    assert len(nodes) == 487
    assert "243 junctions without coordinates were placed" in found.notes()
    assert found.report.skipped["no_geometry"] == 4  # one junction without any pipe, two valves and a pump on it
    stated = content(shared_data, "sw_heat", "pipe")["length_km"]
    assert links.length_m.sum() == pytest.approx(sum(stated) * 1000, rel=0.01)
    ends = shapely.get_coordinates(shapely.get_point(links.geometry.to_numpy(), 0))
    starts = np.array([[one.x, one.y] for one in nodes.geometry[links.from_id]])
    assert np.abs(ends - starts).max() < 0.01


def test_swapped_axes_are_an_error_that_says_the_cure(shared_data: Path, tmp_path: Path) -> None:
    with pytest.raises(AxesSwappedError, match=r'options\.pipe_geo = "lat_lon"'):
        read_net(shared_data, tmp_path / "a", "sw_heat")
    ignored = read_net(shared_data, tmp_path / "b", "sw_heat", pipe_geo="ignore")
    assert len(ignored.layer("heat", "node")) == 487
    with pytest.raises(AxesSwappedError, match=r'options\.geo_order = "lon_lat"'):
        read_net(shared_data, tmp_path / "c", "lv_schutterwald", geo_order="lat_lon", tolerance_m=5)
    with pytest.raises(BadOptionError, match='must be one of "lon_lat", "lat_lon", "ignore"'):
        read_net(shared_data, tmp_path / "d", "sw_heat", pipe_geo="yx")


def test_the_two_geometries_of_a_heat_pipe_agree_within_the_datum_shift(shared_data: Path) -> None:
    """pipe.geo was made with another DHDN shift than PROJ's: 0.9 m apart, inside the shift's stated 3 m."""
    pipes, drawn = content(shared_data, "sw_heat", "pipe"), content(shared_data, "sw_heat", "pipe_geodata")["coords"]
    gauss = pyproj.Transformer.from_crs(31467, 25832, always_xy=True)
    world = pyproj.Transformer.from_crs(4326, 25832, always_xy=True)
    gaps = []
    for geo, path in zip(pipes["geo"], drawn, strict=True):
        if geo is not None:
            lat, lon = map(float, geo["coordinates"][0])
            gaps.append(np.hypot(*np.subtract(world.transform(lon, lat), gauss.transform(*path[0]))))
    assert len(gaps) == 414
    assert 0.5 < max(gaps) < 3.0


def test_power_lines_are_plan_geometry_of_the_town(shared_data: Path, tmp_path: Path) -> None:
    found = read_net(shared_data, tmp_path, "lv_schutterwald", depth_m=0.7)
    nodes, links = found.layer("power", "node"), found.layer("power", "link")
    lines = content(shared_data, "lv_schutterwald", "line")
    assert (len(nodes), len(links)) == (2940, 3014)  # 3000 lines, 14 transformers
    assert not shapely.has_z(links.geometry.to_numpy()).any()
    only = links[links.attributes.str.contains('"type": "line"')]
    assert len(only) == 3000
    assert shapely.length(only.geometry.to_numpy()).sum() == pytest.approx(sum(lines["length_km"]) * 1000, rel=0.005)
    assert set(only.voltage_kv) == {0.4}
    assert set(only.from_depth_m) == {0.7}
    assert only.index.is_unique
    assert "195 of 3000 lines of line.geo end more than 1 m" in found.notes()
    assert_in_town(links.geometry)


def test_a_net_has_no_crs_of_its_own(shared_data: Path, tmp_path: Path) -> None:
    for name in ("sw_heat", "lv_schutterwald"):
        reader = "pandapower" if name.startswith("lv") else "pandapipes"
        with pytest.raises(MissingCrsError):
            read_with(reader, shared_data / f"pipes/schutterwald/{name}.json", tmp_path, crs=None)


def test_each_net_has_one_reader_and_a_layer(shared_data: Path) -> None:
    wanted = {
        "gas_net_schutterwald_1bar": ("pandapipes", "gas"),
        "sw_heat": ("pandapipes", "heat"),
        "lv_schutterwald": ("pandapower", "power"),
    }
    for name, (reader, layer) in wanted.items():
        path = shared_data / f"pipes/schutterwald/{name}.json"
        assert [one for one in ("pandapipes", "pandapower") if load_reader(one).supports(path)] == [reader]
        assert load_reader(reader).inspect(path).layers == (layer,)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"_class": "pandapipesNet"}',
        '{"_class": "pandapipesNet", "_object": {"junction": {"_class": "DataFrame", "_object": "{}"}}}',
        '{"_class": "pandapowerNet", "_object": {}}',
    ],
)
def test_a_damaged_net_ends_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "net.json"
    path.write_text(text)
    with pytest.raises(SourceUnreadableError) as caught:
        read_with("pandapipes", path, tmp_path / "out")
    assert "\n" not in str(caught.value)


def test_nothing_in_a_net_is_run(tmp_path: Path) -> None:
    """pandapipes imports modules that the file names; we read the names as text."""
    trap = {"_module": "os", "_class": "system", "_object": "touch /tmp/twin-was-here"}
    path = tmp_path / "net.json"
    path.write_text(json.dumps({"_class": "pandapipesNet", "_object": {"fluid": trap, "junction": trap}}))
    assert read_with("pandapipes", path, tmp_path / "out").report.found == 0
    assert not Path("/tmp/twin-was-here").exists()
