"""Clearances against dense sampling of both bodies, and what is and is not a finding."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.sections.making import link, network, node
from tests.campuses import without_supplement
from tests.examples import examples
from twin.analysis.sections.clearance import ClearanceReport, check_clearance
from twin.analysis.sections.limits import Limits, shipped_limits
from twin.analysis.sections.near_pairs import nearnesses
from twin.analysis.sections.pipes import Pipes
from twin.errors import LimitsFileError
from twin.store.campus import Campus

Tube = tuple[np.ndarray, np.ndarray, float]  # type: ignore[type-arg]


def check(limits: Limits | None = None, **layers: list[dict[str, Any]]) -> ClearanceReport:
    return check_clearance({layer: network(layer, rows) for layer, rows in layers.items()}, limits)


def vertical_extent(tube: Tube, xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Top and underside of an endless round pipe over places in plan: where a plumb line enters and leaves it."""
    a, b, radius = tube
    along = (b - a) / np.linalg.norm(b - a)
    off = np.column_stack([xy - a[:2], np.full(len(xy), -a[2])])  # from a to (x, y, 0)
    up = np.array([0.0, 0.0, 1.0])
    across_up, across_off = up - along * along[2], off - np.outer(off @ along, along)
    two, one, none = across_up @ across_up, 2 * across_off @ across_up, (across_off**2).sum(axis=1) - radius**2
    with np.errstate(invalid="ignore"):
        root = np.sqrt(one**2 - 4 * two * none)
    return (-one + root) / (2 * two), (-one - root) / (2 * two)


def searched_clearance(one: Tube, two: Tube, place: np.ndarray, size: float) -> float:  # type: ignore[type-arg]
    """Least height between two pipes over a grid of places, refined three times."""
    at, best = place, np.inf
    for _ in range(5):
        x, y = np.meshgrid(np.linspace(-size, size, 81), np.linspace(-size, size, 81))
        xy = at + np.column_stack([x.ravel(), y.ravel()])
        (top1, low1), (top2, low2) = vertical_extent(one, xy), vertical_extent(two, xy)
        upper = one if one[0][2] + one[1][2] > two[0][2] + two[1][2] else two
        gap = low1 - top2 if upper is one else low2 - top1
        if np.isnan(gap).all():
            break
        lowest = int(np.nanargmin(gap))
        best, at, size = min(best, float(gap[lowest])), xy[lowest], size / 8
    return best


angle = st.floats(20, 160)


@given(
    st.floats(0.05, 1.0), st.floats(0.05, 1.0), angle, st.floats(-0.25, 0.25), st.floats(-0.25, 0.25),
    st.floats(0.05, 3.0), st.floats(0, 6.28),
)  # fmt: skip
@settings(max_examples=examples(60))
def test_the_height_between_crossing_pipes(
    wide: float, wide2: float, turn_deg: float, slope: float, slope2: float, rise: float, first: float
) -> None:
    rise += (wide + wide2) / 2  # axes apart so that the upper one is known
    one = first, first + np.radians(turn_deg)
    tubes = []
    for turn, slope_, level, diameter in ((one[0], slope, 0.0, wide), (one[1], slope2, rise, wide2)):
        step = np.array([np.cos(turn), np.sin(turn), slope_]) * 30
        tubes.append((np.array([0, 0, level]) - step, np.array([0, 0, level]) + step, diameter / 2))
    rows = [[link("p", [tuple(a), tuple(b)], diameter_m=2 * r)] for a, b, r in tubes]
    pipes = Pipes.of({"gas": network("gas", rows[0]), "heat": network("heat", rows[1])})
    found = nearnesses(pipes, 0.0)
    assert list(found.relation) == ["crossing"]
    size = 1.2 * (wide + wide2) / np.sin(np.radians(turn_deg))
    searched = searched_clearance(tubes[0], tubes[1], np.zeros(2), size)
    assert found.clearance_m[0] == pytest.approx(searched, abs=0.002)


