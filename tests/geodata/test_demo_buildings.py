"""The IFC files, by IfcOpenShell: schema, spaces, holes, georeference, and that two models meet their footprints."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import geopandas
import ifcopenshell
import ifcopenshell.geom
import ifcopenshell.util.placement
import ifcopenshell.util.unit
import ifcopenshell.validate
import numpy as np
import pytest
import shapely

from geodata.demo import architecture
from geodata.demo.ifc_properties import UNMEASURED
from tests.geodata.conftest import Written
from twin.settings import load_settings

CODES = [f"B{n:02d}" for n in range(1, 9)]


@pytest.fixture(scope="session")
def models(written: Written) -> dict[str, ifcopenshell.file]:
    return {code: ifcopenshell.open(str(written.sources / "bim" / f"{code}.ifc")) for code in CODES}


@pytest.mark.parametrize("code", ["B03", "B04", "B05", "B07"])
def test_holds_to_the_schema(models: dict[str, ifcopenshell.file], code: str) -> None:
    log = ifcopenshell.validate.json_logger()
    ifcopenshell.validate.validate(models[code], log, express_rules=False)
    assert log.statements == []


# IfcOpenShell leaves its rules file open
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_where_rules_hold(models: dict[str, ifcopenshell.file]) -> None:
    """EXPRESS rules are slow to check, so only on the smallest model."""
    log = ifcopenshell.validate.json_logger()
    ifcopenshell.validate.validate(models["B07"], log, express_rules=True)
    assert log.statements == []


def test_schema_units_and_storeys(models: dict[str, ifcopenshell.file]) -> None:
    storeys = {}
    for code, model in models.items():
        assert model.schema == "IFC4"
        storeys[code] = sum(1 for one in model.by_type("IfcBuildingStorey") if one.IsDecomposedBy)
    assert storeys == {"B01": 12, "B02": 6, "B03": 6, "B04": 3, "B05": 4, "B06": 5, "B07": 3, "B08": 3}
    scales = {code: ifcopenshell.util.unit.calculate_unit_scale(model) for code, model in models.items()}
    assert [code for code, scale in scales.items() if scale == 0.001] == ["B03", "B06"]


def test_sizes_are_moderate(models: dict[str, ifcopenshell.file]) -> None:
    sizes = {code: len(model.by_type("IfcElement")) for code, model in models.items()}
    assert sizes["B01"] < 3500
    assert sum(sizes.values()) < 9000


@pytest.mark.parametrize("code", CODES)
def test_space_area_is_the_area_of_its_polygon(models: dict[str, ifcopenshell.file], code: str) -> None:
    model = models[code]
    scale = ifcopenshell.util.unit.calculate_unit_scale(model)
    spaces = model.by_type("IfcSpace")
    assert spaces
    for space in spaces:
        outline = space.Representation.Representations[0].Items[0].SweptArea.OuterCurve
        drawn = shapely.Polygon([point.Coordinates for point in outline.Points]).area * scale**2
        quantities = {
            one.Name: one
            for relation in space.IsDefinedBy
            if relation.RelatingPropertyDefinition.is_a("IfcElementQuantity")
            for one in relation.RelatingPropertyDefinition.Quantities
        }
        assert bool(quantities) == ((code, space.LongName) not in UNMEASURED)
        if not quantities:
            continue
        stated = quantities["NetFloorArea"].AreaValue
        assert stated == pytest.approx(drawn, abs=0.01)
        assert quantities["GrossFloorArea"].AreaValue > stated


@pytest.mark.parametrize("code", CODES)
def test_room_numbers_are_unique_and_say_their_storey(models: dict[str, ifcopenshell.file], code: str) -> None:
    spaces = models[code].by_type("IfcSpace")
    numbers = [one.Name for one in spaces]
    assert len(set(numbers)) == len(numbers)
    for space in spaces:
        storey = space.Decomposes[0].RelatingObject
        assert space.Name.startswith(storey.Name.removesuffix("F"))


@pytest.mark.parametrize("code", ["B01", "B04", "B06"])
def test_rooms_of_a_storey_do_not_overlap(code: str) -> None:
    building = next(one for one in architecture.make_buildings() if one.code == code)
    for storey in building.storeys:
        polygons = np.array([room.polygon for room in storey.rooms], dtype=object)
        tree = shapely.STRtree(polygons)
        for a, b in zip(*tree.query(polygons, predicate="intersects"), strict=True):
            if a < b:
                assert polygons[a].intersection(polygons[b]).area < 1e-6, (
                    storey.name,
                    storey.rooms[a].key,
                    storey.rooms[b].key,
                )
        inside = storey.outline.buffer(1e-6)
        assert all(inside.covers(one) for one in polygons)


def test_every_hole_is_in_its_wall_and_is_filled(models: dict[str, ifcopenshell.file]) -> None:
    holes = [hole for model in models.values() for hole in model.by_type("IfcOpeningElement")]
    assert len(holes) > 1500
    for hole in holes:
        assert len(hole.VoidsElements) == 1
        assert hole.VoidsElements[0].RelatingBuildingElement.is_a("IfcWall")
        assert len(hole.HasFillings) == 1


def test_holes_of_one_wall_keep_apart() -> None:
    from geodata.demo.catalogue import spec

    for building in architecture.make_buildings():
        for storey in building.storeys:
            for wall in storey.walls:
                length = max(x for x, _ in wall.footprint)
                spans = sorted(
                    (o.along_m - spec(o.type_key).width_m / 2, o.along_m + spec(o.type_key).width_m / 2)
                    for o in wall.openings
                )
                where = (building.code, storey.name, wall.key)
                assert all(low >= 0 and high <= length for low, high in spans), where
                assert all(a[1] < b[0] for a, b in itertools.pairwise(spans)), where
                assert all(o.sill_m + spec(o.type_key).height_m < wall.height_m for o in wall.openings), where


def test_a_wall_really_loses_its_holes(models: dict[str, ifcopenshell.file]) -> None:
    """Volume of a facade wall by the exact kernel = body minus holes."""
    model = models["B08"]
    wall = max(
        (one for one in model.by_type("IfcWall") if one.Name.startswith("涂料外墙")),
        key=lambda one: len(one.HasOpenings),
    )
    whole, cut = ifcopenshell.geom.settings(), ifcopenshell.geom.settings()
    whole.set("disable-opening-subtractions", True)
    fills = [relation.RelatedOpeningElement.HasFillings[0].RelatedBuildingElement for relation in wall.HasOpenings]
    expected = sum(one.OverallWidth * one.OverallHeight * 0.3 for one in fills)
    lost = _volume(ifcopenshell.geom.create_shape(whole, wall)) - _volume(ifcopenshell.geom.create_shape(cut, wall))
    assert lost == pytest.approx(expected, rel=1e-6)
    assert expected > 5


def _volume(shape: object) -> float:
    geometry = shape.geometry  # type: ignore[attr-defined]
    vertices = np.array(geometry.verts).reshape(-1, 3)
    a, b, c = (vertices[np.array(geometry.faces).reshape(-1, 3)[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def test_seven_have_a_map_conversion_and_one_has_control_points(
    written: Written, models: dict[str, ifcopenshell.file]
) -> None:
    for code, model in models.items():
        conversions = model.by_type("IfcMapConversion")
        assert len(conversions) == (0 if code == "B07" else 1)
        for one in conversions:
            assert one.TargetCRS.Name == "EPSG:4549"
            assert one.TargetCRS.MapUnit.Name == "METRE"
            assert math.degrees(math.atan2(one.XAxisOrdinate, one.XAxisAbscissa)) == pytest.approx(6.0)
            assert one.Scale == pytest.approx(ifcopenshell.util.unit.calculate_unit_scale(model))
    source = next(one for one in load_settings(written.folder).sources if one.key == "B07")
    assert source.placement is not None
    assert len(source.placement.control_points) >= 3
    method, similarity = source.placement.placement().similarity(Path("B07.ifc"))
    assert method == "control_points"
    assert 0.0 < max(similarity.residuals_m) < 0.01


def test_models_stand_on_their_footprints(written: Written, models: dict[str, ifcopenshell.file]) -> None:
    """Outer walls of the ground floor, put on the map by the conversion alone, cover the delivered footprint's ring."""
    footprints = geopandas.read_file(written.sources / "buildings.gpkg").set_index("code").geometry
    for code in ("B01", "B03", "B05"):
        model = models[code]
        conversion = model.by_type("IfcMapConversion")[0]
        a, b, unit = conversion.XAxisAbscissa, conversion.XAxisOrdinate, conversion.Scale
        ground = next(one for one in model.by_type("IfcBuildingStorey") if one.Name == "1F")
        for space in (part for relation in ground.IsDecomposedBy for part in relation.RelatedObjects):
            matrix = ifcopenshell.util.placement.get_local_placement(space.ObjectPlacement)
            outline = space.Representation.Representations[0].Items[0].SweptArea.OuterCurve
            local = np.array([[*point.Coordinates, 0.0, 1.0] for point in outline.Points]) @ matrix.T * unit
            east = conversion.Eastings + a * local[:, 0] - b * local[:, 1]
            north = conversion.Northings + b * local[:, 0] + a * local[:, 1]
            room = shapely.Polygon(np.column_stack([east, north]))
            assert footprints[code].buffer(0.01).covers(room), (code, space.Name)
            assert footprints[code].exterior.distance(room) > 0.25


def test_systems_types_and_materials(models: dict[str, ifcopenshell.file]) -> None:
    main = models["B01"]
    systems = {one.Name: one for one in main.by_type("IfcDistributionSystem")}
    assert "送风系统03" in systems
    parts = systems["送风系统03"].IsGroupedBy[0].RelatedObjects
    assert {one.is_a() for one in parts} == {"IfcDuctSegment", "IfcAirTerminal"}
    for code, model in models.items():
        untyped = [one for one in model.by_type("IfcWall") if not one.IsTypedBy]
        assert untyped == [], code
        glass = [
            one for one in model.by_type("IfcSurfaceStyleRendering") if one.Transparency and one.Transparency > 0.3
        ]
        assert glass, code
