"""What differs between two surveys: known differences are found, plain loops over shapely and pandas say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.resurvey import resurveyed_campus
from twin.analysis.changes import Change, Changes, changes_between, changes_of_layer
from twin.analysis.changes.masking import as_told
from twin.analysis.changes.moved import moved
from twin.errors import GenerationsApartError
from twin.store import geoparquet
from twin.store.campus import Generation
from twin.store.secrecy import masked, untold


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return resurveyed_campus(tmp_path_factory.mktemp("resurvey") / "campus")


@pytest.fixture(scope="module")
def changes(campus: Path) -> Changes:
    return changes_between(Generation(campus, 1), Generation(campus, 2))


def by_id(changes: Changes) -> dict[str, dict[str, Any]]:
    return {one["feature_id"]: one for one in changes.to_arrow().to_pylist()}


def test_every_known_difference_is_found_and_nothing_else(changes: Changes) -> None:
    found = {one: row["change"] for one, row in by_id(changes).items() if row["layer_id"] == "gas"}
    assert found == {
        "link:gas:G2": Change.MOVED,
        "link:gas:G3": Change.CHANGED,
        "link:gas:G4": Change.REMOVED,
        "link:gas:G5": Change.ADDED,
    }
    gas = next(one for one in changes.layers if one.layer_id == "gas")
    assert (gas.unchanged, gas.old, gas.new) == (2, 5, 5), "G1, and G6 with a vertex more in the same line"
    assert gas.columns == {"diameter_m": 1}
    rows = by_id(changes)
    assert rows["link:gas:G2"]["moved_plan_m"] == pytest.approx(0.5, abs=1e-6)
    assert rows["link:gas:G2"]["moved_height_m"] == pytest.approx(-0.2, abs=1e-6)
    assert rows["link:gas:G3"]["columns"] == [{"column": "diameter_m", "old": "0.3", "new": "0.25"}]


def test_geometry_is_the_newer_one_of_removed_ones_the_older(changes: Changes, campus: Path) -> None:
    rows = by_id(changes)
    old, new = Generation(campus, 1).table("gas"), Generation(campus, 2).table("gas")
    for one, side in (("link:gas:G4", old), ("link:gas:G2", new), ("link:gas:G5", new)):
        at = side["feature_id"].to_pylist().index(one)
        assert rows[one]["geometry"] == side["geometry"][at].as_py()
        assert rows[one]["idx"] == (None if side is old else side["idx"][at].as_py())


def test_what_has_no_number_is_paired_by_place(changes: Changes) -> None:
    sheds = next(one for one in changes.layers if one.layer_id == "buildings")
    assert (sheds.unchanged, sheds.moved, sheds.matched_by_place) == (1, 1, 1)
    assert (sheds.added, sheds.removed, sheds.unmatched) == (1, 1, 2), "15 m away is not the same shed"
    (row,) = [one for one in sheds.table.to_pylist() if one["change"] == "moved"]
    assert row["moved_plan_m"] == pytest.approx(0.4, abs=1e-6)
    assert row["former_id"] not in (None, row["feature_id"])
    assert row["columns"] == [], "that its own id is another one is no change of the shed"


def test_a_program_reads_it_as_geoparquet(changes: Changes, tmp_path: Path) -> None:
    import geopandas

    geoparquet.write(tmp_path / "changes.parquet", changes.to_arrow(), changes.crs)
    frame = geopandas.read_parquet(tmp_path / "changes.parquet")
    assert frame.crs.to_epsg() == 4549
    assert len(frame) == len(changes.to_arrow()) == 7
    assert frame.geometry.has_z[frame.layer_id == "gas"].all()


def test_the_state_of_a_thing_is_the_same_for_everybody(changes: Changes, campus: Path) -> None:
    told = changes_between(Generation(campus, 1), Generation(campus, 2), exactly=False)
    assert [(one["feature_id"], one["change"]) for one in told.to_arrow().to_pylist()] == [
        (one["feature_id"], one["change"]) for one in changes.to_arrow().to_pylist()
    ]
    for exact, one in zip(changes.layers, told.layers, strict=True):
        hidden = {"largest_plan_m": None, "largest_height_m": None, "masked": True}
        untold = hidden if one.layer_id == "gas" else {}
        assert one.to_dict() == exact.to_dict() | untold


def test_masked_it_tells_no_more_than_the_masked_tables(campus: Path) -> None:
    told = changes_between(Generation(campus, 1), Generation(campus, 2), exactly=False)
    rows = by_id(told)
    moved_pipe = rows["link:gas:G2"]
    assert (moved_pipe["moved_plan_m"], moved_pipe["moved_height_m"]) == (None, None)
    assert rows["link:gas:G3"]["columns"] == [{"column": "diameter_m", "old": "0.3", "new": "0.25"}]
    removed = shapely.from_wkb(rows["link:gas:G4"]["geometry"])
    assert not shapely.has_z(removed)
    assert (shapely.get_coordinates(removed) % 50 == 25).all()


def test_a_column_that_is_secret_is_named_without_its_values() -> None:
    """A row of nothing else is still one that changed, and rows that came or went keep having no list at all."""
    old = table(owner=["a", "b", "c"], from_depth_m=[1.0, 2.0, None], depth_sd_m=[0.1, 0.1, 0.1])
    new = table(owner=["a", "x", "c"], from_depth_m=[1.5, 2.5, None], depth_sd_m=[0.1, 0.2, 0.1])
    exact = changes_of_layer("x", old, new.slice(0, 2))
    told = as_told(exact)
    assert [(one["feature_id"], one["change"], one["columns"]) for one in told.table.to_pylist()] == [
        ("a:0", "changed", [{"column": "from_depth_m", "old": None, "new": None}]),
        (
            "a:1",
            "changed",
            [
                {"column": "owner", "old": "b", "new": "x"},
                {"column": "from_depth_m", "old": None, "new": None},
                {"column": "depth_sd_m", "old": None, "new": None},
            ],
        ),
        ("a:2", "removed", None),
    ]
    assert told.columns == exact.columns


def test_what_is_not_told_is_what_masked_tables_leave_out(campus: Path) -> None:
    plain = Generation(campus, 2).table("gas")
    other = {name for name in plain.column_names if not masked(plain)[name].equals(plain[name])}
    assert other <= untold()
    assert other >= {"geometry", "bbox", "plan_sd_m"}


def test_counts_add_up_and_the_way_back_is_the_mirror(changes: Changes, campus: Path) -> None:
    back = changes_between(Generation(campus, 2), Generation(campus, 1))
    for there, here in zip(changes.layers, back.layers, strict=True):
        assert there.new == there.added + there.moved + there.changed + there.unchanged
        assert there.old == there.removed + there.moved + there.changed + there.unchanged
        assert (there.added, there.moved, there.changed) == (here.removed, here.moved, here.changed)
        assert there.largest_plan_m == pytest.approx(here.largest_plan_m)


def test_another_crs_is_refused(campus: Path) -> None:
    from dataclasses import replace

    old, new = Generation(campus, 1), Generation(campus, 2)
    old.manifest = replace(old.manifest, crs="EPSG:4548")
    with pytest.raises(GenerationsApartError, match="EPSG:4548"):
        changes_between(old, new)


# --- values -----------------------------------------------------------------------------------------------


def table(**columns: list[Any]) -> pa.Table:
    size = len(next(iter(columns.values())))
    shapes = np.asarray(shapely.points(np.arange(size), 0.0, 1.0), dtype=object)
    said: dict[str, Any] = {
        "feature_id": [f"a:{n}" for n in range(size)],
        "layer_id": ["x"] * size,
        "kind": ["a"] * size,
        "geometry": pa.array(shapely.to_wkb(shapes), pa.binary()),
        "bbox": geoparquet.box_array(geoparquet.boxes(shapes)),
        "id_stable": [True] * size,
        "idx": pa.array(range(size), pa.uint32()),
    }
    return pa.table({**said, **columns})


VALUES = st.none() | st.floats(-1e6, 1e6) | st.just(float("nan"))


@given(
    st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=20), st.lists(st.integers(0, 3), min_size=20, max_size=20)
)
def test_values_differ_as_a_plain_loop_says(pairs: list[tuple[Any, Any]], codes: list[int]) -> None:
    size = len(pairs)
    texts = [("a", "b", None, "")[code] for code in codes[:size]]
    old = table(v=pa.array([one for one, _ in pairs], pa.float64()), t=pa.array(["a"] * size, pa.string()))
    new = table(v=pa.array([one for _, one in pairs], pa.float64()), t=pa.array(texts, pa.string()))

    def absent(value: float | None) -> bool:
        return value is None or value != value

    def other(a: float | None, b: float | None) -> bool:
        if absent(a) or absent(b):
            return absent(a) != absent(b)
        assert a is not None
        assert b is not None
        return abs(a - b) > 1e-6 * max(abs(a), abs(b))

    expected = {
        f"a:{row}": [name for name, is_other in (("v", other(*pairs[row])), ("t", texts[row] != "a")) if is_other]
        for row in range(size)
    }
    found = changes_of_layer("x", old, new)
    said = {one["feature_id"]: [each["column"] for each in one["columns"]] for one in found.table.to_pylist()}
    assert said == {one: names for one, names in expected.items() if names}
    assert found.unchanged == sum(not names for names in expected.values())


def test_attributes_are_compared_as_json_and_new_columns_count() -> None:
    old = table(attributes=['{"a": 1, "b": 2}', '{"a": 1}'])
    new = table(attributes=['{"b": 2, "a": 1}', '{"a": 2}'], built_year=[None, 1998])
    (row,) = changes_of_layer("x", old, new).table.to_pylist()
    assert row["columns"] == [
        {"column": "attributes", "old": '{"a": 1}', "new": '{"a": 2}'},
        {"column": "built_year", "old": None, "new": "1998"},
    ]


# --- places -----------------------------------------------------------------------------------------------

COORDINATE = st.integers(-20_000, 20_000).map(lambda mm: mm / 1000)
POINT = st.tuples(COORDINATE, COORDINATE, COORDINATE)


@given(POINT, POINT)
def test_points_are_as_far_as_pythagoras_says(old: Any, new: Any) -> None:
    plan, height = moved(np.array([shapely.Point(old)]), np.array([shapely.Point(new)]))
    assert plan[0] == pytest.approx(np.hypot(old[0] - new[0], old[1] - new[1]))
    assert height[0] == pytest.approx(new[2] - old[2])


@given(st.lists(POINT, min_size=2, max_size=6, unique_by=lambda one: one[:2]), POINT, st.booleans())
def test_a_shifted_line_is_as_far_as_its_farthest_vertex_turned_or_not(line: Any, by: Any, turned: bool) -> None:
    there = [tuple(np.add(one, by)) for one in line][:: -1 if turned else 1]
    orders = (there, there[::-1])
    ways = [[np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in zip(line, one, strict=True)] for one in orders]
    plan, height = moved(np.array([shapely.LineString(line)]), np.array([shapely.LineString(there)]))
    expected = max(ways[0]) if max(ways[0]) <= 0.001 else min(max(one) for one in ways)
    assert plan[0] == pytest.approx(expected, abs=1e-9)
    if by[:2] == (0.0, 0.0):
        assert height[0] == pytest.approx(by[2], abs=1e-9)


LINE = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=3, max_size=6, unique=True)


@given(LINE, st.tuples(COORDINATE, COORDINATE))
def test_other_vertices_are_as_far_as_the_hausdorff_distance(line: Any, more: Any) -> None:
    """GEOS is the witness: its discrete Hausdorff distance looks at vertices, too."""
    old, new = shapely.LineString(line), shapely.LineString([*line, more])
    plan, _ = moved(np.array([old]), np.array([new]))
    assert plan[0] == pytest.approx(shapely.hausdorff_distance(old, new), abs=1e-9)


def test_a_ring_that_begins_elsewhere_did_not_move() -> None:
    ring = [(0, 0, 1), (4, 0, 1), (4, 3, 1), (0, 3, 1)]
    turned = [*ring[2:], *ring[:2]]
    plan, height = moved(np.array([shapely.Polygon(ring)]), np.array([shapely.Polygon(turned)]))
    assert (plan[0], height[0]) == (0.0, 0.0)


def test_a_missing_place_is_no_distance() -> None:
    plan, height = moved(np.array([None, shapely.Point(1, 2)]), np.array([shapely.Point(1, 2), None]))
    assert np.isnan(plan).all()
    assert np.isnan(height).all()