@given(st.integers(0, 10_000))
@settings(max_examples=examples(15))
def test_in_a_heap_of_pipes_every_meeting_and_every_near_run_is_found(seed: int) -> None:
    """Bodies that meet, and runs side by side, among thirty random round pipes: by sampling every pair."""
    random = np.random.default_rng(seed)
    start = random.uniform(0, 25, (30, 3)) * [1, 1, 0.15]
    turn, long = random.choice([0.0, 0.05, 1.5, 2.5], 30), random.uniform(2, 10, 30)
    end = start + np.column_stack([np.cos(turn) * long, np.sin(turn) * long, random.uniform(-0.3, 0.3, 30)])
    wide = random.uniform(0.05, 0.8, 30)
    rows = [link(f"p{n}", [tuple(start[n]), tuple(end[n])], diameter_m=wide[n]) for n in range(30)]
    found = nearnesses(Pipes.of({"gas": network("gas", rows[::2]), "heat": network("heat", rows[1::2])}), 1.0)
    order = [*range(0, 30, 2), *range(1, 30, 2)]  # rows of the pipes -> numbers
    by_pair = {frozenset((order[a], order[b])): n for n, (a, b) in enumerate(zip(found.a, found.b, strict=True))}
    share = np.linspace(0, 1, 101)
    points = start[:, None] + (end - start)[:, None] * share[:, None]
    plans = [shapely.LineString(np.stack([start[n], end[n]])[:, :2]) for n in range(30)]
    for a, b in combinations(range(30), 2):
        one, two, halves = plans[a], plans[b], (wide[a] + wide[b]) / 2
        pair = by_pair.get(frozenset((a, b)))
        if one.distance(two) - halves > 1.0:
            assert pair is None
            continue
        if a % 2 == b % 2 and any(tips(points[x], points[y]) < wide[y] / 2 + 0.05 for x, y in ((a, b), (b, a))):
            continue  # ends in the other's body: a connection
        apart = np.linalg.norm(points[a][:, None] - points[b][None], axis=2).min() - halves
        step = (long[a] + long[b]) / 100 / 2
        if one.crosses(two):
            assert pair is not None
            assert found.relation[pair] == "crossing"
            here = one.intersection(two)
            levels = [np.interp(plans[n].project(here), [0, plans[n].length], [start[n, 2], end[n, 2]]) for n in (a, b)]
            axes = abs(levels[0] - levels[1])
            if abs(np.sin(turn[a] - turn[b])) > 0.2:
                assert axes - 1.2 * halves - 1e-6 <= found.clearance_m[pair] <= axes - halves + 1e-6
        elif apart < -0.01:
            assert pair is not None
            assert found.gap_m[pair] == pytest.approx(apart, abs=step)
        elif pair is not None and found.relation[pair] == "touching":
            assert apart < step
        if pair is not None and found.relation[pair] == "parallel":
            assert found.clearance_m[pair] == pytest.approx(one.distance(two) - halves, abs=1e-6)


def tips(one: np.ndarray, other: np.ndarray) -> float:  # type: ignore[type-arg]
    """How near the ends of a sampled axis come to another."""
    return float(np.linalg.norm(one[[0, -1]][:, None] - other[None], axis=2).min())


def test_a_crossing_that_is_too_near_is_a_finding_with_its_limit() -> None:
    water = [link("w", [(-5, 0, 5.0), (5, 0, 5.0)], diameter_m=0.4, plan_sd_m=0.01, depth_sd_m=0.01)]
    sewer = [link("s", [(0, -5, 4.3), (0, 5, 4.3)], diameter_m=0.6, plan_sd_m=0.01, depth_sd_m=0.02)]
    (one,) = check(water_supply=water, drainage=sewer).findings
    assert (one.relation, one.clash, one.limit_m, one.unverified) == ("crossing", False, 0.40, True)
    assert one.clearance_m == pytest.approx(0.2)
    assert (one.x, one.y, one.z) == pytest.approx((0.0, 0.0, 4.65))
    assert one.uncertainty_m == pytest.approx(2 * np.hypot(0.01, 0.02))
    assert not one.within_uncertainty
    assert "GB 50289" in (one.source or "")


