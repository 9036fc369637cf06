"""What others made, in the browser: 3D Tiles sets stand where pyproj put them, an orthophoto lies where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from fastapi import FastAPI
from playwright.sync_api import Browser, expect
from rasterio.transform import from_origin

from layers import registry
from tests.attached_sets import HEIGHT_M, to_globe, write_set
from tests.browser.conftest import View
from tests.browser.serving import let_in
from tests.build.test_build import DEM, HEAD, NORTH, WEST, write_dem
from twin.build import build_campus
from twin.store.campus import Campus

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SEPARATION_M = 12.5
# east and north of the DEM's corner; the ground rises 0.1 m a metre from 10 m
PHOTO, BLOCKS, PACKED = (70.0, 25.0), (30.0, 70.0), (20.0, 20.0)
SETS = f"""
[[sources]]
key = "ortho"
path = "sources/ortho.tif"
reader = "geotiff"
layer = "terrain"

[[tilesets]]
key = "photo"
path = "../photo"
title = {{ zh = "倾斜摄影", en = "Oblique" }}
visible = true

[[tilesets]]
key = "blocks"
path = "../blocks/tileset.json"
visible = true
placement = {{ to = [{WEST + BLOCKS[0]}, {NORTH - BLOCKS[1]}, 13.0] }}

[[tilesets]]
key = "packed"
path = "../packed"
placement = {{ to = [{WEST + PACKED[0]}, {NORTH - PACKED[1]}, 12.0] }}
"""
MOUNT = """async () => {
  document.body.innerHTML = '<div id="host" style="position:fixed;inset:0"></div>';
  const { createEngine } = await import('/_dash-component-suites/ioc_app/_viewer/engine.js');
  window.seen = [];
  const onEvent = (type, detail) => type === 'frame' || window.seen.push([type, detail]);
  window.engine = createEngine(document.getElementById('host'), { sceneUrl: '/api/v1/scene', onEvent });
  await window.engine.ready;
  await window.engine.settled();
}"""


def write_orthophoto(path: Path) -> None:
    """400 × 400 pixels over the DEM: red north-west, green north-east, blue south-west, nothing south-east."""
    bands = np.zeros((4, 400, 400), np.uint8)
    bands[3] = 255
    bands[0, :200, :200] = bands[1, :200, 200:] = bands[2, 200:, :200] = 230
    bands[3, 200:, 200:] = 0
    profile = {"driver": "GTiff", "width": 400, "height": 400, "count": 4, "dtype": "uint8", "crs": "EPSG:4549"}
    with rasterio.open(
        path, "w", **profile, transform=from_origin(WEST, NORTH, 0.25, 0.25), photometric="RGB", alpha="YES"
    ) as file:
        file.write(bands)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    parent = tmp_path_factory.mktemp("attached")
    campus = parent / "campus"
    (campus / "sources").mkdir(parents=True)
    write_dem(campus / "sources" / "dem.tif", 10.0)
    write_orthophoto(campus / "sources" / "ortho.tif")
    write_set(parent / "photo", to_globe(WEST + PHOTO[0], NORTH - PHOTO[1], 17.0 + SEPARATION_M))
    write_set(parent / "blocks", np.eye(4), version="1.0", uri="content/pillar.b3dm", rgb=(1.0, 0.5, 0.0))
    write_set(parent / "packed", np.eye(4), uri="content/pillar.b3dm", rgb=(0.0, 1.0, 0.0), draco=True)
    (campus / "campus.toml").write_text(HEAD + f"geoid_separation_m = {SEPARATION_M}\n" + DEM + SETS, encoding="utf-8")
    build_campus(campus, registry())
    return campus


@pytest.fixture(scope="module")
def app(folder: Path) -> FastAPI:
    from ioc_app.app import create_app

    return create_app(folder)


@pytest.fixture
def view(chromium: Browser, app: FastAPI, url: str) -> Iterator[View]:
    page = chromium.new_page(viewport={"width": 560, "height": 420})
    let_in(page.context, url, app, fine=True)
    one = View(page, url, Any)  # type: ignore[arg-type]  # the page's campus is not the small one
    page.on("console", lambda message: one.console.append(f"{message.type}: {message.text}"))
    page.on("request", lambda request: one.requests.append(request.url))
    page.goto(f"{url}/api/v1/scene")
    page.evaluate(MOUNT)
    yield one
    page.close()


def scene_point(folder: Path, place: tuple[float, float], height_m: float) -> tuple[float, float, float]:
    """A place east and south of the DEM's corner, in scene axes."""
    east, north, zero = Campus.open(folder).generation.manifest.origin
    return WEST + place[0] - east, NORTH - place[1] - north, height_m - zero


