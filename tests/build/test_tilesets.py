"""Attached 3D Tiles sets: found by init, looked through, placed to the millimetre, never copied."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from layers import registry
from tests.attached_sets import HEIGHT_M, to_globe, write_set
from tests.build.test_build import DEM, HEAD, NORTH, WEST, write_dem
from twin.build import build_campus
from twin.errors import CampusTomlError, TwinError
from twin.init import init_campus
from twin.settings import load_settings
from twin.store.campus import Campus

SEPARATION_M = 12.5
EAST, NORTHING, FOOT_M = WEST + 60.0, NORTH - 40.0, 16.0  # in the campus CRS; the DEM is 16.1 m high there
ENTRY = """
[[tilesets]]
key = "photo"
path = "{path}"
"""

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A campus of one DEM with the set in ``tmp_path``/photo attached."""

    def with_set(more: str = "", head: str = f"geoid_separation_m = {SEPARATION_M}\n") -> Path:
        folder = tmp_path / "campus"
        (folder / "sources").mkdir(parents=True)
        write_dem(folder / "sources" / "dem.tif", 10.0)
        text = HEAD + head + DEM + ENTRY.format(path="../photo") + more
        (folder / "campus.toml").write_text(text, encoding="utf-8")
        return folder

    return with_set


def on_globe() -> Any:
    return to_globe(EAST, NORTHING, FOOT_M + SEPARATION_M)


def scene_of(folder: Path) -> dict[str, Any]:
    return Campus.open(folder).generation.scene


def campus_point(folder: Path, point: tuple[float, float, float], root: Any) -> np.ndarray:
    """Where a point of the content comes to stand in the campus CRS: root transform, the scene's matrix, the origin."""
    scene = scene_of(folder)
    matrix = np.array(scene["tilesets"][0]["matrix"]).reshape(4, 4).T
    at: np.ndarray = (matrix @ root @ np.array([*point, 1.0]))[:3] + scene["campus"]["origin"]
    return at


def test_a_geocentric_set_stands_where_pyproj_put_it(make: Make, tmp_path: Path) -> None:
    write_set(tmp_path / "photo", on_globe())
    folder = make('title = { zh = "倾斜摄影", en = "Oblique" }\nvisible = true\nopacity = 0.8\n')
    manifest = build_campus(folder, registry()).manifest
    one = scene_of(folder)["tilesets"][0]
    assert {k: one[k] for k in ("id", "title", "url", "visible", "opacity")} == {
        "id": "photo",
        "title": {"zh": "倾斜摄影", "en": "Oblique"},
        "url": "tilesets/photo/tileset.json",
        "visible": True,
        "opacity": 0.8,
    }
    for point in ((0, 0, 0), (2, 2, HEIGHT_M)):
        expected = np.array([EAST, NORTHING, FOOT_M]) + point
        assert campus_point(folder, point, on_globe()) == pytest.approx(expected, abs=0.002)
    said = manifest.tilesets["photo"]
    assert (said.files, said.residual_m < 0.001) == (3, True)
    source = next(one for one in manifest.sources if one.key == "photo")
    assert (source.found, source.kept, source.reader) == (1, 1, "tiles3d")
    kept = [one.name for one in (folder / "generations").rglob("*") if "pillar" in one.name or "inner" in one.name]
    assert kept == [], "a set is not copied"


def test_a_set_is_looked_through_again_when_a_file_of_it_changed(make: Make, tmp_path: Path) -> None:
    write_set(tmp_path / "photo", on_globe())
    folder = make()
    build_campus(folder, registry())
    assert not build_campus(folder, registry()).changed
    (tmp_path / "photo" / "content" / "pillar.glb").unlink()
    with pytest.raises(TwinError, match="no content that can be drawn"):
        build_campus(folder, registry())
    assert Campus.open(folder).generation.number == 1


def test_heights_above_the_ellipsoid_are_not_guessed(make: Make, tmp_path: Path) -> None:
    write_set(tmp_path / "photo", on_globe())
    folder = make(head="")
    with pytest.raises(TwinError, match="nothing says how far that is from the campus datum"):
        build_campus(folder, registry())
    with (folder / "campus.toml").open("a") as toml:
        toml.write("height_offset_m = -10.5\n")
    build_campus(folder, registry())
    assert campus_point(folder, (0, 0, 0), on_globe())[2] == pytest.approx(FOOT_M + 2.0, abs=0.002)


