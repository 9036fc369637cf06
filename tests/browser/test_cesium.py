"""CesiumJS, a reader that is not ours, loads the tileset on the globe and picks the things that our tables have.

Positions on the globe are pyproj's; the page stands on loopback, without Cesium's ion, imagery or terrain.
"""

from __future__ import annotations

import functools
import http.server
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyproj
import pytest
import shapely
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page
from pytest_socket import enable_socket

from layers import registry
from twin.build.exchange import export_tiles
from twin.store.campus import Campus, Generation

CESIUM: Final = Path(__file__).resolve().parents[1] / "js" / "node_modules" / "cesium" / "Build" / "Cesium"
BOX: Final = ("xmin", "ymin", "zmin", "xmax", "ymax", "zmax")
WITHIN_M: Final = 0.3  # a depth of the screen, and the one matrix for the whole campus
PAGE: Final = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body style="margin:0">
<style>#host, .cesium-widget, .cesium-widget canvas { width: 320px; height: 240px; display: block }</style>
<div id="host"></div>
<script>window.CESIUM_BASE_URL = '/cesium/'</script><script src="/cesium/Cesium.js"></script>"""
LOAD: Final = """async (url) => {
  Cesium.Ion.defaultAccessToken = '';
  const bare = { baseLayer: false, globe: false, skyBox: false, skyAtmosphere: false, useDefaultRenderLoop: false };
  const widget = new Cesium.CesiumWidget('host', { ...bare, creditContainer: document.createElement('div') });
  const tileset = await Cesium.Cesium3DTileset.fromUrl(url, { maximumScreenSpaceError: 4 });
  widget.scene.primitives.add(tileset);
  window.faults = [];
  tileset.tileFailed.addEventListener((one) => window.faults.push(`${one.url}: ${one.message}`));
  window.drawn = async () => {
    for (let still = 0; still < 3; still = tileset.tilesLoaded ? still + 1 : 0) {
      widget.resize();
      widget.render();
      await new Promise((go) => setTimeout(go, 0));
    }
  };
  window.widget = widget;
  return tileset.asset;
}"""
LOOK: Final = """async ([at, heading, pitch, range]) => {
  const { scene, camera } = window.widget;
  const there = Cesium.Cartesian3.fromArray(at);
  camera.lookAt(there, new Cesium.HeadingPitchRange(...[heading, pitch].map(Cesium.Math.toRadians), range));
  camera.lookAtTransform(Cesium.Matrix4.IDENTITY);
  await window.drawn();
  const pixel = Cesium.SceneTransforms.worldToWindowCoordinates(scene, there);
  return [pixel.x, pixel.y];
}"""
PICK: Final = """([x, y]) => {
  const pixel = new Cesium.Cartesian2(x, y);
  const met = window.widget.scene.pickPosition(pixel);
  const id = window.widget.scene.pick(pixel)?.getProperty?.('feature_id') ?? null;
  return { id, met: met ? [met.x, met.y, met.z] : null };
}"""


class _Handler(http.server.SimpleHTTPRequestHandler):
    def translate_path(self, path: str) -> str:
        if path.startswith("/cesium/"):
            return str(CESIUM / path.removeprefix("/cesium/").split("?")[0])
        return super().translate_path(path)

    def log_message(self, *_: object) -> None:
        """The test's output is not an access log."""


