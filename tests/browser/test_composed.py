"""The composed campus in a browser: a Duplex wall, a pipe under the ground and a tree are found with the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from tests.browser.page_engine import find_engine
from tests.browser.serving import let_in, served
from twin.store.campus import Campus, Generation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SIZE = {"width": 1366, "height": 768}
TRIES = 6
# follow a link on the page that is open; idx of what is in the middle of the screen
FOLLOW = """async (hash) => {
  const followed = new Promise((done) => window.addEventListener('hashchange', done, { once: true }));
  window.location.hash = hash;
  await followed;
  await window.engine.settled();
  const { clientWidth, clientHeight } = window.engine.canvas;
  return window.engine.pick(clientWidth / 2, clientHeight / 2)?.idx ?? null;
}"""
CHOSEN = "(one) => new URLSearchParams(location.hash.slice(1)).get('sel') === one"


@dataclass
class Thing:
    """A feature, and the middle of its box in scene axes."""

    idx: int
    feature_id: str
    middle: tuple[float, float, float]

    def from_here(self, east: float, north: float, up: float) -> tuple[float, float, float]:
        x, y, z = self.middle
        return x + east, y + north, z + up


@dataclass
class Look:
    """Where from, where to, and what may be in the middle of the screen then."""

    position: tuple[float, float, float]
    target: tuple[float, float, float]
    wanted: list[Thing]


@pytest.fixture(scope="module")
def app(composed_campus: Path) -> FastAPI:
    from ioc_app.app import create_app

    return create_app(composed_campus)


@pytest.fixture(scope="module")
def generation(composed_campus: Path) -> Generation:
    return Campus.open(composed_campus).generation


@pytest.fixture(scope="module")
def page(chromium: Browser, app: FastAPI) -> Iterator[Page]:
    """One for all: opening this campus takes its time, following a link on it does not."""
    with served(app) as url:
        context = let_in(chromium.new_context(viewport=SIZE), url, app)  # type: ignore[arg-type]
        one = context.new_page()
        one.goto(url)
        expect(one.locator(".notice")).to_be_visible(timeout=60_000)
        find_engine(one)
        yield one
        context.close()


def things(generation: Generation, sql: str) -> list[Thing]:
    """The rows of ``sql``, which asks for idx, feature_id and bbox."""
    origin = generation.manifest.origin
    found = []
    for row in generation.sql(sql).to_pylist():
        box = row["bbox"]
        x, y, z = ((box[a + "min"] + box[a + "max"]) / 2 - o for a, o in zip("xyz", origin, strict=True))
        found.append(Thing(row["idx"], row["feature_id"], (x, y, z)))
    return found


def click_first(page: Page, looks: list[Look], hidden: tuple[str, ...] = ()) -> str:
    """Take one look after the other until something that is wanted is in sight; click it: the feature whose card is
    open then."""
    layers = f"&layers={';'.join(f'{one}:0:1' for one in hidden)}" if hidden else ""
    for look in looks[:TRIES]:
        view = ",".join(f"{one:.2f}" for one in (*look.position, *look.target))
        seen = page.evaluate(FOLLOW, f"view={view}{layers}")
        wanted = next((one.feature_id for one in look.wanted if one.idx == seen), None)
        if wanted is not None:
            box = page.locator("canvas").first.bounding_box()
            assert box
            page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.wait_for_function(CHOSEN, arg=wanted, timeout=60_000)
            return wanted
    pytest.fail(f"nothing that is wanted was in sight in {TRIES} looks")


def test_a_duplex_wall(page: Page, generation: Generation) -> None:
    walls = things(
        generation,
        "SELECT idx, feature_id, bbox FROM elements "
        "WHERE building_id = 'building:campus:duplex' AND ifc_class LIKE 'IfcWall%'",
    )
    middle = [sum(one.middle[axis] for one in walls) / len(walls) for axis in range(2)]

    def outward(wall: Thing) -> tuple[float, float]:
        return wall.middle[0] - middle[0], wall.middle[1] - middle[1]

    outermost = sorted(walls, key=lambda one: -sum(by**2 for by in outward(one)))

    def from_outside(wall: Thing) -> Look:
        east, north = outward(wall)
        # walls stand behind and beside each other; whichever is in front, it must be one of the Duplex
        return Look(wall.from_here(2.5 * east, 2.5 * north, 6), wall.middle, walls)

    looks = [from_outside(one) for one in outermost]
    picked = click_first(page, looks, hidden=("surface", "terrain", "buildings"))
    card = page.locator(".card")
    expect(card).to_contain_text("duplex")
    expect(card).to_contain_text(picked.rpartition(":")[2])


def test_a_pipe_below_the_ground(page: Page, generation: Generation) -> None:
    pipes = things(
        generation,
        "SELECT idx, feature_id, bbox FROM gas WHERE kind = 'link' AND length_m > 25 ORDER BY diameter_m DESC LIMIT 40",
    )
    looks = [Look(one.from_here(3, -3, 14), one.middle, [one]) for one in pipes]
    click_first(page, looks, hidden=("surface", "terrain", "buildings", "elements"))
    expect(page.locator(".card")).to_contain_text("gas")


def test_a_tree(page: Page, generation: Generation) -> None:
    trees = things(
        generation,
        "SELECT idx, feature_id, bbox FROM surface WHERE surface_class = 'tree' ORDER BY feature_id LIMIT 40",
    )
    click_first(page, [Look(one.from_here(1, -1, 30), one.from_here(0, 0, 4), [one]) for one in trees])
    expect(page.locator(".card")).to_contain_text("ubc-trees")


def test_the_label_says_composed(page: Page) -> None:
    expect(page.locator(".notice")).to_contain_text("组合场景")
