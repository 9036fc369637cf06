"""Properties in SI, types, materials, structure, systems and relations, on models written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.readers.ifc.conftest import LOCAL, Outcome, read_ifc
from tests.readers.ifc.models import BUILDING, MILLIMETRE, STOREY, WALL, box_model

_SET = "IFCPROPERTYSET('00000000000000000000{0}',$,'{1}',$,({2}));"
_DEFINES = "IFCRELDEFINESBYPROPERTIES('00000000000000000000{0}',$,$,$,({1}),#{2});"


def _read(folder: Path, *lines: str, **options: Any) -> Outcome:
    path = folder / "model.ifc"
    path.write_text(box_model(*lines, **options))
    return read_ifc(path, folder / "out", LOCAL)


def _values(read: Outcome) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in read.rows("properties")}


def test_properties_become_si_where_they_are_lengths_areas_volumes(tmp_path: Path) -> None:
    lines = [
        "#50=IFCPROPERTYSINGLEVALUE('Width',$,IFCPOSITIVELENGTHMEASURE(2500.),$);",
        "#51=IFCSIUNIT(*,.AREAUNIT.,.CENTI.,.SQUARE_METRE.);",
        "#52=IFCPROPERTYSINGLEVALUE('Opening',$,IFCAREAMEASURE(20000.),#51);",
        "#53=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('F90'),$);",
        "#54=IFCPROPERTYSINGLEVALUE('IsExternal',$,IFCBOOLEAN(.T.),$);",
        "#55=IFCPROPERTYENUMERATEDVALUE('Status',$,(IFCLABEL('NEW'),IFCLABEL('TEMPORARY')),$);",
        "#56=IFCPROPERTYBOUNDEDVALUE('Range',$,IFCLENGTHMEASURE(3000.),IFCLENGTHMEASURE(1000.),$,IFCLENGTHMEASURE(2000.));",
        "#57=IFCPROPERTYSINGLEVALUE('Empty',$,$,$);",
        "#58=IFCPROPERTYSINGLEVALUE('ThermalTransmittance',$,IFCTHERMALTRANSMITTANCEMEASURE(0.24),$);",
        "#59=IFCCOMPLEXPROPERTY('Lock',$,'Use',(#53));",
        "#60=" + _SET.format(60, "Pset_WallCommon", "#50,#52,#53,#54,#55,#56,#57,#58,#59"),
        "#61=" + _DEFINES.format(61, "#30", 60),
        "#62=IFCQUANTITYVOLUME('NetVolume',$,$,24.,$);",
        "#63=IFCQUANTITYLENGTH('Height',$,$,4000.,$);",
        "#64=IFCELEMENTQUANTITY('0000000000000000000064',$,'Qto_WallBaseQuantities',$,$,(#62,#63));",
        "#65=" + _DEFINES.format(65, "#30", 64),
        "#66=IFCSIUNIT(*,.VOLUMEUNIT.,$,.CUBIC_METRE.);",
    ]
    unit = MILLIMETRE + "\n"
    read = _read(tmp_path, *lines, unit=unit)
    values = _values(read)
    assert (values["Width"]["number"], values["Width"]["unit"], values["Width"]["value"]) == (2.5, "m", "2500.0")
    assert values["Opening"]["number"] == pytest.approx(2.0)
    assert values["Opening"]["unit"] == "m2"
    assert (values["FireRating"]["value"], values["FireRating"]["number"]) == ("F90", None)
    assert values["IsExternal"]["value"] == "true"
    assert values["Status"]["value"] == "NEW; TEMPORARY"
    assert (values["Range"]["number"], values["Range"]["value"]) == (2.0, "2000.0 (1000.0..3000.0)")
    assert values["Empty"]["value"] is None
    assert (values["ThermalTransmittance"]["number"], values["ThermalTransmittance"]["unit"]) == (0.24, None)
    assert values["Lock.FireRating"]["value"] == "F90"
    assert values["NetVolume"]["origin"] == "quantity"
    assert values["NetVolume"]["number"] == pytest.approx(24e-9)  # no volume unit is stated: cubic millimetres
    assert (values["Height"]["number"], values["Height"]["unit"]) == (4.0, "m")
    assert {row["feature_id"] for row in read.rows("properties")} == {f"element:k:{WALL}"}


def test_types_give_names_properties_and_materials(tmp_path: Path) -> None:
    lines = [
        "#50=IFCPROPERTYSINGLEVALUE('AcousticRating',$,IFCLABEL('R50'),$);",
        "#51=" + _SET.format(51, "Pset_WallCommon", "#50"),
        "#52=IFCWALLTYPE('0000000000000000000052',$,'Brick 240',$,$,(#51),$,$,$,.STANDARD.);",
        "#53=IFCRELDEFINESBYTYPE('0000000000000000000053',$,$,$,(#30),#52);",
        "#54=IFCMATERIAL('Brick',$,'masonry');",
        "#55=IFCMATERIAL('Plaster',$,$);",
        "#56=IFCMATERIALLAYER(#55,15.,$,$,$,$,$);",
        "#57=IFCMATERIALLAYER(#54,240.,$,$,$,$,$);",
        "#58=IFCMATERIALLAYERSET((#56,#57),$,$);",
        "#59=IFCRELASSOCIATESMATERIAL('0000000000000000000059',$,$,$,(#52),#58);",
    ]
    read = _read(tmp_path, *lines, unit=MILLIMETRE)
    wall = read.by_global_id("elements")[WALL]
    assert (wall["type_name"], wall["type_id"], wall["predefined_type"]) == (
        "Brick 240",
        "0000000000000000000052",
        "STANDARD",
    )
    assert wall["material"] == "Brick"
    assert _values(read)["AcousticRating"]["origin"] == "type_property"
    layers = read.rows("materials")
    assert [(row["material"], row["thickness_m"], row["category"]) for row in layers] == [
        ("Plaster", pytest.approx(0.015), None),
        ("Brick", pytest.approx(0.24), "masonry"),
    ]


_POINT = "#{0}=IFCBUILDINGELEMENTPROXY('00000000000000000000{0}',$,'{1}',$,$,#33,$,$,$);"


def test_doors_parts_and_their_containers(tmp_path: Path) -> None:
    """A door fills an opening of the wall, a member is a part of a stair: neither is contained by itself."""
    lines = [
        "#50=IFCOPENINGELEMENT('0000000000000000000050',$,$,$,$,#33,$,$,$);",
        "#51=IFCRELVOIDSELEMENT('0000000000000000000051',$,$,$,#30,#50);",
        "#52=IFCDOOR('0000000000000000000052',$,'Door',$,$,#33,$,$,2.1,0.9,$,$,$);",
        "#53=IFCRELFILLSELEMENT('0000000000000000000053',$,$,$,#50,#52);",
        "#54=IFCSTAIR('0000000000000000000054',$,'Stair',$,$,#33,$,$,$);",
        "#55=IFCMEMBER('0000000000000000000055',$,'Stringer',$,$,#33,$,$,$);",
        "#56=IFCRELAGGREGATES('0000000000000000000056',$,$,$,#54,(#55));",
        "#57=IFCSPACE('0000000000000000000057',$,'101',$,$,#25,$,'Office',.ELEMENT.,$,$);",
        "#58=IFCRELAGGREGATES('0000000000000000000058',$,$,$,#22,(#57));",
        "#59=IFCRELCONTAINEDINSPATIALSTRUCTURE('0000000000000000000059',$,$,$,(#54),#57);",
    ]
    read = _read(tmp_path, *lines)
    elements = read.by_global_id("elements")
    storey, building = f"storey:k:{STOREY}", f"building:k:{BUILDING}"
    door, stringer = elements["0000000000000000000052"], elements["0000000000000000000055"]
    assert (door["storey_id"], door["building_id"], door["space_id"]) == (storey, building, None)
    assert json.loads(door["attributes"]) == {"overall_height_m": 2.1, "overall_width_m": 0.9}
    assert stringer["space_id"] == "space:k:0000000000000000000057"
    assert (stringer["storey_id"], stringer["building_id"]) == (storey, building)
    assert read.rows("spaces")[0]["storey_id"] == storey
    assert (read.rows("spaces")[0]["number"], read.rows("spaces")[0]["long_name"]) == ("101", "Office")
    assert "0000000000000000000050" not in elements  # openings are no things
    contains = {(row["from_id"], row["to_id"]) for row in read.rows("relations") if row["kind"] == "contains"}
    assert (storey, f"element:k:{WALL}") in contains
    assert ("element:k:0000000000000000000054", stringer["feature_id"]) in contains


def test_a_ring_of_wholes_ends(tmp_path: Path) -> None:
    lines = [
        _POINT.format(50, "A"),
        _POINT.format(51, "B"),
        "#52=IFCRELAGGREGATES('0000000000000000000052',$,$,$,#50,(#51));",
        "#53=IFCRELAGGREGATES('0000000000000000000053',$,$,$,#51,(#50));",
    ]
    elements = _read(tmp_path, *lines).by_global_id("elements")
    assert elements["0000000000000000000050"]["storey_id"] is None


def test_what_a_system_serves_and_what_a_thermostat_controls(tmp_path: Path) -> None:
    lines = [
        _POINT.format(50, "Thermostat"),
        _POINT.format(51, "Radiator"),
        "#57=IFCDISTRIBUTIONSYSTEM('0000000000000000000057',$,'H1',$,$,'Heating',.HEATING.);",
        "#58=IFCRELREFERENCEDINSPATIALSTRUCTURE('0000000000000000000058',$,$,$,(#57),#21);",
        "#59=IFCRELFLOWCONTROLELEMENTS('0000000000000000000059',$,$,$,(#50),#51);",
    ]
    rows = _read(tmp_path, *lines, schema="IFC4X3_ADD2").rows("relations")
    relations = {(row["from_id"], row["kind"], row["to_id"]) for row in rows if row["kind"] != "contains"}
    assert relations == {
        ("system:k:0000000000000000000057", "serves", f"building:k:{BUILDING}"),
        ("element:k:0000000000000000000050", "controls", "element:k:0000000000000000000051"),
    }


def test_systems_serve_and_ports_feed_along_the_flow(tmp_path: Path) -> None:
    lines = [
        _POINT.format(50, "Pump"),
        _POINT.format(51, "Radiator"),
        "#52=IFCDISTRIBUTIONPORT('0000000000000000000052',$,$,$,$,$,$,.SINK.,$,$);",
        "#53=IFCDISTRIBUTIONPORT('0000000000000000000053',$,$,$,$,$,$,.SOURCE.,$,$);",
        "#54=IFCRELNESTS('0000000000000000000054',$,$,$,#51,(#52));",
        "#55=IFCRELCONNECTSPORTTOELEMENT('0000000000000000000055',$,$,$,#53,#50);",
        "#56=IFCRELCONNECTSPORTS('0000000000000000000056',$,$,$,#52,#53,$);",
        "#57=IFCDISTRIBUTIONSYSTEM('0000000000000000000057',$,'H1',$,$,'Heating',.HEATING.);",
        "#58=IFCRELASSIGNSTOGROUP('0000000000000000000058',$,$,$,(#50,#51),$,#57);",
        "#59=IFCRELSERVICESBUILDINGS('0000000000000000000059',$,$,$,#57,(#21));",
    ]
    read = _read(tmp_path, *lines)
    relations = {(row["from_id"], row["kind"], row["to_id"]) for row in read.rows("relations")}
    pump, radiator = "element:k:0000000000000000000050", "element:k:0000000000000000000051"
    system = "system:k:0000000000000000000057"
    assert (pump, "feeds", radiator) in relations  # the file connects them the other way round
    assert (system, "serves", f"building:k:{BUILDING}") in relations
    assert {(row["system_id"], row["name"], row["feature_id"]) for row in read.rows("systems")} == {
        (system, "Heating", pump),
        (system, "Heating", radiator),
    }
    assert read.by_global_id("elements")["0000000000000000000050"]["system"] == "Heating"


@pytest.mark.parametrize(
    ("lines", "area", "source"),
    [
        ((), 6.0, "computed"),
        (("#60=IFCPROPERTYSINGLEVALUE('Area',$,IFCAREAMEASURE(5.5),$);",), 5.5, "ifc_property"),
    ],
)
def test_area_of_a_space_says_where_it_came_from(
    tmp_path: Path, lines: tuple[str, ...], area: float, source: str
) -> None:
    """The space is the box: a floor of 2 × 3."""
    space = [
        "#57=IFCSPACE('0000000000000000000057',$,'101',$,$,#33,#40,'Office',.ELEMENT.,$,$);",
        "#58=IFCRELAGGREGATES('0000000000000000000058',$,$,$,#22,(#57));",
    ]
    said = [*lines, "#61=" + _SET.format(61, "Dimensions", "#60"), "#62=" + _DEFINES.format(62, "#57", 61)]
    row = _read(tmp_path, *space, *(said if lines else ())).rows("spaces")[0]
    assert (row["area_m2"], row["area_source"]) == (pytest.approx(area), source)
    assert row["height_m"] == pytest.approx(4.0)
    assert row["volume_m3"] == pytest.approx(24.0)


def test_storeys_of_a_building_with_a_basement(tmp_path: Path) -> None:
    lines = [
        "#50=IFCBUILDINGSTOREY('0000000000000000000050',$,'Ground',$,$,#11,$,$,.ELEMENT.,0.);",
        "#51=IFCCARTESIANPOINT((0.,0.,-2.8));",
        "#52=IFCAXIS2PLACEMENT3D(#51,$,$);",
        "#53=IFCLOCALPLACEMENT(#11,#52);",
        "#54=IFCBUILDINGSTOREY('0000000000000000000054',$,'Basement',$,$,#53,$,$,.ELEMENT.,-2.8);",
        "#55=IFCRELAGGREGATES('0000000000000000000055',$,$,$,#21,(#50,#54));",
    ]
    read = _read(tmp_path, *lines)
    rows = {row["name"]: (row["ordinal"], row["elevation_m"], row["height_m"]) for row in read.rows("storeys")}
    assert rows["Basement"] == (-1, pytest.approx(-2.8), pytest.approx(2.8))
    assert rows["Ground"] == (0, pytest.approx(0.0), pytest.approx(3.0))
    assert rows["Level 1"] == (1, pytest.approx(3.0), None)
    building = read.rows("buildings")[0]
    assert (building["storeys_above"], building["storeys_below"]) == (2, 1)
    assert building["height_m"] == pytest.approx(7.0)
    assert building["footprint_area_m2"] == pytest.approx(6.0)


def test_storeys_all_placed_at_one_height_use_their_elevation(tmp_path: Path) -> None:
    lines = [
        "#50=IFCBUILDINGSTOREY('0000000000000000000050',$,'Level 2',$,$,#25,$,$,.ELEMENT.,6.5);",
        "#55=IFCRELAGGREGATES('0000000000000000000055',$,$,$,#21,(#50));",
    ]
    levels = {row["name"]: row["elevation_m"] for row in _read(tmp_path, *lines).rows("storeys")}
    assert levels == {"Level 1": pytest.approx(3.0), "Level 2": pytest.approx(6.5)}


def test_a_repeated_global_id_is_kept_apart_and_said(tmp_path: Path) -> None:
    lines = [f"#50=IFCWALL('{WALL}',$,'Copy',$,$,#25,#40,$,$);"]
    read = _read(tmp_path, *lines)
    ids = sorted(row["feature_id"] for row in read.rows("elements") if row["global_id"] == WALL)
    assert ids == [f"element:k:{WALL}~1", f"element:k:{WALL}~2"]
    assert any("IFC102" in note for note in read.report.notes)
    assert {row["feature_id"] for row in read.rows("instances")} == set(ids)


def test_bodies_of_any_context_are_meshed(tmp_path: Path) -> None:
    """A second model context of the kind that merged files have: the default settings of IfcOpenShell lose it."""
    lines = [
        "#50=IFCGEOMETRICREPRESENTATIONCONTEXT('Merged','Design',3,1.E-05,#4,$);",
        "#51=IFCSHAPEREPRESENTATION(#50,'Facetation','SweptSolid',(#38));",
        "#52=IFCPRODUCTDEFINITIONSHAPE($,$,(#51));",
        "#53=IFCWALL('0000000000000000000053',$,'Other context',$,$,#25,#52,$,$);",
    ]
    read = _read(tmp_path, *lines)
    assert (read.report.found, read.report.meshed) == (2, 2)


def test_terrain_like_elements_go_to_the_terrain_layer(tmp_path: Path) -> None:
    lines = [
        "#50=IFCCARTESIANPOINTLIST3D(((0.,0.,1.),(9.,0.,2.),(0.,9.,4.)));",
        "#51=IFCTRIANGULATEDFACESET(#50,$,.F.,((1,2,3)),$);",
        "#52=IFCSHAPEREPRESENTATION(#6,'Body','Tessellation',(#51));",
        "#53=IFCPRODUCTDEFINITIONSHAPE($,$,(#52));",
        "#54=IFCGEOGRAPHICELEMENT('0000000000000000000054',$,'Hill',$,$,#11,#53,$,.TERRAIN.);",
    ]
    read = _read(tmp_path, *lines)
    ground = read.rows("terrain")[0]
    assert (ground["kind"], ground["lowest_m"], ground["highest_m"]) == ("terrain_mesh", 1.0, 4.0)
    assert ground["feature_id"] in {row["feature_id"] for row in read.rows("instances")}
    assert "0000000000000000000054" not in read.by_global_id("elements")