def test_what_is_known_badly_is_within_its_uncertainty() -> None:
    water = [link("w", [(-5, 0, 5.0), (5, 0, 5.0)], diameter_m=0.4, accuracy_class="detected")]
    sewer = [link("s", [(0, -5, 4.3), (0, 5, 4.3)], diameter_m=0.6)]
    (one,) = check(water_supply=water, drainage=sewer).findings
    assert one.within_uncertainty
    assert one.uncertainty_m == pytest.approx(2 * np.hypot(0.15, 0.15))


def test_far_enough_is_no_finding() -> None:
    water = [link("w", [(-5, 0, 5.0), (5, 0, 5.0)], diameter_m=0.4)]
    sewer = [link("s", [(0, -5, 4.05), (0, 5, 4.05)], diameter_m=0.6)]
    report = check(water_supply=water, drainage=sewer)
    assert (report.findings, report.crossings, report.pairs) == ((), 1, 1)


def test_runs_side_by_side_are_measured_in_plan_outside_to_outside() -> None:
    gas = [link("g", [(0, 0, 5), (30, 0, 5)], diameter_m=0.2, pressure_kpa=200.0)]
    heat = [link("h", [(10, 0.9, 4), (40, 1.0, 4)], width_m=0.8, height_m=0.5, burial="直埋")]
    (one,) = check(gas=gas, heat=heat).findings
    assert (one.relation, one.limit_m) == ("parallel", 1.0)
    assert one.clearance_m == pytest.approx(0.9 - 0.1 - 0.4, abs=0.001)
    assert one.gap_m == pytest.approx(np.hypot(one.clearance_m, 1.0 - 0.1 - 0.25))
    assert one.x == pytest.approx(10.0, abs=0.05)


def test_one_behind_the_other_is_no_run_side_by_side() -> None:
    assert not check(
        gas=[link("g", [(0, 0, 5), (30, 0, 5)])], heat=[link("h", [(30.5, 0.2, 5), (60, 0.2, 5)])]
    ).findings


def test_bodies_that_meet_are_clashes_and_stand_first() -> None:
    rows = {
        "power": [link("e", [(-5, 0, 5.0), (5, 0, 5.0)], width_m=0.5, height_m=0.3, burial="管块")],
        "water_supply": [link("w", [(2, -5, 5.2), (2, 5, 5.2)], diameter_m=0.4)],
        "drainage": [link("s", [(-2, -5, 3.9), (-2, 5, 3.9)], diameter_m=0.3)],
    }
    report = check(**rows)
    assert [(one.feature_a, one.feature_b, one.clash) for one in report.findings] == [("e", "w", True)]
    assert report.findings[0].clearance_m == pytest.approx(0.2 - 0.2 - 0.15)
    near = check(**{**rows, "drainage": [link("s", [(-2, -5, 4.6), (-2, 5, 4.6)], diameter_m=0.3)]})
    assert [one.clash for one in near.findings] == [True, False]


