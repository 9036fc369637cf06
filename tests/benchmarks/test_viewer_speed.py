"""Script per frame and draw calls of the viewer over 20,000 building elements and 20,000 pipes, beside plain three.js.

The elements are those of real IFC models: five Duplexes in a row, LargeBuilding and SampleHouse4 make one block; a
block is one building and one GLB, as the build writes it. The pipes come from our mesher in its chunks of 256 m. No
shells: every element is loaded and drawn in every frame.

Goals: 1 ms of script a frame (median), 100 draw calls, a bundle of 300 KB gzip. Draw calls and bundle are asserted as
they are. Script is asserted at ``MARGIN`` times the goal or, on a machine too busy for that, at ``PEER_SHARE`` times
what a bare three.js scene of the same GLBs takes in the same run: the floor, without tiles, states, picks or labels.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, sync_playwright
from pytest_socket import enable_socket

from tests.benchmarks.real_models import MODELS, load, pipes
from tests.browser.conftest import CHROMIUM, PAGE, VIEWER, launched
from tests.browser.small_campus import box
from tests.tiles.scenes import table
from twin.model.mesh import MeshBatch
from twin.tiles import encode_glb
from twin.tiles.split import CELL_M, split_batch

pytestmark = [pytest.mark.benchmark, pytest.mark.browser, pytest.mark.timeout(900)]

ELEMENTS, PIPES = 20_000, 20_000
GOAL_MS, GOAL_DRAWS, GOAL_BYTES = 1.0, 100, 300_000
MARGIN = 1.5
PEER_SHARE = 2.0
PEER_FACTOR = 10
"""One mesh an element must cost at least this many times more."""
TURNS = 2
SCRIPTS = VIEWER.parent / "viewer" / "node_modules" / "three"
IMPORTS = {"three": "/three/build/three.module.js", "three/addons/": "/three/examples/jsm/"}
PITCH_M = 200.0
ORBIT = {"centre": [500.0, 500.0, 0.0], "radius": 1100.0, "height": 700.0}


@dataclass
class Town:
    folder: Path
    urls: list[str]
    elements: int
    pipes: int
    triangles: int


def block(data: Path) -> MeshBatch:
    """One building of 1,681 real elements: a row of Duplexes, a hall and a house."""
    duplex, hall, house = (load(data / MODELS[name])[0] for name in ("Duplex", "LargeBuilding", "SampleHouse4"))
    parts = [moved(duplex, (20.0 * n, 0.0)) for n in range(5)]
    return MeshBatch.concatenate([*parts, moved(hall, (30.0, 50.0)), moved(house, (90.0, 50.0))])


def moved(batch: MeshBatch, by: tuple[float, float], first: int = 0) -> MeshBatch:
    """The same bodies elsewhere, numbered from ``first``."""
    return MeshBatch(
        batch.positions + np.array([*by, 0.0]),
        batch.triangles,
        batch.feature,
        batch.rgba,
        np.arange(first, first + batch.features, dtype=np.uint32),
        batch.normals,
    )


def write_town(folder: Path, data: Path) -> Town:
    """scene.json and its tiles: one GLB a block, one a chunk of pipes."""
    (folder / "tiles").mkdir(parents=True)
    one = block(data)
    blocks = -(-ELEMENTS // one.features)
    side = int(np.ceil(np.sqrt(blocks)))
    children: list[dict[str, Any]] = []
    town = Town(folder, [], 0, PIPES, 0)

    def add(name: str, batch: MeshBatch, rows: Any, layer_id: str, *, normals: bool) -> None:
        (folder / "tiles" / name).write_bytes(encode_glb(batch, rows, layer_id=layer_id, normals=normals))
        bounds = np.array([batch.positions.min(axis=0), batch.positions.max(axis=0)])
        children.append({"boundingVolume": box(bounds), "geometricError": 0, "content": {"uri": name}})
        town.urls.append(f"/tiles/{name}")
        town.triangles += len(batch.triangles)

    for number in range(blocks):
        at = (number % side * PITCH_M + 100.0, number // side * PITCH_M + 100.0)
        batch = moved(one, at, town.elements)
        add(f"block-{number}.glb", batch, table(batch), "elements", normals=False)
        town.elements += batch.features
    batch, rows = pipes(PIPES)
    batch = moved(batch, (0.0, 0.0), town.elements)
    rows = rows.set_column(rows.column_names.index("idx"), "idx", [batch.idx])
    for number, (part, kept) in enumerate(split_batch(batch, rows, max_extent_m=CELL_M)):
        add(f"pipes-{number}.glb", part, kept, "drainage", normals=True)
    root: dict[str, Any] = {
        "boundingVolume": box(np.array([[-60.0, -60, -10], [1100, 1100, 20]])),
        "geometricError": 1000,
    }
    tileset = {
        "asset": {"version": "1.1"},
        "geometricError": 2000,
        "root": root | {"refine": "ADD", "children": children},
    }
    (folder / "tiles" / "tileset.json").write_text(json.dumps(tileset))
    (folder / "scene.json").write_text(json.dumps(scene_of(town)))
    imports = f'<script type="importmap">{json.dumps({"imports": IMPORTS})}</script>'
    (folder / "index.html").write_text(PAGE.replace("<body", f"{imports}<body"), encoding="utf-8")
    return town


def scene_of(town: Town) -> dict[str, Any]:
    named = {"zh": "测", "en": "Town"}
    layers = [
        {"id": name, "title": named, "kind": kind, "colour": "#8fb3d9", "colour_column": None, "colours": {}}
        | {"class_titles": {}, "underground": False, "visible": True, "features": count, "triangles": 0, "bbox": None}
        | {"columns": [], "markers": None}
        for name, kind, count in (("elements", "element", town.elements), ("drainage", "pipe", town.pipes))
    ]
    campus = {"name": named, "crs": "local", "vertical_datum": "local", "origin": [0, 0, 0], "notice": None}
    return {
        "schema_version": 1, "campus": campus, "generation": 1, "tileset": "tiles/tileset.json",
        "bbox": [-60, -60, -10, 1100, 1100, 20], "features": town.elements + town.pipes, "layers": layers,
        "buildings": [], "orthophotos": [], "tilesets": [],
    }  # fmt: skip


class _Handler(http.server.SimpleHTTPRequestHandler):
    def translate_path(self, path: str) -> str:
        for prefix, folder in (("/viewer/", VIEWER), ("/three/", SCRIPTS), ("/benchmark/", Path(__file__).parent)):
            if path.startswith(prefix):
                return str(folder / path.removeprefix(prefix).split("?")[0])
        return super().translate_path(path)

    def log_message(self, *_: object) -> None:
        """The test's output is not an access log."""


