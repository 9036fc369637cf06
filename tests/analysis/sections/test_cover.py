"""Cover over pipes against the ground, by sampling and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.sections.making import FLAT, NOWHERE, link, network, terrain_of
from twin.analysis.sections.cover import check_cover

WAVES = terrain_of(lambda x, y: 10 + np.sin(x / 5) + np.cos(y / 7), (-60.0, -60.0, 60.0, 60.0), 0.5)


@given(st.floats(-40, 40), st.floats(-40, 40), st.floats(0, 6.28), st.floats(1, 15), st.floats(6, 10), st.floats(6, 10))
def test_the_least_cover_along_a_pipe(x: float, y: float, turn: float, long: float, z: float, z2: float) -> None:
    a, b = np.array([x, y, z]), np.array([x + long * np.cos(turn), y + long * np.sin(turn), z2])
    pipes = network("gas", [link("p", [tuple(a), tuple(b)], diameter_m=0.3)])
    (found,) = check_cover({"gas": pipes}, WAVES).links
    points = a + (b - a) * np.linspace(0, 1, 3000)[:, None]
    least = (WAVES.heights(points[:, :2]) - points[:, 2]).min() - 0.15
    assert found.cover_m is not None
    assert found.cover_m == pytest.approx(least, abs=0.01)
    assert found.cover_m >= least - 1e-9
    assert found.ground_m is not None
    assert found.crown_m is not None
    assert found.ground_m - found.crown_m == pytest.approx(found.cover_m)


def test_verdicts() -> None:
    rows = [
        link("deep", [(0, 0, 8), (9, 0, 8)], diameter_m=0.2, depth_sd_m=0.05, plan_sd_m=0.05),
        link("shallow", [(0, 1, 9.5), (9, 1, 8)], diameter_m=0.2, depth_sd_m=0.05, plan_sd_m=0.05),
        link("unsure", [(0, 2, 9.33), (9, 2, 8)], diameter_m=0.2),
        link("out", [(0, 3, 8), (9, 3, 10.2)], diameter_m=0.2),
        link("gallery", [(0, 4, 9.9), (9, 4, 9.9)], width_m=2.0, height_m=2.2, burial="综合管廊"),
        link("off", [(500, 0, 8), (509, 0, 8)], diameter_m=0.2),
    ]
    report = check_cover(
        {"gas": network("gas", rows), "other_pipes": network("other_pipes", [link("o", [(0, 9, 8), (9, 9, 8)])])}, FLAT
    )
    by_id = {one.feature_id: one for one in report.links}
    assert {key: one.verdict for key, one in by_id.items()} == {
        "deep": "enough", "shallow": "shallow", "unsure": "shallow", "out": "above_ground", "gallery": "not_buried",
        "off": "no_ground", "o": "no_limit",
    }  # fmt: skip
    assert by_id["shallow"].cover_m == pytest.approx(0.4)
    assert (by_id["shallow"].x, by_id["shallow"].y, by_id["shallow"].limit_m) == pytest.approx((0.0, 1.0, 0.6))
    assert by_id["unsure"].within_uncertainty
    assert not by_id["shallow"].within_uncertainty
    assert [one.feature_id for one in report.findings] == ["out", "shallow", "unsure"]
    assert report.counts == {
        "above_ground": 1,
        "shallow": 2,
        "enough": 1,
        "no_limit": 1,
        "not_buried": 1,
        "no_ground": 1,
    }
    assert report.to_arrow().num_rows == report.found == 7


def test_nothing_to_check() -> None:
    assert check_cover({}, FLAT).links == ()
    (one,) = check_cover({"gas": network("gas", [link("p", [(0, 0, 1), (1, 0, 1)])])}, NOWHERE).links
    assert (one.verdict, one.cover_m, one.x) == ("no_ground", None, None)
