"""Things that move, and the way that they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import View
from tests.browser.living import (
    PATROL,
    around,
    near,
)

pytestmark = pytest.mark.browser


def test_trail_is_drawn_and_fades_backwards(view: View) -> None:
    view.look((0, -130, 110), (0, -80, 0))
    points = [[-60 + 3 * n, -75, 4, 1000 * n] for n in range(41)]
    before = view.pixels()
    view.do("engine.setTrails([{id: 'patrol-1', kind: 'patrol', points: a}])", points)
    drawn = abs(view.pixels() - before).max(axis=2)

    def strength(x: float) -> int:
        column, row = (round(one) for one in view.screen((x, -75.0, 4.0)))
        return int(drawn[row - 4 : row + 5, column - 2 : column + 3].max())

    assert strength(54.0) > 60
    assert strength(50.0) > strength(0.0) + 10 > strength(-55.0) + 20
    assert near(around(view, (60.0, -75.0, 4.0), 9), PATROL) > 40, "its head"
    view.do("engine.setTrails([])")
    assert abs(view.pixels() - before).mean() < 0.5


@pytest.fixture
def clock(view: View) -> Iterator[Callable[[float], None]]:
    """From the first call on the page's clock stands still, and goes on by so many seconds with each."""

    def go_on(seconds: float) -> None:
        view.page.evaluate("s => { const at = performance.now() + 1000 * s; performance.now = () => at; }", seconds)

    yield go_on
    view.page.evaluate("delete performance.now")


def test_thing_moves_smoothly_to_its_next_fix(view: View, clock: Callable[[float], None]) -> None:
    view.look((0, -130, 110), (0, -80, 0))
    start, end = (-40.0, -75.0, 4.0), (40.0, -75.0, 4.0)
    view.do("engine.setTrails([{id: 'v', kind: 'patrol', points: [[...a, 0]]}])", start)
    assert near(around(view, start, 9), PATROL) > 40
    clock(0.0)
    view.do("engine.moveTo('v', a, 4000)", end)
    for x in (-40.0, -20.0, 0.0, 20.0, 40.0):
        assert near(around(view, (x, -75.0, 4.0), 9), PATROL) > 40
        if x < 40:
            assert near(around(view, end, 9), PATROL) < 10, "it has not got there yet"
        assert view.do("return engine.content.overlays.moving") == (x < 40)
        clock(1.0)
    for _ in range(2):  # the next two come late and in a bunch: no fix is left out, none is jumped to
        view.do("for (const n of [1, 2]) engine.moveTo('v', [40 - 20 * n, -75, 4], 4000 + 1000 * n)")
    clock(0.5)
    assert near(around(view, (30.0, -75.0, 4.0), 9), PATROL) > 40
    clock(5)
    assert near(around(view, (0.0, -75.0, 4.0), 9), PATROL) > 40
    assert view.do("return engine.content.overlays.moving") is False


def test_whole_lists_go_on_where_things_are(view: View) -> None:
    read = """return engine.content.overlays.trails.things.get('v').fixes
      .map((one) => [one.t, one.shown - performance.now() / 1000]);"""
    view.do("engine.setTrails([{id: 'v', points: [[0, 0, 3, 0], [5, 0, 3, 1000]]}, {id: 'w', points: [[0, 9, 3, 0]]}])")
    assert [t for t, _ in view.do(read)] == [0, 1000]
    view.do("engine.setTrails([{id: 'v', points: [[5, 0, 3, 1000], [9, 0, 3, 61000]]}])")
    times = view.do(read)
    assert [t for t, _ in times] == [0, 1000, 61000]
    assert times[-1][1] > 1, "it is on its way to the new fix"
    assert view.do("return [...engine.content.overlays.trails.things.keys()]") == ["v"]
    view.do("engine.setTrails([{id: 'v', points: [[50, 0, 3, 900000]]}])")
    assert [t for t, _ in view.do(read)] == [900000], "another way altogether"


def test_trails_are_bounded_and_what_is_unheard_goes(view: View) -> None:
    view.do("for (let n = 0; n < 300; n++) engine.moveTo('a', [n / 10, 0, 3], n * 10)")
    view.do("for (let n = 0; n < 600; n++) engine.moveTo('b' + n, [n / 10, 5, 3], 0)")
    sizes = view.do(
        "const {things} = engine.content.overlays.trails; return [things.size, things.get('a').fixes.length]"
    )
    assert sizes == [500, 200]
    view.do("engine.moveTo('a', [0, 0, 3], 5)")  # late
    assert view.do("return engine.content.overlays.trails.things.get('a').fixes.at(-1).at[0]") == pytest.approx(29.9)
    view.do("engine.content.overlays.trails.prune(performance.now() / 1000 + 200)")
    assert view.do("return engine.content.overlays.trails.things.size") == 500
    view.do("engine.content.overlays.trails.prune(performance.now() / 1000 + 301)")
    assert view.do("return engine.content.overlays.trails.things.size") == 0
    assert view.do("return engine.content.overlays.trails.mesh.visible") is False
