"""The Duplex against its published COBie figures and the answers of ifc-bench-v1 that are facts of tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import ifcopenshell
import numpy as np
import pytest
import shapely

from tests.readers.ifc.conftest import Outcome


@pytest.fixture(scope="module")
def answers(shared_data: Path) -> dict[str, str]:
    with (shared_data / "ifc/duplex/ifc-bench-v1.csv").open(newline="") as file:
        return {row["question"]: row["answer"] for row in csv.DictReader(file) if row["project"] == "duplex"}


def test_storeys_and_spaces_are_those_of_the_handover(duplex: Outcome) -> None:
    assert len(duplex.rows("storeys")) == 4
    spaces = duplex.rows("spaces")
    assert len(spaces) == 21
    assert sum(row["area_m2"] for row in spaces) == pytest.approx(422.047, abs=0.003)
    assert {row["area_source"] for row in spaces} == {"ifc_quantity"}


def test_rooms_have_the_numbers_of_the_answer(duplex: Outcome, answers: dict[str, str]) -> None:
    said = answers["Give me the name of all the rooms in the building."]
    for row in duplex.rows("spaces"):
        assert f"'{row['number']}'" in said


def test_bedrooms_and_rooms_of_house_a(duplex: Outcome, answers: dict[str, str]) -> None:
    spaces = duplex.rows("spaces")
    bedrooms = sum(row["long_name"].startswith("Bedroom") for row in spaces)
    assert f"{bedrooms} bedrooms" in answers["How many bedrooms are there?"]
    house_a = sum(row["number"].startswith("A") for row in spaces)
    assert f"{house_a} rooms" in answers["How many rooms are there in house A?"]


def test_floor_to_floor_height(duplex: Outcome, answers: dict[str, str]) -> None:
    ground = next(row for row in duplex.rows("storeys") if row["name"] == "Level 1")
    assert ground["ordinal"] == 0
    said = answers["What is the floor-to-floor height between the ground floor and first floor?"]
    assert f"{ground['height_m']:.1f} m" in said


def test_foundation_volume(duplex: Outcome, answers: dict[str, str]) -> None:
    volume = sum(row["volume_m3"] for row in duplex.rows("elements") if row["ifc_class"] == "IfcFooting")
    assert f"{volume:.3f}" in answers["What is the volume of concrete required for the foundation?"]


def test_a_stair_stands_where_its_parts_do(duplex: Outcome, shared_data: Path) -> None:
    """A stair has no body of its own; IfcOpenShell as witness of what it is made of."""
    model = ifcopenshell.open(str(shared_data / "ifc/duplex/Duplex_A_20110907.ifc"))
    shape = {row["global_id"]: shapely.from_wkb(row["geometry"]) for row in duplex.rows("elements") if row["geometry"]}
    stairs = [one for one in model.by_type("IfcStair") if one.Representation is None]
    assert len(stairs) == 2
    for stair in stairs:
        parts = [part.GlobalId for relation in stair.IsDecomposedBy for part in relation.RelatedObjects]
        plan = shapely.union_all([shapely.force_2d(shape[one]) for one in parts if one in shape])
        own = shape[stair.GlobalId]
        assert shapely.bounds(own) == pytest.approx(shapely.bounds(plan), abs=0.01)
        lowest = min(shapely.get_coordinates(shape[one], include_z=True)[:, 2].min() for one in parts if one in shape)
        assert shapely.get_coordinates(own, include_z=True)[:, 2].min() == pytest.approx(lowest, abs=0.01)


def test_external_wall_layers(duplex: Outcome, answers: dict[str, str]) -> None:
    wall = next(row for row in duplex.rows("elements") if (row["name"] or "").startswith("Basic Wall:Exterior - Brick"))
    layers = [row for row in duplex.rows("materials") if row["feature_id"] == wall["feature_id"]]
    assert [row["position"] for row in layers] == [1, 2, 3, 4, 5, 6]
    thickness_mm = round(1000 * sum(row["thickness_m"] for row in layers))
    assert f"{thickness_mm} mm" in answers["What is the thickness of the external walls?"]
    insulation = next(row for row in layers if "insulation" in row["material"])
    said = answers["What is the thickness of the insulation of the external walls?"]
    assert f"{1000 * insulation['thickness_m']:.0f} mm" in said


def test_door_width_and_stair_steps(duplex: Outcome, answers: dict[str, str]) -> None:
    elements = duplex.by_global_id("elements")
    door = json.loads(elements["1hOSvn6df7F8_7GcBWlRGQ"]["attributes"])
    assert f"{door['overall_width_m']} m" in answers["What is the width of the door 1hOSvn6df7F8_7GcBWlRGQ ?"]
    flights = [row for row in elements.values() if row["ifc_class"] == "IfcStairFlight"]
    steps = {json.loads(row["attributes"])["number_of_risers"] for row in flights}
    assert steps == {16.0}
    assert "16 steps" in answers["How many steps does the stair in house A have?"]


def test_window_area(duplex: Outcome, answers: dict[str, str]) -> None:
    sizes = [json.loads(row["attributes"]) for row in duplex.rows("elements") if row["ifc_class"] == "IfcWindow"]
    area = sum(one["overall_width_m"] * one["overall_height_m"] for one in sizes)
    assert "65.94" in answers["What is the total area of glazing on the façade?"]
    assert area == pytest.approx(65.94, abs=0.01)


def test_ceiling_is_found_by_its_global_id(duplex: Outcome, answers: dict[str, str]) -> None:
    said = answers["What is the GUID of the ceiling in the living room of house A?"]
    key = next(word.rstrip(".") for word in said.split() if len(word.rstrip(".")) == 22)
    assert duplex.by_global_id("elements")[key]["ifc_class"] == "IfcCovering"


def test_ids_are_made_of_kind_source_and_global_id(duplex: Outcome) -> None:
    elements = duplex.by_global_id("elements")
    assert elements["1hOSvn6df7F8_7GcBWlRGQ"]["feature_id"] == "element:k:1hOSvn6df7F8_7GcBWlRGQ"
    assert all(row["id_stable"] for row in elements.values())


def test_parts_of_wholes_and_fillings_inherit_their_storey(duplex: Outcome) -> None:
    """Flights hang on stairs, slabs on roofs, doors in walls: nothing stands in no storey."""
    storeys = {row["feature_id"] for row in duplex.rows("storeys")}
    building = duplex.rows("buildings")[0]["feature_id"]
    assert not [row["ifc_class"] for row in duplex.rows("elements") if row["storey_id"] not in storeys]
    assert {row["building_id"] for row in duplex.rows("elements")} == {building}


def test_outline_covers_every_wall_and_stays_near_them(duplex: Outcome) -> None:
    outline = shapely.from_wkb(duplex.rows("buildings")[0]["geometry"])
    bodies = duplex.bodies()
    walls = [row["feature_id"] for row in duplex.rows("elements") if row["ifc_class"].startswith("IfcWall")]
    hulls = [shapely.convex_hull(shapely.multipoints(bodies[key].reshape(-1, 3)[:, :2])) for key in walls]
    together = shapely.union_all(np.array(hulls, dtype=object))
    assert shapely.area(shapely.difference(together, shapely.buffer(outline, 0.01))) < 0.5
    assert outline.is_valid
    assert shapely.get_num_interior_rings(outline) == 0
    assert outline.area == pytest.approx(duplex.rows("buildings")[0]["footprint_area_m2"])


def test_floor_of_a_room_times_its_height_is_its_volume(duplex: Outcome) -> None:
    """A102 is a prism: its floor polygon, by shapely, times its height must give the volume of its mesh."""
    room = next(row for row in duplex.rows("spaces") if row["number"] == "A102")
    floor = shapely.from_wkb(room["geometry"])
    assert floor.area * room["height_m"] == pytest.approx(room["volume_m3"], rel=1e-6)
    assert shapely.has_z(floor)


def test_ceiling_height(duplex: Outcome, answers: dict[str, str]) -> None:
    room = next(row for row in duplex.rows("spaces") if row["number"] == "A203")
    assert f"{room['height_m']:.2f} m" in answers["What is the height of the ceiling in room A203?"]


def test_surface_model_rooms_are_turned_outside_out(duplex: Outcome) -> None:
    """IfcOpenShell's kernels say -18.1 and +0.7 m³ for this room; Revit's own property says 18.12 m³."""
    room = next(row for row in duplex.rows("spaces") if row["number"] == "A201")
    stated = next(
        row["number"]
        for row in duplex.rows("properties")
        if row["feature_id"] == room["feature_id"] and row["name"] == "Volume"
    )
    assert room["volume_m3"] == pytest.approx(stated, rel=1e-3)


def test_one_colour_an_instance_and_glass_keeps_its_alpha(duplex: Outcome) -> None:
    colours = {row["rgba"] for row in duplex.rows("instances")}
    assert any(0 < colour & 0xFF < 0xFF for colour in colours)
    assert any(colour & 0xFF == 0xFF for colour in colours)


def test_meshes_are_shared(duplex: Outcome) -> None:
    assert len(duplex.rows("instances")) == 236
    assert len(duplex.rows("meshes")) < 200
