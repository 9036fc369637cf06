"""Where pipes may lie, in the list of layers: shown with a reason, around pipes that are still picked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

import twin
from ioc_app.app import create_app
from tests.browser.serving import desk_of
from twin.people.roles import Role

pytestmark = pytest.mark.browser
LOOK = """async ([x, y]) => {
  const { engine } = (await window.campus_twin.mounted).mounted;
  engine.plan(true);
  engine.setTerrainOpacity(0.05);
  for (const one of ['buildings', 'surface', 'elements', 'devices']) engine.setLayerVisible(one, false);
  engine.setView({ position: [x, y, 160], target: [x, y, 10], plan: true, height_m: 30 });
  await engine.settled();
}"""
DRAWN = """async ([x, y, z]) => {
  const { engine } = (await window.campus_twin.mounted).mounted;
  const { mesh } = engine.content.overlays.areas;
  const at = engine.project([x, y, z]);
  const corners = mesh.geometry.attributes.position?.count ?? 0;
  return { visible: mesh.visible, corners, picked: engine.pick(at.x, at.y, false)?.idx ?? null };
}"""


@pytest.fixture(scope="module")
def app(demo_campus: Path) -> FastAPI:
    return create_app(demo_campus)


@pytest.fixture
def page(app: FastAPI, url: str, chromium: Browser) -> Iterator[Page]:
    with desk_of(chromium, url, app, Role.ENGINEER) as page:
        yield page


def test_tubes_are_shown_with_a_reason_and_the_pipe_in_them_is_picked(
    app: FastAPI, page: Page, demo_campus: Path
) -> None:
    generation = app.state.reads.generation
    tubes = twin.open(demo_campus).possible_positions(["water_supply"])
    part = int((tubes.pipes.end - tubes.pipes.start)[:, 0].argmax())
    middle = ((tubes.pipes.start + tubes.pipes.end)[part] / 2 - generation.manifest.origin).tolist()
    idx = app.state.reads.directory(generation).idx_by_id[tubes.pipes.feature_id[tubes.pipes.link[part]]]
    layer = page.locator("li.layer:has([data-layer=water_supply])")
    layer.locator(".layer-more").click()
    box = layer.locator("[data-possible]")
    expect(box).not_to_be_checked()
    box.check()
    layer.locator("form button").click()
    expect(layer.get_by_role("status")).to_contain_text("至少四个字")
    layer.locator("[name=exactly]").fill("开挖方案编制")
    layer.locator("form button").click()
    parts = len(tubes.pipes.start)
    expect(layer.get_by_role("status")).to_contain_text(f"{parts} / {parts} 段", timeout=30_000)
    page.evaluate(LOOK, middle[:2])
    shown = page.evaluate(DRAWN, middle)
    assert shown == {"visible": True, "corners": parts * 60, "picked": idx}
    box.uncheck()
    gone = page.evaluate(DRAWN, middle)
    assert (gone["visible"], gone["picked"]) == (False, idx)