def look_down(view: View, at: tuple[float, float, float], above_m: float = 30.0) -> None:
    view.look((at[0], at[1] - 0.01, at[2] + above_m), at)


@pytest.mark.parametrize(("key", "place", "foot"), [("photo", PHOTO, 17.0), ("blocks", BLOCKS, 13.0)])
def test_a_set_stands_where_it_was_surveyed(
    view: View, folder: Path, key: str, place: tuple[float, float], foot: float
) -> None:
    top = scene_point(folder, place, foot + HEIGHT_M)
    look_down(view, top)
    for dx, dy in ((0.0, 0.0), (1.85, 1.85), (-1.85, 1.85), (1.85, -1.85), (-1.85, -1.85)):
        corner = (top[0] + dx, top[1] + dy, top[2])
        hit = view.pick(corner)
        assert (hit["tilesetId"], hit["idx"], hit["layerId"]) == (key, None, "")
        assert hit["position"] == pytest.approx(corner, abs=0.1)
    for dx, dy in ((2.15, 0.0), (-2.15, 0.0), (0.0, 2.15), (0.0, -2.15)):
        hit = view.pick((top[0] + dx, top[1] + dy, top[2]))
        assert (hit["tilesetId"], hit["layerId"]) == (None, "terrain"), "a hand beyond its edge"
    red, green, blue = view.pixel_of(top)
    assert red > 200
    assert (blue > 200, green < 60) == (key == "photo", key == "photo"), "its own colour, unlit"
    assert view.events("error") == []
    assert [one for one in view.requests if not one.startswith((view.url, "data:", "blob:"))] == []


def test_draco_geometry_is_decoded_when_it_is_wanted(view: View, folder: Path) -> None:
    """The decoder comes from beside the bundle, and nobody without such a set fetches it."""
    top = scene_point(folder, PACKED, 12.0 + HEIGHT_M)
    look_down(view, top)
    assert [one for one in view.requests if "draco" in one] == []
    view.do("engine.setTilesetVisible('packed', true)")
    view.page.wait_for_function("engine.pick(280, 210)?.tilesetId === 'packed'", timeout=60_000)
    for dx, dy in ((0.0, 0.0), (1.85, 1.85), (-1.85, -1.85)):
        corner = (top[0] + dx, top[1] + dy, top[2])
        assert view.pick(corner)["position"] == pytest.approx(corner, abs=0.1)
    assert view.pick((top[0] + 2.15, top[1], top[2]))["layerId"] == "terrain"
    red, green, blue = view.pixel_of(top)
    assert (red < 60, green > 200, blue < 60) == (True, True, True)
    assert view.events("error") == []
    fetched = {one.rpartition("/")[2] for one in view.requests if "draco" in one}
    assert fetched == {"draco_wasm_wrapper.js", "draco_decoder.wasm"}


