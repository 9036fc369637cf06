"""Each shipped screen in each style, language and size: nothing over another, cut, too small, across a seam or blank.

An ordinary run makes 24 visits, others every day: in them each style, size and language meets each of the others, each
screen comes in both languages and in two to four styles and sizes. The slow set makes all 288. ``TWIN_VISITS_SEED``
makes those of a day again.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations, product
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser

from tests.browser.screen_pages import FULL_HD, ScreenPage, open_screens, screens_app
from tests.screens.themes_campus import themes_campus

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

STYLES: Final = ("dark", "light", "blue", "red_gold")
LANGUAGES: Final = ("zh", "en")
Size = tuple[int, int, tuple[int, int]]  # px, and panels across and down
SIZES: Final[tuple[Size, ...]] = (
    (*FULL_HD, (1, 1)), (3840, 2160, (1, 1)), (5760, 1080, (3, 1)), (11520, 3240, (6, 3)),
)  # fmt: skip
SEED_NAME: Final = "TWIN_VISITS_SEED"
A_DAY: Final = 24


class Visit(NamedTuple):
    screen: str
    style: str
    size: Size
    language: str


def every(screens: Sequence[str]) -> list[Visit]:
    return [Visit(name, *more) for name in screens for more in product(STYLES, SIZES, LANGUAGES)]


def of_a_day(screens: Sequence[str], seed: int) -> list[Visit]:
    """Each time the one with the most pairs of settings that have not met yet."""
    left = every(screens)
    random.Random(seed).shuffle(left)
    visits: list[Visit] = []
    for _ in range(A_DAY):
        met = pairs_of(visits)
        visits.append(max(left, key=lambda one: len(pairs_of([one]) - met)))
        left.remove(visits[-1])
    return visits


def pairs_of(visits: Sequence[Visit]) -> set[tuple[Any, ...]]:
    return {(a, b, one[a], one[b]) for one in visits for a, b in combinations(range(len(Visit._fields)), 2)}


def test_settings_meet_in_the_visits_of_a_day() -> None:
    screens = [f"screen-{number}" for number in range(9)]
    for seed in range(20):
        visits = of_a_day(screens, seed)
        unmet = {(a, b) for a, b, *_ in pairs_of(every(screens)) - pairs_of(visits)}
        assert unmet <= {(0, 1), (0, 2)}, "only of a screen are some styles and sizes left to another day"
        assert all(2 <= sum(one.screen == name for one in visits) <= 4 for name in screens)


@pytest.fixture(scope="module")
def app(campuses: Path) -> FastAPI:
    return screens_app(themes_campus(campuses / "themes-seen").folder)


@pytest.fixture(scope="module")
def wall(chromium: Browser, app: FastAPI, url: str) -> Iterator[ScreenPage]:
    one = open_screens(chromium, app, url)
    yield one
    one.page.context.close()


def wrong_on(wall: ScreenPage, visit: Visit, second: str) -> list[str]:
    """What a visit finds. Only the smallest is drawn: the others take a processor seconds a frame."""
    width, height, grid = visit.size
    wall.said.clear()
    wall.do(f"{'delete engine.draw' if visit.size is SIZES[0] else 'engine.draw = () => {}'}")
    if wall.page.viewport_size != {"width": width, "height": height}:
        wall.page.set_viewport_size({"width": width, "height": height})
    beside = second if grid[0] == 6 else None
    told = {"size": [width, height], "grid": list(grid), "second": beside}
    wall.show(visit.screen, wall=told, theme=visit.style, language=visit.language)
    files = [wall.file(one) for one in (visit.screen, beside) if one]
    asked = {
        "grid": list(grid),
        "legend": files[0]["map"]["colour"] is not None,
        "panels": sum(len(one["panels"]) for one in files),
    }
    return [*wall.page.evaluate("(asked) => window.wrong(asked)", asked), *wall.said]


def faults_of(wall: ScreenPage, visits: Sequence[Visit]) -> list[str]:
    """What the visits find, a line each."""
    found = {}
    screens = wall.screens()
    for one in sorted(visits, key=lambda visit: (SIZES.index(visit.size), screens.index(visit.screen))):
        second = screens[(screens.index(one.screen) + 1) % len(screens)]
        if wrong := wrong_on(wall, one, second):
            found[one] = wrong
    return [f"{' '.join(map(str, one))}: {line}" for one, lines in found.items() for line in lines]


def test_visits_of_a_day(wall: ScreenPage, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get(SEED_NAME) or datetime.now(UTC).date().toordinal())
    visits = of_a_day(wall.screens(), seed)
    with capsys.disabled():
        print(f"\n{len(visits)} visits of {len(wall.screens())} screens; {SEED_NAME}={seed}")
    faults = faults_of(wall, visits)
    assert not faults, f"{len(faults)} faults in {len(visits)} visits:\n" + "\n".join(faults[:80])
    assert wall.foreign() == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_each_combination(wall: ScreenPage) -> None:
    faults = faults_of(wall, visits := every(wall.screens()))
    assert not faults, f"{len(faults)} faults in {len(visits)} visits:\n" + "\n".join(faults[:80])
    assert wall.foreign() == []


BAD = """<div style="position:fixed;inset:0;z-index:99;background:#fff;color:#000;font:20px sans-serif">
  <p style="position:absolute;left:10px;top:10px">first over</p>
  <p style="position:absolute;left:40px;top:14px">second over</p>
  <p style="position:absolute;left:10px;top:100px;font-size:9px">tiny</p>
  <div style="position:absolute;left:10px;top:150px;width:60px;overflow:hidden;white-space:nowrap">cut across it</div>
  <div style="position:absolute;left:10px;top:200px;width:90px;height:12px;overflow:hidden">cut down</div>
  <div style="position:absolute;left:200px;top:200px;width:60px;overflow:hidden;white-space:nowrap;
    text-overflow:ellipsis">dots and no title</div>
  <div style="position:absolute;left:930px;top:250px">lies across a seam</div>
  <div style="position:absolute;left:-30px;top:300px">outside</div>
  <svg style="position:absolute;left:10px;top:400px;overflow:hidden" width="60" height="30">
    <text y="20" font-size="16">drawn too long</text>
    <g class="ytick"><text y="20" font-size="16" style="display:none">not drawn</text></g></svg>