@pytest.fixture
def town(tmp_path: Path, shared_data: Path) -> Town:
    return write_town(tmp_path / "town", shared_data)


@pytest.fixture
def page(town: Town) -> Iterator[Page]:
    if not CHROMIUM.exists() or not SCRIPTS.is_dir():
        pytest.skip("needs Chromium and ioc_app/viewer/node_modules")
    enable_socket()
    handler = functools.partial(_Handler, directory=str(town.folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with sync_playwright() as playwright:
        browser = launched(playwright)
        page = browser.new_page(viewport={"width": 640, "height": 400})
        page.set_default_timeout(600_000)
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
        yield page
        browser.close()
    server.shutdown()
    thread.join()
    server.server_close()


OURS = """async (orbit) => {
  const { createEngine } = await import('/viewer/engine.js');
  const bench = await import('/benchmark/viewer_page.js');
  const engine = createEngine(document.getElementById('host'), { sceneUrl: '/scene.json' });
  await engine.ready;
  engine.setView({ position: [orbit.centre[0] + orbit.radius, orbit.centre[1], orbit.height], target: orbit.centre });
  await engine.settled();
  const shown = engine.stats();
  const result = await bench.orbitEngine(engine, orbit);
  engine.dispose();
  return { ...result, shown };
}"""
PLAIN = """async ([urls, orbit, perElement]) => {
  const [three, loader, decoder, bench] = await Promise.all([
    import('three'), import('three/addons/loaders/GLTFLoader.js'),
    import('three/addons/libs/meshopt_decoder.module.js'),
    import('/benchmark/viewer_page.js'),
  ]);
  return bench.orbitPlain(three, loader, decoder, document.getElementById('host'), urls, orbit, perElement);
}"""


@pytest.mark.slow
def test_a_frame_of_40_000_things_costs_little_script(page: Page, town: Town) -> None:
    pairs = []
    for _ in range(TURNS):  # the better of each, if once is not enough: a neighbour disturbs one turn, hardly both
        pairs.append((page.evaluate(OURS, ORBIT), page.evaluate(PLAIN, [town.urls, ORBIT, False])))
        ours, merged = (min(one, key=lambda result: result["script_ms"]) for one in zip(*pairs, strict=True))
        most_ms = max(GOAL_MS * MARGIN, PEER_SHARE * merged["script_ms"])
        if ours["script_ms"] <= most_ms:
            break
    split = page.evaluate(PLAIN, [town.urls, ORBIT, True])
    size = len(gzip.compress((VIEWER / "engine.js").read_bytes(), 6))
    print(
        f"\n{town.elements} elements and {town.pipes} pipes, {town.triangles} triangles in {len(town.urls)} GLBs: "
        f"{ours['script_ms']:.2f} ms script a frame, {ours['draws']} draw calls, bundle {size / 1000:.0f} KB gzip; "
        f"plain three.js, the same GLBs: {merged['script_ms']:.2f} ms, {merged['draws']} draw calls "
        f"({merged['script_ms'] / ours['script_ms']:.1f}x); one mesh an element: {split['script_ms']:.1f} ms, "
        f"{split['draws']} draw calls ({split['script_ms'] / ours['script_ms']:.0f}x)"
    )
    assert town.elements >= ELEMENTS
    assert ours["shown"]["triangles"] >= 0.98 * town.triangles, "everything is on screen"
    assert split["draws"] >= 0.95 * (town.elements + town.pipes), "and so it is for the peer"
    assert ours["draws"] <= GOAL_DRAWS
    assert size <= GOAL_BYTES
    assert split["script_ms"] > PEER_FACTOR * ours["script_ms"]
    assert ours["script_ms"] <= most_ms
