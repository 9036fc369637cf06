"""Digs into planted pipes: every one is found with its verdict, and none that lies outside is reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.analysis.sections.making import FLAT, NOWHERE, link, network, node, terrain_of
from twin.analysis.ground import ground_of
from twin.analysis.sections.dig import DigCheck, check_dig
from twin.mesh.elevation import TerrainSurface
from twin.store.campus import Campus

SLOPE = terrain_of(lambda x, y: 30 + 0.06 * x - 0.03 * y, (-120.0, -120.0, 120.0, 120.0), 1.5)
K, NEAR = 2.0, 0.8
SURE = {"plan_sd_m": 0.01, "depth_sd_m": 0.01}


def ground_at(ground: TerrainSurface, xy: Any) -> float:
    return float(ground.heights(np.asarray(xy, float).reshape(1, 2))[0])


class Planted:
    """One pit, an oblong turned by chance, and pipes planted so that what must be found is known beforehand."""

    def __init__(self, seed: int) -> None:
        random = self.random = np.random.default_rng(seed)
        self.turn = random.uniform(0, np.pi)
        self.long, self.broad = random.uniform(3, 15, 2)
        self.middle = random.uniform(-40, 40, 2)
        half = np.array([self.long, self.broad]) / 2
        self.area = shapely.Polygon([self.place(*(half * side)) for side in ((-1, -1), (1, -1), (1, 1), (-1, 1))])
        self.level = seed % 2 == 0  # a level bottom, else one that follows the ground
        self.depth = float(random.uniform(1.0, 3.0))
        corners = SLOPE.heights(np.array(self.area.exterior.coords))
        self.bottom = float(corners.min()) - self.depth
        self.rows: list[dict[str, Any]] = []
        self.wanted: dict[str, str] = {}
        for number in range(6):
            for verdict in ("hit", "possible", "near", "outside"):
                self.beside(f"beside-{verdict}-{number}", verdict)
                self.below(f"below-{verdict}-{number}", verdict)

    def place(self, u: float, v: float) -> np.ndarray:  # type: ignore[type-arg]
        """Along and across the oblong, from its middle, as plan."""
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        return self.middle + np.array([cos * u - sin * v, sin * u + cos * v])

    def bottom_at(self, xy: Any) -> float:
        return self.bottom if self.level else ground_at(SLOPE, xy) - self.depth

    def margin(self, verdict: str, sd: float) -> float:
        """How far from the pit a pipe of this verdict lies: outside to outside."""
        low, high = {
            "hit": (-0.5, 0.0),
            "possible": (0.0, K * sd),
            "near": (K * sd, K * sd + NEAR),
            "outside": (K * sd + NEAR, K * sd + NEAR + 2.0),
        }[verdict]
        return float(self.random.uniform(low + 0.01, high - 0.01))

    def beside(self, key: str, verdict: str) -> None:
        """Along the upper long side, above the bottom: what counts is how far it lies from the side."""
        wide, sd = float(self.random.uniform(0.05, 0.6)), float(self.random.uniform(0.05, 0.3))
        v = self.broad / 2 + wide / 2 + self.margin(verdict, sd)
        if verdict == "hit":
            v = float(self.random.uniform(-self.broad / 2, self.broad / 2))
        first, last = np.sort(self.random.uniform(-self.long / 2, self.long / 2, 2))
        ends = [self.place(first, v), self.place(last + 0.2, v)]
        level = max(self.bottom_at(one) for one in (*ends, self.place(0, 0))) + float(self.random.uniform(0.35, 0.5))
        self.plant(key, verdict, ends, [level, level], wide, sd, 0.01)

    def below(self, key: str, verdict: str) -> None:
        """Across the pit, below its bottom: what counts is how deep."""
        wide, sd = float(self.random.uniform(0.05, 0.6)), float(self.random.uniform(0.05, 0.3))
        u = float(self.random.uniform(-self.long / 2, self.long / 2))
        ends = [self.place(u, -self.broad / 2 - 0.05), self.place(u, self.broad / 2 + 0.05)]
        down = self.margin(verdict, sd)
        # the ground is a plane, so a pipe between two points as far below the bottom is as far below it all along
        levels = [self.bottom_at(one) - down - wide / 2 for one in ends]
        self.plant(key, verdict, ends, levels, wide, 0.01, sd)

    def plant(
        self, key: str, verdict: str, ends: list[Any], levels: list[float], wide: float, plan_sd: float, depth_sd: float
    ) -> None:
        points = [(float(x), float(y), z) for (x, y), z in zip(ends, levels, strict=True)]
        self.rows.append(link(key, points, diameter_m=wide, plan_sd_m=plan_sd, depth_sd_m=depth_sd))
        if verdict != "outside":
            self.wanted[key] = verdict

    def check(self) -> DigCheck:
        how: dict[str, float] = {"bottom_level_m": self.bottom} if self.level else {"depth_m": self.depth}
        return check_dig(self.area, {"gas": network("gas", self.rows)}, SLOPE, k=K, near_m=NEAR, **how)


@pytest.mark.parametrize("first", range(0, 100, 10))
def test_all_planted_pipes_are_found_and_none_that_lies_outside(first: int) -> None:
    """A hundred pits, 4,800 pipes."""
    for seed in range(first, first + 10):
        planted = Planted(seed)
        found = {one.feature_id: one.verdict for one in planted.check().things}
        assert found == planted.wanted, seed


@pytest.mark.parametrize("seed", range(12))
def test_any_pit_against_axes_taken_apart_into_points(seed: int) -> None:
    """Concave pits, pipes in all directions: the verdict of the worst of points every 2 cm."""
    random = np.random.default_rng(1000 + seed)
    turns = np.sort(random.uniform(0, 2 * np.pi, 9))
    rays = random.uniform(2, 12, 9)
    area = shapely.Polygon(np.column_stack([np.cos(turns) * rays, np.sin(turns) * rays])).buffer(0)
    start = np.column_stack([random.uniform(-15, 15, (60, 2)), random.uniform(26, 30, 60)])
    end = start + np.column_stack([random.uniform(-8, 8, (60, 2)), random.uniform(-0.4, 0.4, 60)])
    wide, plan, depth = random.uniform(0.05, 0.8, 60), random.uniform(0.02, 0.3, 60), random.uniform(0.02, 0.3, 60)
    rows = [
        link(f"p{n}", [tuple(start[n]), tuple(end[n])], diameter_m=wide[n], plan_sd_m=plan[n], depth_sd_m=depth[n])
        for n in range(60)
    ]
    check = check_dig(area, {"gas": network("gas", rows)}, SLOPE, bottom_level_m=27.5, k=K, near_m=NEAR)
    found = {one.feature_id: one.verdict for one in check.things if not one.above_ground}
    over = {one.feature_id for one in check.things if one.above_ground}
    for n in range(60):
        if f"p{n}" in over:
            continue
        points = start[n] + (end[n] - start[n]) * np.linspace(0, 1, 500)[:, None]
        off = shapely.distance(shapely.points(points[:, :2]), area) - wide[n] / 2
        slope = abs(end[n, 2] - start[n, 2]) / np.hypot(*(end[n] - start[n])[:2])
        under = 27.5 - points[:, 2] - wide[n] / 2 * min(np.hypot(1, slope), 2)
        spares = {"hit": (0.0, 0.0), "possible": (K * plan[n], K * depth[n])}
        spares["near"] = (K * plan[n] + NEAR, K * depth[n] + NEAR)
        # how much is lacking to each verdict at the point where least is
        lacking = {name: float(np.maximum(off - p, under - d).min()) for name, (p, d) in spares.items()}
        if min(abs(one) for one in lacking.values()) < 0.01:
            continue  # too near a border for points every few centimetres
        wanted = next((name for name, one in lacking.items() if one < 0), None)
        assert found.get(f"p{n}") == wanted, n


def test_a_pipe_in_the_pit_is_measured() -> None:
    rows = [
        link(
            "g", [(-10, 5, 8.5), (30, 5, 8.9)], diameter_m=0.2, owner="燃气", material="PE", pressure_kpa=200.0, **SURE
        )
    ]
    (one,) = check_dig(shapely.box(0, 0, 20, 10), {"gas": network("gas", rows)}, FLAT, depth_m=1.5).things
    assert (one.verdict, one.kind, one.size, one.owner, one.material) == ("hit", "link", "DN200", "燃气", "PE")
    assert (one.pressure_kpa, one.distance_m, one.above_ground) == (200.0, 0.0, False)
    assert one.length_inside_m == pytest.approx(20 * np.hypot(1, 0.01), rel=1e-6)
    assert one.depth_m == pytest.approx(10 - (8.8 + 0.1), abs=0.02)  # at its highest within reach


def test_only_what_reaches_above_the_bottom_counts_as_length() -> None:
    rows = [link("g", [(0, 5, 7.9), (20, 5, 8.9)], **SURE)]
    (one,) = check_dig(shapely.box(0, 0, 20, 10), {"gas": network("gas", rows)}, FLAT, bottom_level_m=8.4).things
    assert one.length_inside_m == pytest.approx(10 * np.hypot(1, 0.05), rel=1e-6)
    assert one.above_bottom_m == pytest.approx(0.5)


def test_gas_and_power_stand_first_among_hits() -> None:
    area, tables = shapely.box(0, 0, 20, 10), {}
    for number, layer in enumerate(("water_supply", "power", "drainage", "gas")):
        tables[layer] = network(layer, [link(layer, [(0, number + 2, 9), (20 - number, number + 2, 9)], **SURE)])
    tables["telecom"] = network("telecom", [link("far", [(0, -0.7, 9), (20, -0.7, 9)], **SURE)])
    check = check_dig(area, tables, FLAT, depth_m=2)
    assert [one.feature_id for one in check.things] == ["power", "gas", "water_supply", "drainage", "far"]
    assert check.counts() == {"hit": 4, "possible": 0, "near": 1}


def test_uncertainty_of_the_class_where_none_is_stated() -> None:
    rows = [link("g", [(0, -0.3, 8), (20, -0.3, 8)], diameter_m=0.1, accuracy_class="detected")]
    (one,) = check_dig(shapely.box(0, 0, 20, 10), {"gas": network("gas", rows)}, FLAT, depth_m=3).things
    assert (one.verdict, one.sd_by_class) == ("possible", True)  # 0.25 m beside; 2 · 0.10 · 2 m
    assert (one.plan_sd_m, one.depth_sd_m) == pytest.approx((0.2, 0.3))
    (one,) = check_dig(shapely.box(0, 0, 20, 10), {"gas": network("gas", rows)}, FLAT, depth_m=3, k=1.0).things
    assert one.verdict == "near"


def test_what_hangs_over_the_ground_is_near_at_most() -> None:
    rows = [link("over", [(0, 5, 14), (20, 5, 14)], diameter_m=0.3, burial="架空", **SURE)]
    (one,) = check_dig(shapely.box(0, 0, 20, 10), {"heat": network("heat", rows)}, FLAT, depth_m=3).things
    assert (one.verdict, one.above_ground, one.length_inside_m) == ("near", True, 0.0)


def test_an_upright_pipe_and_shafts_and_fittings() -> None:
    rows = [
        link("riser", [(5, 10.05, 2), (5, 10.05, 9.5)], diameter_m=0.2, **SURE),
        node("shaft", -0.4, 5, 10, cover_level_m=10.0, bottom_level_m=7.0, shaft_diameter_m=1.0, **SURE),
        node("away", -0.6, 2, 10, cover_level_m=10.0, bottom_level_m=7.0, shaft_diameter_m=1.0, **SURE),
        node("valve", 10, 5, 10, appurtenance="阀门", **SURE),
        node("bend", 15, 5, 10, feature="弯头", **SURE),
        link("deep", [(15, 5, 6.5), (40, 5, 6.5)], from_id="bend", diameter_m=0.1, **SURE),
    ]
    check = check_dig(shapely.box(0, 0, 20, 10), {"gas": network("gas", rows)}, FLAT, bottom_level_m=8, near_m=0.5)
    found = {one.feature_id: one for one in check.things}
    assert {key: one.verdict for key, one in found.items()} == {
        "riser": "hit", "shaft": "hit", "valve": "hit", "away": "near"
    }  # fmt: skip
    assert found["riser"].above_bottom_m == pytest.approx(1.5)
    assert (found["valve"].name, found["valve"].kind) == ("阀门", "node")


def test_sloped_sides_reach_farther_the_higher_a_pipe_lies() -> None:
    rows = [
        link("high", [(22, 0, 9.5), (22, 10, 9.5)], diameter_m=0.1, **SURE),
        link("low", [(22, 0, 6.6), (22, 10, 6.6)], diameter_m=0.1, **SURE),
    ]
    table = {"gas": network("gas", rows)}
    area = shapely.box(0, 0, 20, 10)
    upright = check_dig(area, table, FLAT, bottom_level_m=6, near_m=0.2)
    sloped = check_dig(area, table, FLAT, bottom_level_m=6, near_m=0.2, side_slope=1.0)
    assert upright.things == ()
    assert [(one.feature_id, one.verdict) for one in sloped.things] == [("high", "hit")]
    assert sloped.earth.volume_m3 > upright.earth.volume_m3


def test_without_ground_nothing_is_ruled_out_by_depth() -> None:
    rows = [link("g", [(0, 5, -50), (20, 5, -50)], **SURE)]
    (one,) = check_dig(shapely.box(0, 0, 20, 10), {"gas": network("gas", rows)}, NOWHERE, depth_m=2).things
    assert (one.verdict, one.depth_m, one.above_bottom_m) == ("hit", None, None)


def test_footprints_devices_and_whom_to_ask() -> None:
    area = shapely.box(0, 0, 20, 10)
    house = {"feature_id": "h", "kind": "building", "name": "H", "geometry": shapely.box(18, 8, 30, 30).wkb}
    beside = {"feature_id": "b", "kind": "building", "geometry": shapely.box(20.5, 0, 30, 5).wkb}
    zone = {"feature_id": "z", "kind": "zone", "geometry": shapely.box(-50, -50, 50, 50).wkb}
    camera = {"feature_id": "c", "kind": "device", "geometry": shapely.Point(5, 5, 10).wkb}
    rows = [
        link("g", [(0, 5, 9), (20, 5, 9)], owner="燃气", **SURE),
        link("n", [(0, -0.9, 9), (9, -0.9, 9)], owner="远", **SURE),
    ]
    pairs = [
        ("P1", "responsible_for", "z"),
        ("P2", "responsible_for", "g"),
        ("P3", "sees", "z"),
        ("P4", "responsible_for", "b"),
    ]
    check = check_dig(
        area,
        {"gas": network("gas", rows)},
        FLAT,
        depth_m=2,
        buildings=network("buildings", [house, beside]),
        devices=network("devices", [camera]),
        zones=network("zones", [zone]),
        relations=relations(pairs),
        staff=staff({"P1": "甲", "P2": "乙"}),
        phones={"燃气": "000-1", "P2": "000-2"},
    )
    assert [(one.feature_id, one.overlap_m2) for one in check.buildings] == [("h", pytest.approx(4.0)), ("b", 0.0)]
    assert [one.feature_id for one in check.devices] == ["c"]
    assert [(one.role, one.name, one.phone, one.of) for one in check.contacts] == [
        ("owner", "燃气", "000-1", ("g",)),
        ("responsible", "甲", None, ("z",)),
        ("responsible", "乙", "000-2", ("g",)),
    ]
    assert check.contacts_arrow()["of"].to_pylist()[0] == ["g"]
    assert check.beside_arrow().num_rows == 3


def relations(rows: list[tuple[str, str, str]]) -> Any:
    import pyarrow as pa

    return pa.table(
        dict(zip(("from_id", "kind", "to_id"), (list(one) for one in zip(*rows, strict=True)), strict=True))
    )


def staff(names: dict[str, str]) -> Any:
    import pyarrow as pa

    return pa.table({"staff_id": list(names), "name": list(names.values()), "phone": ["secret"] * len(names)})


def test_a_dig_on_the_demo_campus(demo_campus: Path) -> None:
    """Every pipe whose axis lies in the area and above the bottom by its own table is a hit; nobody's phone is told."""
    campus = Campus.open(demo_campus)
    generation = campus.generation
    tables = {
        one: generation.table(one) for one in generation.layer_ids() if "from_id" in generation.table(one).column_names
    }
    ground = ground_of(generation)
    area = shapely.box(429436, 2885905, 429446, 2885925)
    check = check_dig(
        area,
        tables,
        ground,
        depth_m=1.5,
        zones=generation.table("zones"),
        relations=generation.auxiliary("relations"),
        staff=campus.register("staff"),
    )
    hits = [(one.layer_id, one.feature_id) for one in check.things if one.verdict == "hit"]
    assert hits == [
        ("gas", "link:RQ:RQ032--RQ033"),
        ("power", "link:DL:DL040--DL041"),
        ("water_supply", "link:JS:JS032--JS033"),
        ("telecom", "link:TX:TX033--TX034"),
    ]
    assert check.earth.volume_m3 == pytest.approx(300.0)
    assert {one.role for one in check.contacts} == {"owner", "responsible"}
    assert all(one.phone is None for one in check.contacts)
