"""The registers of the demo: ids that are there once, names of things that exist, dates in their order."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from functools import cache

import ifcopenshell
import numpy as np
import openpyxl
import pytest

from geodata.demo import architecture, networks, terrain
from geodata.demo.campus_toml import PIPE_LAYERS
from tests.geodata.conftest import Written
from twin.model.registers import REGISTERS

CSV = sorted(set(REGISTERS) - {"staff", "room_assignments"})
REFERENCES = {"outlet_id": "outlets", "contractor_id": "contractors", "lot_id": "parking_lots", "unit_id": "units"}
Row = dict[str, str]


@cache
def _csv(path: str) -> list[Row]:
    with open(path, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - a cached path is text
        return list(csv.DictReader(file))


def _rows(written: Written, name: str) -> list[Row]:
    return _csv(str(written.sources / "registers" / f"{name}.csv"))


@pytest.mark.parametrize("name", CSV)
def test_each_has_its_columns_and_no_key_twice(written: Written, name: str) -> None:
    rows, register = _rows(written, name), REGISTERS[name]
    assert rows
    assert tuple(rows[0]) == (*register.columns, "valid_from", "valid_to")
    keys = [tuple(one[column] for column in register.key) for one in rows]
    assert len(set(keys)) == len(keys)
    assert all(all(one) for one in keys)


@pytest.mark.parametrize("name", CSV)
def test_what_they_name_stands_in_the_other_register(written: Written, name: str) -> None:
    for column, other in REFERENCES.items():
        if column in REGISTERS[name].columns and name != other:
            known = {one[column] for one in _rows(written, other)}
            assert {one[column] for one in _rows(written, name) if one[column]} <= known


def test_rooms_storeys_and_zones_are_those_of_the_models(written: Written) -> None:
    spaces, storeys = set(), set()
    for n in range(1, 9):
        model = ifcopenshell.open(str(written.sources / "bim" / f"B{n:02d}.ifc"))
        spaces |= {f"space:B{n:02d}:{one.GlobalId}" for one in model.by_type("IfcSpace")}
        storeys |= {f"storey:campus:B{n:02d}.{one.Name}" for one in model.by_type("IfcBuildingStorey")}
    for name in CSV:
        for column in ("space_id", "from_space_id", "to_space_id"):
            if column in REGISTERS[name].columns:
                assert {one[column] for one in _rows(written, name) if one[column]} <= spaces, (name, column)
        if "storey_id" in REGISTERS[name].columns:
            assert {one["storey_id"] for one in _rows(written, name) if one["storey_id"]} <= storeys, name
        if "zone_id" in REGISTERS[name].columns:
            zones = {one["zone_id"] for one in _rows(written, name) if one["zone_id"]}
            known = {f"zone:zones:WG-{n:02d}" for n in range(1, 13)} | {"zone:zones:JH-01", "zone:zones:JH-02"}
            assert zones <= known, name


def test_pipes_that_are_named_were_surveyed(written: Written) -> None:
    known = set()
    for one in (written.sources / "pipes" / f"{key}.xlsx" for key in PIPE_LAYERS):
        book = openpyxl.load_workbook(one, read_only=True)
        sheet = book[f"{one.stem}Line"].values
        next(iter(sheet))
        known |= {f"link:{one.stem}:{row[0]}--{row[1]}" for row in sheet}
    for name in ("pipe_findings", "pipe_repairs", "excavations"):
        assert {one["feature_id"] for one in _rows(written, name)} <= known


def test_electricity_has_one_price_at_every_minute(written: Written) -> None:
    """Counted minute by minute, without looking at how the rows were made."""
    prices: dict[int, list[str]] = defaultdict(list)
    for one in _rows(written, "tariffs"):
        if one["energy"] == "electricity":
            (a, b), (c, d) = (said.split(":") for said in (one["starts"], one["ends"]))
            for minute in range(int(a) * 60 + int(b), int(c) * 60 + int(d)):
                prices[minute].append(one["price_cny"])
    assert sorted(prices) == list(range(24 * 60))
    assert all(len(one) == 1 for one in prices.values())


def test_devices_that_are_named_were_delivered(written: Written) -> None:
    types = {one["device_code"]: one["device_type"] for one in _csv(str(written.sources / "devices.csv"))}
    assert {types[one["device_code"]] for one in _rows(written, "parking_bays")} == {"parking"}
    assert len(_rows(written, "parking_bays")) == 180
    for one in _rows(written, "charging_piles"):
        assert (types[one["device_code"]], types[one["bay_code"]]) == ("charger", "parking")
    for one in _rows(written, "checkpoints"):
        assert one["feature_id"].removeprefix("device:devices:") in types
    capacity = {one["lot_id"]: float(one["capacity"]) for one in _rows(written, "parking_lots")}
    assert sum(capacity.values()) == 180


def test_findings_are_found_before_they_are_closed(written: Written) -> None:
    rows = _rows(written, "pipe_findings")
    still_open = [one for one in rows if not one["closed_on"]]
    assert 10 <= len(still_open) <= 50
    for one in rows:
        assert one["grade"] in ("1", "2", "3", "4")
        assert date.fromisoformat(one["found_on"]) < date.fromisoformat(one["due_on"])
        if one["closed_on"]:
            assert one["found_on"] <= one["closed_on"] <= "2026-11-20"
    closed = {one["finding_id"]: one["closed_on"] for one in rows}
    for one in _rows(written, "pipe_repairs"):
        assert not one["finding_id"] or closed[one["finding_id"]] == one["done_on"]


def test_who_moved_sits_where_the_move_says(written: Written) -> None:
    """And before that where they came from: the register of rooms and that of moves tell one story."""
    book = openpyxl.load_workbook(written.sources / "registers" / "room_assignments.xlsx")
    held: dict[str, list[tuple[str, str, str | None]]] = defaultdict(list)
    for space, _, staff, area, start, end in list(book["room_assignments"].values)[1:]:
        if staff is not None:
            assert float(str(area)) > 2.0
            held[str(staff)].append((str(space), str(start), None if end is None else str(end)))
    assert len(held) > 400
    moves = _rows(written, "moves")
    assert {bool(one["done_on"]) for one in moves} == {True, False}
    for one in moves:
        now = [space for space, _, end in held[one["staff_id"]] if end is None]
        assert now == [one["to_space_id"] if one["done_on"] else one["from_space_id"]]
        if one["done_on"]:
            before = [space for space, _, end in held[one["staff_id"]] if end and end.startswith(one["done_on"])]
            assert before == [one["from_space_id"]]


def test_hydrants_of_the_register_are_nodes_of_the_water_network(written: Written) -> None:
    outlines = architecture.footprints(architecture.make_buildings())
    ground = terrain.make_ground(outlines, np.random.default_rng(1))
    water = next(one for one in networks.make_networks(ground) if one.plan.prefix == "JS")
    known = {f"node:JS:{one.number}" for one in water.nodes if one.role == "hydrant"}
    named = {one["feature_id"] for one in _rows(written, "fire_equipment") if one["feature_id"]}
    assert named == known