</div>"""
GOOD = """<div style="position:fixed;inset:0;z-index:99;background:#fff;color:#000;font:20px/1.2 sans-serif">
  <p style="margin:0">one line</p><p style="margin:0">the next line</p>
  <div title="dots and the whole" style="width:60px;overflow:hidden;white-space:nowrap;
    text-overflow:ellipsis">dots and the whole</div>
  <div style="height:30px;overflow:auto"><div style="height:30px">seen</div><div>scrolled to</div></div>
  <span style="visibility:hidden;position:absolute;left:0;top:0">unseen</span>
</div>"""


def test_what_looks_for_faults_finds_them(wall: ScreenPage) -> None:
    """And finds none where there are none."""
    wall.page.set_viewport_size({"width": 1920, "height": 1080})

    def found(markup: str) -> list[str]:
        return wall.page.evaluate(  # type: ignore[no-any-return]
            """(markup) => {
              const made = new DOMParser().parseFromString(markup, 'text/html').body.firstChild;
              // the policy of the page lets no style attribute in
              const styled = [made, ...made.querySelectorAll('[style]')];
              for (const one of styled) one.style.cssText = one.getAttribute('style');
              document.body.append(made);
              try { return window.wrong({ grid: [2, 1], root: made }); } finally { made.remove(); }
            }""",
            markup,
        )

    said = "\n".join(found(BAD))
    for wanted in (
        'over one another: "first over"', 'small, 9.0 px: "tiny"', '"cut across it"', 'px: "cut down"',
        '"dots and no title"', 'across a seam: "lies across a seam"', 'outside the window: "outside"',
        '"drawn too long"', 'left out: "not drawn"',
    ):  # fmt: skip
        assert wanted in said, said
    assert found(GOOD) == []


def test_a_blank_panel_and_a_map_without_legend_are_found(wall: ScreenPage) -> None:
    wall.page.set_viewport_size({"width": 1920, "height": 1080})
    wall.show(wall.screens()[0], wall=None)
    wall.page.evaluate("document.querySelector('#panel-left-0 .body').replaceChildren()")
    wall.page.evaluate("document.querySelector('#panel-left-1').dataset.state = 'loading'")
    wall.page.evaluate("document.querySelector('.screen-legend').remove()")
    said = wall.page.evaluate("window.wrong({ legend: true, panels: 99 })")
    for wanted in ("panel-left-0 is blank", "panel-left-1 is in no state", "has no legend", "of 99 panels are there"):
        assert any(wanted in one for one in said), said