@pytest.mark.parametrize(
    ("settings", "root", "expected"),
    [
        ("placement = { to = [%f, %f, 16.0] }", (0.0, 0.0, 0.0), (2, 2, 10)),
        ("placement = { from = [5.0, 0.0, 0.0], to = [%f, %f, 16.0], rotation_deg = 90 }", (5.0, 0, 0), (-2, 2, 10)),
        ("placement = { to = [%f, %f, 16.0], scale = 0.5 }", (0.0, 0.0, 0.0), (1, 1, 5)),
    ],
    ids=["a point", "a point and a turn", "smaller"],
)
def test_a_set_in_a_frame_of_its_own_needs_a_placement(
    make: Make, tmp_path: Path, settings: str, root: Any, expected: Any
) -> None:
    matrix = np.eye(4)
    matrix[:3, 3] = root
    write_set(tmp_path / "photo", matrix)
    with pytest.raises(TwinError, match="nothing says what they are"):
        build_campus(folder := make(), registry())
    with (folder / "campus.toml").open("a") as toml:
        toml.write(settings % (EAST, NORTHING) + "\n")
    build_campus(folder, registry())
    middle = np.array([EAST, NORTHING, FOOT_M])
    assert campus_point(folder, (0, 0, 0), matrix) == pytest.approx(middle, abs=1e-6)
    assert campus_point(folder, (2, 2, HEIGHT_M), matrix) == pytest.approx(middle + expected, abs=1e-6)


def test_a_set_in_the_numbers_of_a_projected_crs(make: Make, tmp_path: Path) -> None:
    matrix = np.eye(4)
    matrix[:3, 3] = (EAST, NORTHING, FOOT_M)
    write_set(tmp_path / "photo", matrix)
    folder = make('crs = "EPSG:4549"\nvertical_datum = "EPSG:5737"\n')
    build_campus(folder, registry())
    assert campus_point(folder, (2, 2, 10), matrix) == pytest.approx([EAST + 2, NORTHING + 2, FOOT_M + 10], abs=1e-5)


def test_a_local_campus_takes_a_geocentric_set_by_its_longitude_and_latitude(tmp_path: Path) -> None:
    import pyproj

    lon, lat = 119.3, 26.08
    engine = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    matrix = np.eye(4)
    west_east = np.array(engine.transform(lon + 1e-5, lat, 40)) - np.array(engine.transform(lon - 1e-5, lat, 40))
    up = np.array(engine.transform(lon, lat, 41.0)) - np.array(engine.transform(lon, lat, 40.0))
    east = west_east / np.linalg.norm(west_east)
    matrix[:3, :3] = np.column_stack([east, np.cross(up, east), up])
    matrix[:3, 3] = engine.transform(lon, lat, 40.0)
    write_set(tmp_path / "photo", matrix)
    folder = tmp_path / "campus"
    (folder / "sources").mkdir(parents=True)
    write_dem(folder / "sources" / "dem.tif", 10.0)
    head = HEAD.replace("EPSG:4549", "local").replace("EPSG:5737", "local")
    dem = DEM.replace("EPSG:5737", "local") + 'crs = "local"\ncrs_override = true\n'
    (folder / "campus.toml").write_text(head + dem + ENTRY.format(path="../photo"))
    with pytest.raises(TwinError, match="the campus has no place on the globe"):
        build_campus(folder, registry())
    with (folder / "campus.toml").open("a") as toml:
        toml.write(
            f"placement = {{ from = [{lon}, {lat}, 40.0], to = [{EAST}, {NORTHING}, 16.0], rotation_deg = 90 }}\n"
        )
    build_campus(folder, registry())
    assert campus_point(folder, (2, 0, 10), matrix) == pytest.approx([EAST, NORTHING + 2, 26.0], abs=1e-3)


