"""The composed campus in a browser: a Duplex wall, a pipe under the ground and a tree are found with the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import let_in, served
from twin.store.campus import Campus, Generation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SIZE = {"width": 1366, "height": 768}
TRIES = 6
LOOKS = 6


@pytest.fixture(scope="module")
def app(composed_campus: Path) -> FastAPI:
    from ioc_app.app import create_app

    return create_app(composed_campus)


@pytest.fixture(scope="module")
def opened(app: FastAPI, composed_campus: Path) -> Iterator[tuple[str, Generation]]:
    with served(app) as url:
        yield url, Campus.open(composed_campus).generation


@pytest.fixture
def page(chromium: Browser, app: FastAPI, opened: tuple[str, Generation]) -> Iterator[Page]:
    context = let_in(chromium.new_context(viewport=SIZE), opened[0], app)  # type: ignore[arg-type]
    one = context.new_page()
    yield one
    context.close()


def candidates(generation: Generation, sql: str) -> list[tuple[str, list[float]]]:
    """feature_id and the middle of its box in scene axes, for the rows of ``sql``."""
    origin = generation.manifest.origin
    return [
        (
            row["feature_id"],
            [(row["bbox"][a + "min"] + row["bbox"][a + "max"]) / 2 - o for a, o in zip("xyz", origin, strict=True)],
        )
        for row in generation.sql(sql).to_pylist()
    ]


def click_middle(
    page: Page, url: str, position: list[float], target: list[float], hidden: tuple[str, ...] = ()
) -> str | None:
    """Look from ``position`` at ``target``, click what is in the middle of the screen; the feature the card shows."""
    view = ",".join(f"{one:.2f}" for one in (*position, *target))
    layers = ";".join(f"{one}:0:1" for one in hidden)
    page.goto("about:blank")
    page.goto(f"{url}/#view={view}" + (f"&layers={layers}" if layers else ""))
    canvas = page.locator("canvas").first
    expect(canvas).to_be_visible(timeout=60_000)
    expect(page.locator(".notice")).to_be_visible(timeout=60_000)
    box: Any = canvas.bounding_box()
    for _ in range(LOOKS):  # tiles of the new view arrive and are drawn in software, the first ones slowly
        page.wait_for_timeout(4000)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(800)
        fragment = page.evaluate("new URLSearchParams(location.hash.slice(1)).get('sel')")
        if fragment:
            return str(fragment)
    return None


def test_a_duplex_wall(page: Page, opened: tuple[str, Generation]) -> None:
    url, generation = opened
    walls = candidates(
        generation,
        "SELECT feature_id, bbox FROM elements "
        "WHERE building_id = 'building:campus:duplex' AND ifc_class LIKE 'IfcWall%'",
    )
    middle = [sum(one[1][axis] for one in walls) / len(walls) for axis in range(3)]
    outermost = sorted(walls, key=lambda one: -sum((one[1][axis] - middle[axis]) ** 2 for axis in (0, 1)))
    known = {one[0] for one in walls}
    for _, target in outermost[:TRIES]:
        outward = [target[axis] - middle[axis] for axis in range(2)]
        position = [target[0] + 2.5 * outward[0], target[1] + 2.5 * outward[1], target[2] + 6]
        # walls stand behind and beside each other; whichever is in front, it must be one of the Duplex
        picked = click_middle(page, url, position, target, hidden=("surface", "terrain", "buildings"))
        print(f"picked {picked}")
        if picked in known:
            card = page.locator(".card")
            expect(card).to_contain_text("duplex")
            expect(card).to_contain_text(picked.rpartition(":")[2])
            return
    pytest.fail(f"no wall was hit in {TRIES} looks")


def test_a_pipe_below_the_ground(page: Page, opened: tuple[str, Generation]) -> None:
    url, generation = opened
    pipes = candidates(
        generation,
        "SELECT feature_id, bbox FROM gas WHERE kind = 'link' AND length_m > 25 ORDER BY diameter_m DESC LIMIT 40",
    )
    for feature_id, target in pipes[:TRIES]:
        position = [target[0] + 3, target[1] - 3, target[2] + 14]
        if (
            click_middle(page, url, position, target, hidden=("surface", "terrain", "buildings", "elements"))
            == feature_id
        ):
            expect(page.locator(".card")).to_contain_text("gas")
            return
    pytest.fail(f"none of {TRIES} pipes was hit")


def test_a_tree(page: Page, opened: tuple[str, Generation]) -> None:
    url, generation = opened
    trees = candidates(
        generation, "SELECT feature_id, bbox FROM surface WHERE surface_class = 'tree' ORDER BY feature_id LIMIT 40"
    )
    for feature_id, target in trees[:TRIES]:
        crown = [target[0], target[1], target[2] + 4]
        position = [target[0] + 1, target[1] - 1, target[2] + 30]
        if click_middle(page, url, position, crown) == feature_id:
            expect(page.locator(".card")).to_contain_text("ubc-trees")
            return
    pytest.fail(f"none of {TRIES} trees was hit")


def test_the_label_says_composed(page: Page, opened: tuple[str, Generation]) -> None:
    page.goto(opened[0])
    expect(page.locator(".notice")).to_contain_text("组合场景", timeout=60_000)
