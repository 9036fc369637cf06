"""What cameras see: laid on the ground from a camera's card, first in the list of an incident's cameras."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import twin
from ioc_app.app import create_app
from tests.browser.desk_page import desk_page
from tests.browser.incident_desk import Desk
from tests.browser.serving import let_in
from twin.notebook.campus import Campus

pytestmark = pytest.mark.browser
CAMERA = "SXJ-0051"
HIDDEN = ("surface", "buildings", "elements", "water_supply", "drainage", "gas", "heat", "power", "telecom")
PLACE = (-80.8, -241.1, 12.0)  # one camera sees it, one is behind a pump house; scene axes
DRAWN = """async () => {
  const { engine } = (await window.campus_twin.mounted).mounted;
  await engine.settled();
  return engine.screenshot();
}"""
ON_SCREEN = """async (positions) => {
  const { engine } = (await window.campus_twin.mounted).mounted;
  return positions.map((one) => engine.project(one)).map((at) => at && [at.x, at.y]);
}"""


@pytest.fixture(scope="module")
def app(demo_campus: Path) -> FastAPI:
    return create_app(demo_campus)


@pytest.fixture(scope="module")
def campus(demo_campus: Path) -> Campus:
    return twin.open(demo_campus)


@pytest.fixture
def page(app: FastAPI, url: str, chromium: Browser) -> Iterator[Page]:
    size = {"width": 1000, "height": 640}
    fresh = chromium.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce")  # type: ignore[arg-type]
    context = let_in(fresh, url, app, fine=True)
    page = context.new_page()
    page.goto(f"{url}#desk&layers={';'.join(f'{one}:0:1' for one in HIDDEN)}")
    page.locator("input[type=search]").first.fill(CAMERA)
    page.locator("[role=option]").first.click()
    yield page
    context.close()


def drawn(page: Page) -> NDArray[np.int16]:
    picture = Image.open(io.BytesIO(base64.b64decode(page.evaluate(DRAWN).split(",")[1]))).convert("RGB")
    return np.asarray(picture).astype(np.int16)


def changes(before: NDArray[np.int16], after: NDArray[np.int16], at: list[Any]) -> list[bool]:
    """Whether the picture changed where these are on screen."""
    found = []
    for one in at:
        x, y = (int(value) for value in one)
        if 0 <= x < before.shape[1] and 0 <= y < before.shape[0]:
            found.append(int(np.abs(after[y, x] - before[y, x]).max()) > 12)
    return found


def test_a_camera_lays_what_it_sees_on_the_ground(page: Page, campus: Campus) -> None:
    view = campus.camera_view(CAMERA)
    section = page.locator("[data-sight]")
    section.locator("summary").click()
    areas = view.to_arrow()["area_m2"].to_pylist()
    shown = section.locator(".sight-classes tr td:last-child")
    expect(shown).to_have_text([f"{one:,.0f} m²" for one in areas[:-1]])
    expect(section).to_contain_text("未与标准核对")
    page.wait_for_timeout(1500)  # on the way there
    laid = drawn(page)
    row, column = np.indices(view.px_per_m.shape)
    dx, _, west, _, dy, north = view.transform
    middles = np.stack([west + (column + 0.5) * dx, north + (row + 0.5) * dy, view.corners_m[:-1, :-1]], -1)
    middles -= np.array(page.request.get(f"{page.url.split('#')[0]}api/v1/scene").json()["campus"]["origin"])
    seen = np.isfinite(view.px_per_m)
    rng = np.random.default_rng(5)
    inside, outside = (rng.permutation(middles[one])[:60].tolist() for one in (seen, ~seen))
    on_screen = [page.evaluate(ON_SCREEN, one) for one in (inside, outside)]
    section.locator("summary").click()  # pressed again, it goes
    expect(section).not_to_have_attribute("open", "")
    bare = drawn(page)
    there, elsewhere = (changes(bare, laid, one) for one in on_screen)
    assert len(there) > 40
    assert np.mean(there) > 0.8  # the rest is under the card of a camera or on an edge
    assert np.mean(elsewhere) < 0.1


def test_the_first_camera_of_an_incident_is_the_one_that_shows_it_best(
    app: FastAPI, url: str, chromium: Browser, campus: Campus
) -> None:
    desk = Desk()
    [first, *_] = desk.incidents.values()
    first["place"] |= {"scene": list(PLACE), "storey_id": None, "space_id": None, "building_id": None, "device": None}
    desk.incidents = {first["incident_id"]: first}
    page = desk_page(chromium, app, url, desk, language="zh")
    page.route(re.compile("/api/v1/resources/near"), lambda route: route.continue_())
    page.keyboard.press("i")
    page.locator(f".incident-row[data-id={first['incident_id']}]").click()
    cameras = page.locator(".incident-card [data-kind=camera] li")
    expect(page.locator(".near-sight")).to_contain_text("看得到这里")
    origin = page.request.get(f"{url}/api/v1/scene").json()["campus"]["origin"]
    found = campus.cameras_seeing((PLACE[0] + origin[0], PLACE[1] + origin[1]))
    best = found.visible[0]
    expect(cameras.first).to_contain_text(best.camera_id.rsplit(":", 1)[1])
    expect(cameras.first).to_contain_text(f"可探测 · {best.px_per_m:.0f} 像素/米")
    hidden = cameras.filter(has_text="SXJ-0052")
    expect(hidden).to_contain_text("被“雨水泵房”遮挡")
    assert cameras.evaluate_all("(all) => all.map((one) => one.dataset.seen)")[0] == "true"
    page.context.close()


def test_a_storeys_plan_draws_what_its_cameras_see(page: Page, url: str, campus: Campus) -> None:
    page.goto(f"{url}#desk&plan=storey:campus:B02.1F")
    found = campus.coverage("storey:campus:B02.1F")
    cameras = page.locator(".plan-cameras")
    cameras.locator("input").check()
    expect(cameras.locator(".plan-share")).to_contain_text(
        f"{len(found.cameras)} 台摄像机看到地面的 {100 * found.share:.1f} %"
    )
    expect(page.locator(".plan-seen")).to_have_count(len(found.cameras))
    widest = max(range(len(found.cameras)), key=lambda one: found.cameras[one].area_m2)
    west, south, east, north = found.cameras[widest].region.bounds
    box = page.locator(".plan-seen").nth(widest).evaluate("(one) => [one.getBBox().width, one.getBBox().height]")
    assert box == pytest.approx([east - west, north - south], abs=0.1)
    cameras.locator("input").uncheck()
    expect(page.locator(".plan-seen")).to_have_count(0)
