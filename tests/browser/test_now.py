"""What is measured colours rooms and fills a storey; a new generation takes the place of the one that is shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import shapely
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Route, expect

from ioc_app.app import create_app
from tests.browser.page_engine import find_engine, settled
from tests.browser.serving import let_in, served
from tests.ioc_app.small_campus import LIBRARY, STOREYS, SmallCampus, box_mesh, small_campus
from tests.ioc_app.small_tiles import write_tile
from twin.people.registry import People
from twin.people.roles import Right, Role

pytestmark = pytest.mark.browser

PLACES = {"T-1": ("101", 2, 3), "T-2": ("102", 6, 1.5), "T-3": ("102", 8, 4.5), "T-4": (None, 5, 3)}
ROOMS = [box_mesh((0.2, 0.2, 0), (4.9, 5.8, 3)), box_mesh((5.1, 0.2, 0), (9.8, 5.8, 3))]
FROM_ABOVE = "view=5,3,40,5,3,0"
TINT = """(idx) => {
  const { bytes } = window.engine.content.states;
  return [...bytes.subarray(idx * 4, idx * 4 + 4)];
}"""
LOW, HIGH, GREY = [0x44, 0x01, 0x54], [0xFD, 0xE7, 0x25], [0xE4, 0xE7, 0xEB]


def measuring_campus(trees: int | None = None) -> SmallCampus:
    """Four thermometers on the ground floor; with other ``trees`` every device and room has another number."""
    campus = small_campus()
    campus.rows["surface"] = campus.rows["surface"][:trees]
    for code, (room, x, y) in PLACES.items():
        place = {"building_id": LIBRARY, "storey_id": STOREYS[0], "space_id": room and f"space:lib:{room}"}
        at = shapely.Point(x, y, 2.5)
        campus.add("devices", "device", code, at, device_code=code, device_type="temperature", **place)
    return campus


def written(folder: Path, number: int = 1, trees: int | None = None) -> Path:
    """The campus with its rooms among the tiles; in force once everything is there."""
    campus = measuring_campus(trees)
    in_force = folder / "current"
    before = in_force.read_text() if in_force.exists() else None
    campus.write(folder, number)
    if before is not None:
        in_force.write_text(before)
    tiles = folder / "generations" / f"{number:04d}" / "tiles"
    table = campus._layer_tables()["spaces"]
    room = write_tile(tiles, "spaces", ROOMS, table, [1, 1], (110, 168, 216, 255))
    tileset = json.loads((tiles / "tileset.json").read_text())
    tileset["root"]["children"].append(room)
    (tiles / "tileset.json").write_text(json.dumps(tileset))
    new = folder / "current.new"
    new.write_text(f"{number}\n")
    new.replace(in_force)
    return folder


@dataclass
class Site:
    """A campus that is served, a gateway of it, and what its pages said."""

    folder: Path
    app: FastAPI
    url: str
    gateway: httpx.Client

    def idx(self, code: str) -> int:
        idx = self.app.state.running.points().idx_of_device(code)
        assert idx is not None
        return int(idx)

    def room(self, number: str) -> int:
        spaces = self.app.state.reads.generation.table("spaces").to_pylist()
        return next(int(one["idx"]) for one in spaces if one["number"] == number)

    def send(self, values: dict[str, float | None], ago: timedelta = timedelta()) -> None:
        at = (datetime.now(UTC) - ago).isoformat()
        said = [{"point_id": f"{code}:temperature", "observed_at": at, "value": one} for code, one in values.items()]
        assert self.gateway.post("/api/v1/readings", json=said).status_code == 202


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    app = create_app(written(tmp_path))
    with served(app) as url:
        people: People = app.state.people
        _, secret = people.keys.add("gateway", [Right.SEND], "tests")
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"}) as gateway:
            yield Site(tmp_path, app, url, gateway)


@pytest.fixture
def opened(chromium: Browser, site: Site) -> Iterator[Callable[[str], Page]]:
    """Open the page at an address, its engine in ``window.engine``."""
    contexts = []

    def at(fragment: str, width: int = 1366, height: int = 768) -> Page:
        context = let_in(
            chromium.new_context(viewport={"width": width, "height": height}), site.url, site.app, Role.ENGINEER
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site.url}/#{fragment}")
        expect(page.locator(".badge")).to_be_visible(timeout=30_000)
        find_engine(page)
        return page

    yield at
    for one in contexts:
        one.close()


def tint(page: Page, idx: int) -> list[int]:
    rgba: list[int] = page.evaluate(TINT, idx)
    return rgba[:3]


def pixel(page: Page, at: tuple[float, float, float]) -> list[int]:
    """Of the canvas, where a scene position is."""
    rgb: list[int] = page.evaluate(
        """async (at) => {
          const { x, y } = window.engine.project(at), image = new Image();
          image.src = window.engine.screenshot();
          await image.decode();
          const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
          const context = canvas.getContext('2d');
          context.drawImage(image, 0, 0);
          const share = image.width / window.engine.canvas.clientWidth;
          return [...context.getImageData(x * share, y * share, 1, 1).data].slice(0, 3);
        }""",
        list(at),
    )
    return rgb


NOW = f"lang=en&theme=dark&{FROM_ABOVE}&colour=devices&quantity=temperature&layers=elements:0:1;spaces:1:1"
SEEN_THROUGH = NOW.replace("spaces:1:1", "spaces:1:0.4")


def test_a_value_that_arrives_changes_the_colour_of_its_room(opened: Callable[..., Page], site: Site) -> None:
    site.send({"T-1": 18.0, "T-2": 24.0, "T-3": 28.0, "T-4": 22.0})
    page = opened(f"{NOW}&alone={STOREYS[0]}")
    legend = page.locator(".legend")
    expect(legend).to_contain_text("4 sensors")
    expect(legend).to_contain_text("in 2 rooms")
    expect(legend.locator("h2")).to_have_text("temperature (°C)")
    settled(page)
    page.get_by_label("Field between sensors").uncheck()
    assert tint(page, site.idx("T-1")) == tint(page, site.room("101")) == LOW
    assert tint(page, site.idx("T-3")) == HIGH
    cold = pixel(page, (3.5, 4.5, 3.0))
    site.send({"T-1": 28.0})
    page.wait_for_function(f"(idx) => ({TINT})(idx)[0] === {HIGH[0]}", arg=site.room("101"))
    warm = pixel(page, (3.5, 4.5, 3.0))
    assert warm[1] - cold[1] > 30, f"the room was {cold} and is {warm}: from violet to yellow"


def test_what_cannot_be_believed_is_grey_and_counted(opened: Callable[..., Page], site: Site) -> None:
    site.send({"T-1": 18.0}, timedelta(hours=2))
    site.send({"T-2": 24.0, "T-3": None})
    page = opened(NOW)
    doubt = page.locator(".legend [data-row=doubt]")
    expect(doubt).to_contain_text("1 stale")
    expect(doubt).to_contain_text("1 offline")
    expect(doubt).to_contain_text("1 not heard yet")
    assert tint(page, site.room("101")) == GREY
    assert tint(page, site.idx("T-4")) == GREY
    assert tint(page, site.room("102")) != GREY


def test_the_field_of_the_storey_shown_comes_and_goes(opened: Callable[..., Page], site: Site) -> None:
    site.send({"T-1": 18.0, "T-2": 24.0})
    page = opened(SEEN_THROUGH)
    legend = page.locator(".legend")
    expect(legend).to_contain_text("Show one storey alone")
    heat = "() => window.engine.content.overlays.heat.mesh.visible"
    page.evaluate(f"location.hash = '{SEEN_THROUGH}&alone={STOREYS[0]}'")
    row = legend.locator("[data-row=field]")
    expect(row).to_contain_text("has 2 sensors")
    settled(page)
    assert page.evaluate(heat) is False
    bare = pixel(page, (4.0, 4.5, 0.35))
    site.send({"T-3": 28.0, "T-4": 21.0})
    expect(row).to_contain_text("Interpolated, not measured: from 4 sensors")
    page.wait_for_function(heat)
    settled(page)
    filled = pixel(page, (4.0, 4.5, 0.35))
    assert max(abs(a - b) for a, b in zip(bare, filled, strict=True)) > 20
    cells = page.evaluate(
        """() => {
          const { data, width, height } = window.engine.content.overlays.heat.field.image;
          return [...Array(width * height).keys()].filter((i) => data[i * 2 + 1] > 0).length / (width * height);
        }"""
    )
    assert 0.7 < cells <= 1, "rooms and walls of the storey, which is all of the building"
    page.get_by_label("Field between sensors").uncheck()
    expect(row).to_have_count(0)
    settled(page)
    assert page.evaluate(heat) is False
    page.get_by_label("Field between sensors").check()
    page.wait_for_function(heat)
    page.get_by_role("button", name="Back to own colours").click()
    expect(legend).to_be_hidden()
    settled(page)
    assert page.evaluate(heat) is False
    assert page.evaluate(TINT, site.room("101"))[3] == 0


def test_now_is_chosen_among_the_layers(opened: Callable[..., Page], site: Site) -> None:
    site.send({"T-1": 18.0})
    page = opened("lang=en")
    page.locator("[data-tool=colour]").click()
    page.locator("[data-field=layer]").select_option(label="Now (live values)")
    page.locator("[data-field=column]").select_option(label="temperature (°C) · 4")
    expect(page.locator(".legend")).to_contain_text("1 sensors")
    page.wait_for_function("() => location.hash.includes('quantity=temperature')")


def held(page: Page) -> dict[str, int]:
    """What the graphics card holds once frames add no more: what comes late is uploaded when it is first drawn."""
    script = """async () => {
      const { engine } = window;
      const drawn = () => {
        engine.draw();
        const { geometries, textures } = engine.stats();
        return { geometries, textures };
      };
      let last = drawn();
      for (let calm = 0; calm < 5; ) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        const now = drawn();
        calm = now.geometries === last.geometries && now.textures === last.textures ? calm + 1 : 0;
        last = now;
      }
      return last;
    }"""
    found: dict[str, int] = page.evaluate(script)
    return found


def test_a_build_that_switches_is_shown_in_the_same_canvas(opened: Callable[..., Page], site: Site) -> None:
    site.send({"T-1": 18.0, "T-2": 24.0, "T-3": 28.0, "T-4": 22.0})
    page = opened(f"{NOW}&alone={STOREYS[0]}&sel=device:lib:T-2&section=-5,-5,-5,15,15,6")
    expect(page.locator(".card h2")).to_contain_text("T-2")
    expect(page.locator(".legend [data-row=field]")).to_contain_text("from 4 sensors")
    settled(page)
    held_before = held(page)
    before = page.evaluate(
        """() => {
          const { engine } = window;
          window.kept = { canvas: engine.canvas, gl: engine.canvas.getContext('webgl2'), content: engine.content };
          window.kept.meshes = [...engine.content.tiles.meshes];
          window.freed = 0;
          for (const mesh of window.kept.meshes) mesh.geometry.addEventListener('dispose', () => window.freed++);
          const { selected } = engine;
          return { view: engine.getView(), layers: engine.layerState(), selected };
        }"""
    )
    old_idx, old_room = site.idx("T-2"), site.room("101")
    assert before["selected"] == old_idx
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    written(site.folder, 2, trees=960)
    expect(page.locator(".toast")).to_contain_text("Model updated: generation 2", timeout=30_000)
    assert [one for one in asked if "_dash" in one] == [], "the stream has said it; the page did not ask"
    new_idx, new_room = site.idx("T-2"), site.room("101")
    assert (old_idx - new_idx, old_room - new_room) == (40, 40)
    page.wait_for_function("(idx) => window.engine.selected === idx", arg=new_idx)
    expect(page.locator(".card h2")).to_contain_text("T-2")
    page.wait_for_function(f"(idx) => ({TINT})(idx)[3] > 0", arg=new_room)
    page.wait_for_function("(idx) => window.engine.liveOf(idx).value === 24", arg=new_idx)
    expect(page.locator(".legend [data-row=field]")).to_contain_text("from 4 sensors")
    settled(page)
    after = page.evaluate(
        """() => {
          const { engine, kept, freed } = window;
          return {
            view: engine.getView(), layers: engine.layerState(),
            same: engine.canvas === kept.canvas && engine.canvas.isConnected,
            gl: kept.gl === engine.canvas.getContext('webgl2') && !kept.gl.isContextLost(),
            other: engine.content !== kept.content, generation: engine.scene.generation,
            freed, of: kept.meshes.length, isolated: engine.content.states.isolated, cut: engine.cuts.box !== null,
          };
        }"""
    )
    assert (after["same"], after["gl"], after["other"], after["generation"]) == (True, True, True, 2)
    for name in ("position", "target"):  # a camera at rest trembles in the last digits
        assert after["view"][name] == pytest.approx(before["view"][name], abs=1e-9)
    assert after["layers"] == before["layers"]
    assert (after["isolated"], after["cut"]) == (True, True)
    assert after["freed"] == after["of"] > 0, "every geometry of the old tiles was let go"
    assert all(now <= held_before[name] for name, now in held(page).items())
    site.send({"T-1": 26.5})
    page.wait_for_function("(idx) => window.engine.liveOf(idx).value === 26.5", arg=site.idx("T-1"))


def test_a_generation_that_cannot_be_loaded_leaves_everything_and_is_tried_again(
    opened: Callable[..., Page], site: Site
) -> None:
    page = opened(f"lang=en&{FROM_ABOVE}")
    settled(page)
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.abort()

    page.route("**/tiles/2/**", refuse)
    shown = pixel(page, (25.0, 10.0, 0.0))
    written(site.folder, 2, trees=960)
    page.wait_for_function("() => window.engine.swapping === null && performance.now() > 0")
    deadline = 30
    while not refused and deadline:
        page.wait_for_timeout(500)
        deadline -= 1
    assert refused
    page.wait_for_function("() => window.engine.coming === null")
    assert page.evaluate("() => window.engine.scene.generation") == 1
    assert pixel(page, (25.0, 10.0, 0.0)) == shown
    page.unroute("**/tiles/2/**")
    expect(page.locator(".toast")).to_contain_text("Model updated: generation 2", timeout=30_000)
    assert page.evaluate("() => window.engine.scene.generation") == 2
