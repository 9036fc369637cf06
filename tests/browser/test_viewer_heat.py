"""What sensors of a storey measured, as a colour on its floor."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import View
from tests.browser.small_campus import BUILDINGS, base_height

pytestmark = pytest.mark.browser


def heat_view(view: View) -> tuple[dict[str, Any], float]:
    """The second storey of the library alone, and the height of its floor."""
    storey = next(one for one in view.campus.scene["buildings"][0]["storeys"] if one["ordinal"] == 2)
    view.do("engine.isolateStorey([a])", storey["number"])
    view.look((-40, 0, 55), (-40, 43, 8))
    return storey, base_height(BUILDINGS[0]) + 8.0


def test_heat_is_where_sensors_are_and_nowhere_else(view: View) -> None:
    storey, floor = heat_view(view)
    spots = {name: (x, 43.0, floor + 0.35) for name, x in (("cold", -56.0), ("warm", -46.0), ("far", -24.0))}
    bare = {name: view.pixel_of(at) for name, at in spots.items()}
    samples = [[-56, 43, floor + 2.5, 0], [-46, 43, floor + 2.5, 30], [-46, 43, floor + 2.5, None]]
    legend = view.do(
        "const legend = engine.setHeat({storeyId: a[0], samples: a[1].map((one) => one.map((v) => v ?? NaN))});"
        "return legend",
        [storey["storey_id"], samples],
    )
    assert (legend["min"], legend["max"], legend["samples"]) == (0, 30, 2)
    assert [one["value"] for one in legend["stops"]] == pytest.approx([0, 6, 12, 18, 24, 30])
    shown = {name: view.pixel_of(at) for name, at in spots.items()}
    assert abs(shown["far"] - bare["far"]).max() < 4, "22 m from the nearest sensor nothing was measured"
    assert shown["cold"][1] < shown["cold"][2] < 160, "violet"
    assert shown["warm"][0] > shown["warm"][2] + 80, "yellow"


def test_heat_goes_with_its_storey(view: View) -> None:
    storey, floor = heat_view(view)
    at = (-46.0, 43.0, floor + 0.35)
    bare = view.pixel_of(at)
    legend = view.do(
        "const legend = engine.setHeat({storeyId: a[0], samples: [[-46, 43, a[1], 3]], min: 0, max: 3}); return legend",
        [storey["storey_id"], floor + 2],
    )
    assert legend["max"] == 3
    assert abs(view.pixel_of(at) - bare).max() > 40
    view.do("engine.explode(1)")
    lift = view.do("return engine.content.states.storeys[a * 4]", storey["number"])
    assert lift > 5
    raised_by = view.do("return engine.content.overlays.heat.mesh.position.z") - at[2]
    assert raised_by == pytest.approx(lift, abs=1e-6)
    view.do("engine.explode(0); engine.isolateStorey([a])", storey["number"] - 1)
    assert view.do("return engine.content.overlays.heat.mesh.visible") is False
    view.do("engine.isolateStorey([a])", storey["number"])
    assert abs(view.pixel_of(at) - bare).max() > 40
    assert view.do("const none = engine.setHeat(null); return none") is None
    assert abs(view.pixel_of(at) - bare).max() < 4