@dataclass(frozen=True)
class Globe:
    """Where the campus is on the ellipsoid, by pyproj; ``separation_m`` is what its recipe says of the geoid."""

    generation: Generation
    separation_m: float

    def ecef(self, corners: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 3) of the campus CRS, earth-centred."""
        to_lonlat = pyproj.Transformer.from_crs(self.generation.manifest.crs, "OGC:CRS84", always_xy=True)
        to_ecef = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
        lon, lat = to_lonlat.transform(corners[:, 0], corners[:, 1])
        return np.column_stack(to_ecef.transform(lon, lat, corners[:, 2] + self.separation_m))

    def campus(self, ecef: NDArray[np.float64]) -> NDArray[np.float64]:
        """The other way."""
        to_lonlat = pyproj.Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
        to_grid = pyproj.Transformer.from_crs("OGC:CRS84", self.generation.manifest.crs, always_xy=True)
        lon, lat, height = to_lonlat.transform(*ecef.T)
        return np.column_stack([*to_grid.transform(lon, lat), height - self.separation_m])


@pytest.fixture(scope="module")
def globe(demo_campus: Path) -> Globe:
    said = tomllib.loads((demo_campus / "campus.toml").read_text(encoding="utf-8"))
    return Globe(Campus.open(demo_campus).generation, said["geoid_separation_m"])


@pytest.fixture(scope="module")
def folder(demo_campus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is served: the tiles of the generation, and the exchange tileset."""
    www = tmp_path_factory.mktemp("globe")
    campus = Campus.open(demo_campus)
    export_tiles(campus, registry(), www / "exchange")
    (www / "generation").symlink_to(campus.generation.folder / "tiles")
    (www / "index.html").write_text(PAGE, encoding="utf-8")
    return www


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    enable_socket()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(
    scope="module", params=[pytest.param("exchange/tileset.json", marks=pytest.mark.slow), "generation/ecef.json"]
)
def page(request: pytest.FixtureRequest, chromium: Browser, url: str) -> Iterator[Page]:
    if not CESIUM.exists():
        pytest.skip("tests/js is not installed: npm ci")
    page = chromium.new_page(viewport={"width": 320, "height": 240})
    page.set_default_timeout(120_000)
    page.goto(url)
    asset = page.evaluate(LOAD, f"{url}/{request.param}")
    assert asset["version"] == "1.1"
    yield page
    assert page.evaluate("window.faults") == []
    page.close()


def buildings_of(generation: Generation, count: int) -> list[tuple[str, NDArray[np.float64]]]:
    """Some buildings of a footprint and a height, and a point of the roof of each: so much above the highest ground."""
    frame: Any = generation.table("buildings").to_pandas()
    alone = frame[frame.feature_id.str.startswith("building:buildings:")]
    found = []
    for one in alone.iloc[:: len(alone) // count][:count].itertuples():
        inside = shapely.force_2d(shapely.from_wkb(one.geometry)).representative_point()
        found.append((str(one.feature_id), np.array([inside.x, inside.y, one.bbox["zmax"] + one.height_m])))
    return found


def test_cesium_picks_the_buildings_of_our_table(page: Page, globe: Globe) -> None:
    """Where the point of a roof is drawn, seen from above, lies its building, and what is met there is that point."""
    for id, roof in buildings_of(globe.generation, 8):
        [at] = globe.ecef(roof[None])
        pixel = page.evaluate(LOOK, [at.tolist(), 0.0, -90.0, 150.0])
        assert pixel == pytest.approx([160, 120], abs=1)
        told = page.evaluate(PICK, pixel)
        assert told["id"] == id
        assert np.linalg.norm(np.array(told["met"]) - at) < WITHIN_M


def test_cesium_picks_the_elements_of_our_table(page: Page, globe: Globe) -> None:
    """All over the front of a building: what is met lies in the box of the element that was picked."""
    table: Any = globe.generation.table("elements").select(["feature_id", "building_id", "bbox"]).to_pandas()
    boxes = {one.feature_id: [one.bbox[name] for name in BOX] for one in table.itertuples()}
    whole = np.array([boxes[one] for one in table.feature_id[table.building_id == "building:campus:B02"]])
    middle = (whole[:, :3].min(axis=0) + whole[:, 3:].max(axis=0)) / 2
    [at] = globe.ecef(middle[None])
    page.evaluate(LOOK, [at.tolist(), 200.0, -12.0, 45.0])
    picked = [page.evaluate(PICK, [x, y]) for x in range(20, 320, 40) for y in range(60, 220, 30)]
    found = [one for one in picked if one["id"] in boxes]
    corners = globe.campus(np.array([one["met"] for one in found]))
    for one, corner in zip(found, corners, strict=True):
        box = np.array(boxes[one["id"]])
        assert (corner > box[:3] - WITHIN_M).all(), one
        assert (corner < box[3:] + WITHIN_M).all(), one
    assert len({one["id"] for one in found}) >= 8