@pytest.mark.parametrize(
    ("model", "fault"),
    [
        ({"uri": "https://tiles.example.org/a.glb"}, "refers to 'https://tiles.example.org/a.glb', outside"),
        ({"uri": "content/../../secret.glb"}, "refers to '../../secret.glb', outside"),
        ({"uri": "content/..\\..\\secret.glb"}, "outside the folder"),
        ({"uri": "content/%2e%2e/%2e%2e/secret.glb"}, "outside the folder"),
        ({"uri": "/etc/passwd.glb"}, "outside the folder"),
        ({"image": "http://example.org/a.jpg"}, "refers to 'http://example.org/a.jpg', outside"),
        ({"image": "//example.org/a.jpg", "uri": "content/pillar.b3dm"}, "outside the folder"),
        ({"required": ("KHR_texture_basisu",)}, "KHR_texture_basisu is not supported"),
        ({"version": "2.0"}, "3D Tiles 2.0 is not supported"),
        ({"image": "grass.jpg"}, "no such file"),
    ],
)
def test_what_cannot_be_shown_is_one_clear_line(make: Make, tmp_path: Path, model: Any, fault: str) -> None:
    write_set(tmp_path / "photo", on_globe(), **model)
    with pytest.raises(TwinError) as raised:
        build_campus(folder := make(), registry())
    assert fault in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.text("zh") != raised.value.text("en")
    assert not (folder / "current").exists()


def test_a_link_out_of_the_set_is_outside(make: Make, tmp_path: Path) -> None:
    write_set(tmp_path / "photo", on_globe())
    content = tmp_path / "photo" / "content" / "pillar.glb"
    content.rename(tmp_path / "elsewhere.glb")
    content.symlink_to(tmp_path / "elsewhere.glb")
    with pytest.raises(TwinError, match="outside the folder"):
        build_campus(make(), registry())


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"asset":{"version":"1.1"}}', "[" * 100_000, '{"asset":{"version":"1.0"},"root":{"content":1}}'],
)
def test_a_broken_document_is_one_clear_line(make: Make, tmp_path: Path, text: str) -> None:
    write_set(tmp_path / "photo", on_globe())
    (tmp_path / "photo" / "content" / "inner.json").write_text(text)
    with pytest.raises(TwinError, match=r"inner\.json: the 3D Tiles set is damaged"):
        build_campus(make(), registry())


def test_a_set_of_another_town_is_not_shown(make: Make, tmp_path: Path) -> None:
    write_set(tmp_path / "photo", to_globe(EAST + 90_000, NORTHING, 30.0))
    with pytest.raises(TwinError, match="Tileset photo lies 90 km from the campus"):
        build_campus(make(), registry())


def test_init_recognises_a_set_and_leaves_it_where_it_is(tmp_path: Path) -> None:
    delivered = tmp_path / "delivered"
    delivered.mkdir()
    write_dem(delivered / "dem.tif", 10.0)
    document = write_set(delivered / "oblique", on_globe())
    report = init_campus(tmp_path / "campus", [delivered], vertical_datum="EPSG:5737")
    assert {one.path.name: one.readers for one in report.deliveries} == {
        "dem.tif": ["geotiff"],
        "tileset.json": ["tiles3d"],
    }
    assert report.questions == []
    (one,) = load_settings(tmp_path / "campus").tilesets
    assert (one.key, one.path, one.visible) == ("oblique", str(document.resolve()), True)
    assert not list((tmp_path / "campus").rglob("*.glb"))


@pytest.mark.parametrize(
    ("more", "mistake"),
    [
        ("opacity = 3", r"tilesets\[photo\].opacity"),
        ("colour = 1", r"tilesets\[photo\].colour \(line 18\) is not a setting"),
        ("[[tilesets]]\nkey = 'dem'\npath = 'x'", "dem is used twice"),
        ("[[sources]]\nkey = 'x'\npath = 'x'\nreader = 'tiles3d'", r"write it as \[\[tilesets\]\]"),
    ],
)
def test_mistakes_are_named(make: Make, more: str, mistake: str) -> None:
    with pytest.raises(CampusTomlError, match=mistake):
        load_settings(make(more))


def test_info_lists_it(make: Make, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from twin.cli import main

    write_set(tmp_path / "photo", on_globe())
    folder = make()
    build_campus(folder, registry())
    said = json.loads(CliRunner().invoke(main, ["info", str(folder), "--json"]).output)
    assert said["tilesets"]["photo"]["path"] == "../photo"
    assert "3D Tiles photo: ../photo · 3 files" in CliRunner().invoke(main, ["info", str(folder)]).output