def test_a_stub_that_runs_into_another_pipe_touches_it() -> None:
    report = check(
        gas=[link("g", [(0, 0, 5), (10, 0, 5)], diameter_m=0.2)],
        heat=[link("h", [(5, 0.2, 5), (5, 9, 5)], diameter_m=0.3)],
    )
    (one,) = report.findings
    assert (one.relation, one.clash, one.limit_m) == ("touching", True, None)
    assert one.gap_m == pytest.approx(0.2 - 0.1 - 0.15)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (link("a", [(0, 0, 5), (5, 0, 5)], from_id="n", to_id="m"), link("b", [(5, 0, 5), (5, 5, 5)], from_id="m")),
        (link("a", [(0, 0, 5), (5, 0, 5)]), link("b", [(5, 5, 5), (5.004, 0, 5)])),
        (link("a", [(0, 0, 5), (9, 0, 5)], diameter_m=0.4), link("b", [(4, 0.1, 5.1), (4, 5, 5)], diameter_m=0.1)),
    ],
    ids=["a node", "their ends", "a branch"],
)
def test_connections_are_no_clashes(a: dict[str, Any], b: dict[str, Any]) -> None:
    report = check(water_supply=[a, b, node("m", 5, 0, 6)])
    assert (report.findings, report.connected, report.pairs) == ((), 1, 0)


def test_pipes_of_one_layer_that_cross_without_a_node_are_measured() -> None:
    report = check(
        gas=[link("a", [(-5, 0, 5), (5, 0, 5)], diameter_m=0.2), link("b", [(0, -5, 5), (0, 5, 5)], diameter_m=0.2)]
    )
    assert [one.clash for one in report.findings] == [True]


def test_an_unknown_variant_counts_as_the_strictest() -> None:
    kinds = shipped_limits().kinds(Pipes.of({"gas": network("gas", [link("g", [(0, 0, 5), (5, 0, 5)])])}))
    assert kinds == [("gas:low", "gas:medium", "gas:high", "gas")]
    rows = [link(str(p), [(0, 0, 5), (5, 0, 5)], pressure_kpa=p) for p in (5.0, 10.0, 400.0, 800.0)]
    assert [one[0] for one in shipped_limits().kinds(Pipes.of({"gas": network("gas", rows)}))] == [
        "gas:low",
        "gas:medium",
        "gas:medium",
        "gas:high",
    ]
    assert shipped_limits().horizontal.of(("gas:low", "gas:medium", "gas:high", "gas"), ("drainage",)) == 1.5


def test_the_shipped_vertical_limits_are_those_of_the_domain_notes() -> None:
    limits = shipped_limits().vertical
    assert limits.unverified
    wanted = {
        ("water_supply", "water_supply"): 0.15,
        ("water_supply", "drainage"): 0.40,
        ("drainage", "drainage"): 0.15,
        ("telecom:buried", "water_supply"): 0.50,
        ("power:buried", "water_supply"): 0.15,
        ("power:buried", "gas"): 0.50,
    }
    for (a, b), metres in wanted.items():
        assert limits.of((a,), (b,)) == limits.of((b,), (a,)) == metres


def test_a_file_that_is_none_is_refused() -> None:
    for text in ("x = ", "a = 1", "[vertical]\nlimits_m = [['a']]\nsource = ''"):
        with pytest.raises(LimitsFileError, match="cannot be read"):
            Limits.from_toml(text)


def test_links_without_an_axis_and_without_a_size_are_counted() -> None:
    report = check(gas=[link("flat", [(0, 0, float("nan")), (5, 0, 5)]), link("thin", [(0, 0, 5), (5, 0, 5)])])
    assert (report.found, report.skipped, report.without_size) == (2, {"no axis with heights": 1}, 1)
    assert report.to_arrow().num_rows == 0


def test_the_demo_campus_has_no_clash_and_a_known_run_of_power_beside_heat(demo_campus: Path) -> None:
    generation = Campus.open(demo_campus).generation
    tables: Mapping[str, Any] = {
        one: without_supplement(generation.table(one))
        for one in generation.layer_ids()
        if "from_id" in generation.table(one).column_names
    }
    report = check_clearance(tables)
    assert report.found == 803
    assert not any(one.clash for one in report.findings)
    assert {(one.layer_a, one.layer_b, one.relation) for one in report.findings} == {
        ("heat", "power", "parallel"),
        ("power", "telecom", "crossing"),
        ("water_supply", "gas", "crossing"),
    }