def test_a_set_is_hidden_faded_cut_and_dug(view: View, folder: Path) -> None:
    top = scene_point(folder, PHOTO, 17.0 + HEIGHT_M)
    x, y, z = top
    look_down(view, top)
    assert view.do("return engine.tilesetState()") == {
        "photo": {"visible": True, "opacity": 1},
        "blocks": {"visible": True, "opacity": 1},
        "packed": {"visible": False, "opacity": 1},
    }
    opaque = view.pixel_of(top)
    view.do("engine.setTilesetOpacity('photo', 0.3)")
    assert view.pixel_of(top)[0] < opaque[0] - 40
    assert view.pick(top)["tilesetId"] == "photo", "only what lies below ground is picked through it"
    view.do("engine.setTilesetOpacity('photo', 1); engine.setTilesetVisible('photo', false)")
    assert view.pick(top)["layerId"] == "terrain"
    view.do("engine.setTilesetVisible('photo', true)")
    view.do("engine.section({min: a[0], max: a[1]})", [[x - 20, y - 20, z - 30], [x + 20, y + 20, z - 4]])
    assert view.pick(top)["position"][2] < z - 3.9
    view.do("engine.section(null); engine.digWindow({x: a[0], y: a[1], radius: 6})", [x, y])
    assert view.pick(top) is None, "neither the set nor the ground is left"
    view.do("engine.digWindow(null); engine.isolateStorey([1])")
    hit = view.pick(top)
    assert hit["tilesetId"] == "photo", "through the id buffer too"
    assert hit["position"] == pytest.approx(top, abs=0.1)


def test_the_orthophoto_lies_north_up_and_ends_where_it_has_no_data(view: View, folder: Path) -> None:
    view.do("for (const id of ['photo', 'blocks']) engine.setTilesetVisible(id, false)")
    middle = scene_point(folder, (50.0, 50.0), 15.0)
    look_down(view, middle, 130.0)
    quarters = {"north-west": (20, 20), "north-east": (80, 20), "south-west": (20, 80), "south-east": (80, 80)}
    seen = {name: view.pixel_of(scene_point(folder, at, 10 + at[0] * 0.1)) for name, at in quarters.items()}
    for channel, name in enumerate(("north-west", "north-east", "south-west")):
        others = [seen[name][other] for other in range(3) if other != channel]
        assert seen[name][channel] > max(others) + 100, f"{name}: {seen[name]}"
    view.do("engine.setOrthophoto(null)")
    bare = {name: view.pixel_of(scene_point(folder, at, 10 + at[0] * 0.1)) for name, at in quarters.items()}
    assert seen["south-east"] == pytest.approx(bare["south-east"], abs=3), "the colour of the ground below"
    assert abs(bare["north-west"] - seen["north-west"]).max() > 50
    view.do("engine.setOrthophoto(0); await new Promise((done) => setTimeout(done, 300))")
    # the border between red and green is where it was surveyed, to a hand
    y = 20.0
    west, east = (view.pixel_of(scene_point(folder, (50 + side, y), 15.0)) for side in (-1.0, 1.0))
    assert west[0] > west[1] + 100
    assert east[1] > east[0] + 100


def test_the_page_lists_it_and_names_it_under_the_pointer(
    chromium: Browser, app: FastAPI, url: str, folder: Path
) -> None:
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    let_in(page.context, url, app)
    x, y, z = scene_point(folder, PHOTO, 17.0 + HEIGHT_M)
    page.goto(f"{url}/#view={x},{y - 8},{z + 20},{x},{y},{z}")
    row = page.locator(".layer", has=page.locator("[data-tileset=photo]"))
    expect(row).to_contain_text("倾斜摄影", timeout=60_000)
    box = row.locator("[data-tileset=photo]")
    expect(box).to_be_checked()
    readout = page.locator(".coordinates")
    for side in range(12):  # until the set has been loaded and drawn in software
        page.mouse.move(683 + side % 2, 384)
        page.wait_for_timeout(1000)
        if "倾斜摄影" in readout.inner_text():
            break
    expect(readout).to_contain_text("倾斜摄影")
    box.uncheck()
    expect(box).not_to_be_checked()
    page.close()
