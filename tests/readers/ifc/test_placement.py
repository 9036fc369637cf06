"""Where models land: PCERT in millimetres, US survey feet, rotation, placements, and conversions that contradict."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ifcopenshell
import numpy as np
import pytest
import shapely
from ifcopenshell.util.placement import get_local_placement
from ifcopenshell.util.unit import calculate_unit_scale
from pyproj import Transformer

from tests.readers.ifc.conftest import LOCAL, Outcome, read_ifc
from tests.readers.ifc.models import METRE, MILLIMETRE, SURVEY_FOOT, WALL, box_model, map_conversion
from twin.crs import CampusFrame
from twin.crs.datum_shift import DatumShift
from twin.crs.helmert import ControlPoint, SevenParameters
from twin.errors import (
    BadPlacementError,
    ControlPointsMisfitError,
    CrsConflictError,
    DatumMismatchError,
    MissingCrsError,
    MissingVerticalDatumError,
    NoTransformError,
    PlacementBeforeShiftError,
    TwinError,
)
from twin.readers.base import Placement
from twin.readers.ifc import IfcReader
from twin.readers.ifc.placement import Placements

FUZHOU = CampusFrame("EPSG:4549", "EPSG:5737")
UTM60S = CampusFrame("EPSG:32760", "local")
Read = Callable[..., Outcome]


def _read(text: str, folder: Path, campus: CampusFrame = FUZHOU, **options: Any) -> Outcome:
    path = folder / "model.ifc"
    path.write_text(text)
    return read_ifc(path, folder / "out", campus, **options)


def _box(read: Outcome) -> np.ndarray[Any, Any]:
    """(2, 3): lowest and highest corner of the one wall."""
    corners = read.bodies()[f"element:k:{WALL}"].reshape(-1, 3)
    return np.stack([corners.min(axis=0), corners.max(axis=0)])


# --- real files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Architecture", "Hvac", "Structural", "Landscaping"])
def test_the_parts_of_the_pcert_house_share_a_place(ifc_read: Read, shared_data: Path, name: str) -> None:
    """Map coordinates are millimetres: 729013348.83 is E 729013 in UTM 60S."""
    path = shared_data / f"ifc/pcert_scene/Building-{name}.ifc"
    read = ifc_read(path, campus=UTM60S, vertical_datum="local")
    elements = [row for row in read.rows("elements") + read.rows("terrain") if row["geometry"] is not None]
    house = [row for row in elements if "geo" not in (row["name"] or "").lower() and row["kind"] != "site"]
    middle = shapely.get_coordinates(shapely.centroid(shapely.from_wkb([row["geometry"] for row in house]))).mean(0)
    assert middle == pytest.approx([729011.0, 9064000.0], abs=8.0)
    assert read.georeference["method"] == "map_conversion"
    assert read.georeference["rotation_deg"] == pytest.approx(60.0)


def test_the_bridges_have_their_own_conversion_into_the_same_scene(ifc_read: Read, shared_data: Path) -> None:
    read = ifc_read(shared_data / "ifc/pcert_scene/Infra-Bridge.ifc", campus=UTM60S, vertical_datum="local")
    assert len(read.rows("buildings")) == 3
    for row in read.rows("buildings"):
        west, south, east, north = shapely.from_wkb(row["geometry"]).bounds
        assert 729010 < west < east < 729060
        assert 9063980 < south < north < 9064020
    assert read.georeference["rotation_deg"] == 0.0


def test_height_of_the_map_conversion_counts_in_map_units(ifc_read: Read, shared_data: Path) -> None:
    """OrthogonalHeight is 1300 mm; the ground floor is placed at 0 of the project."""
    read = ifc_read(shared_data / "ifc/pcert_scene/Building-Architecture.ifc", campus=UTM60S, vertical_datum="local")
    assert read.rows("storeys")[0]["elevation_m"] == pytest.approx(1.3)


def test_survey_feet_land_in_georgia(ifc_read: Read, shared_data: Path) -> None:
    """EPSG:2240 counts US survey feet, the campus EPSG:26967 metres of the same zone: pyproj is the witness."""
    path = shared_data / "ifc/ifc4x3/pass-grf005-unit_conversion_factor.ifc"
    read = ifc_read(path, campus=CampusFrame("EPSG:26967", "local"), vertical_datum="local")
    ground = read.rows("terrain")[0]
    west, south, *_ = shapely.from_wkb(ground["geometry"]).bounds
    origin = Transformer.from_crs("EPSG:2240", "EPSG:26967", always_xy=True).transform(1920390.0, 1813871.0)
    assert math.dist(origin, (west, south)) < 2000
    assert 200 < ground["lowest_m"] < ground["highest_m"] < 270


@pytest.mark.parametrize("name", ["duplex/Duplex_A_20110907.ifc", "pcert_scene/Infra-Bridge.ifc"])
def test_placement_chains_agree_with_ifcopenshell(shared_data: Path, name: str) -> None:
    model = ifcopenshell.open(str(shared_data / "ifc" / name))
    unit_m = calculate_unit_scale(model)
    placements = Placements(unit_m)
    for product in model.by_type("IfcProduct"):
        if product.ObjectPlacement:
            witness = np.array(get_local_placement(product.ObjectPlacement))
            witness[:3, 3] *= unit_m
            ours = placements.of(product)
            assert ours is not None
            assert np.abs(ours - witness).max() < 1e-12


def test_millimetres_of_the_sample_house(ifc_read: Read, shared_data: Path) -> None:
    read = ifc_read(shared_data / "ifc/samplehouse/SampleHouse4.ifc")
    living = next(row for row in read.rows("spaces") if row["long_name"] == "Living room")
    assert living["area_m2"] == pytest.approx(51.9948, abs=1e-3)
    assert living["height_m"] == pytest.approx(2.5)
    assert shapely.from_wkb(living["geometry"]).area == pytest.approx(51.9948, rel=0.02)
    assert read.georeference["method"] == "unplaced"


# --- written by hand -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("unit", "metres"), [(METRE, 1.0), (MILLIMETRE, 1e-3), (SURVEY_FOOT, 1200 / 3937)])
def test_lengths_become_metres(tmp_path: Path, unit: str, metres: float) -> None:
    """The box is 2 × 3 × 4 units around (10, 20, 3)."""
    read = _read(box_model(unit=unit), tmp_path, LOCAL)
    np.testing.assert_allclose(_box(read), np.array([[9, 18.5, 3], [11, 21.5, 7]]) * metres, atol=1e-9)
    wall = read.by_global_id("elements")[WALL]
    assert wall["volume_m3"] == pytest.approx(24 * metres**3)
    assert wall["surface_m2"] == pytest.approx(52 * metres**2)
    assert read.rows("storeys")[0]["elevation_m"] == pytest.approx(3 * metres)


def test_map_conversion_turns_and_shifts(tmp_path: Path) -> None:
    """XAxis (0, 1) is a quarter turn to the left: local x points north."""
    read = _read(box_model(*map_conversion(axis=(0.0, 1.0))), tmp_path)
    low, high = _box(read)
    np.testing.assert_allclose(low, [429563 - 21.5, 2885887 + 9, 15], atol=1e-6)
    np.testing.assert_allclose(high, [429563 - 18.5, 2885887 + 11, 19], atol=1e-6)
    assert read.rows("storeys")[0]["elevation_m"] == pytest.approx(15.0)


@pytest.mark.parametrize(
    ("scale", "map_unit", "east"),
    [
        ("$", "#1", 429563000.0),  # PCERT: both in millimetres
        ("1.", "$", 429563000.0),  # the default map unit is the project's
        ("0.001", "$", 429563.0),  # the scale says metres
        ("0.001", "#95", 429563.0),  # and so does the unit
        ("1.", "#95", 429563.0),  # exporters that leave the scale at 1
    ],
)
def test_units_of_a_map_conversion_in_millimetres(tmp_path: Path, scale: str, map_unit: str, east: float) -> None:
    factor = 429563.0 / east
    lines = map_conversion(east=east, north=2885887.0 / factor, height=12.0 / factor, scale=scale, map_unit=map_unit)
    text = box_model("#95=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);", *lines, unit=MILLIMETRE)
    low, _ = _box(_read(text, tmp_path))
    np.testing.assert_allclose(low, [429563.009, 2885887.0185, 12.003], atol=1e-6)


def test_map_coordinates_in_forgotten_metres_are_an_error(tmp_path: Path) -> None:
    """Eastings of 429563 in a millimetre project without a map unit: 430 m by the standard, Fuzhou in metres."""
    text = box_model(*map_conversion(scale="1."), unit=MILLIMETRE)
    with pytest.raises(BadPlacementError, match="map_unit"):
        _read(text, tmp_path)
    low, _ = _box(_read(text, tmp_path, options={"map_unit": "m"}))
    np.testing.assert_allclose(low[:2], [429563.009, 2885887.0185], atol=1e-6)


def test_a_scale_that_is_no_maps_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadPlacementError, match="Scale 7"):
        _read(box_model(*map_conversion(scale="7.")), tmp_path)


def test_a_map_scale_is_kept(tmp_path: Path) -> None:
    low, high = _box(_read(box_model(*map_conversion(scale="0.9996")), tmp_path))
    np.testing.assert_allclose(high[:2] - low[:2], [2 * 0.9996, 3 * 0.9996], atol=1e-9)
    assert high[2] - low[2] == pytest.approx(4.0)  # heights are not scaled


def test_property_sets_place_ifc2x3(tmp_path: Path) -> None:
    lines = [
        "#60=IFCPROPERTYSINGLEVALUE('Eastings',$,IFCLENGTHMEASURE(429563.),$);",
        "#61=IFCPROPERTYSINGLEVALUE('Northings',$,IFCLENGTHMEASURE(2885887.),$);",
        "#62=IFCPROPERTYSINGLEVALUE('OrthogonalHeight',$,IFCLENGTHMEASURE(12.),$);",
        "#63=IFCPROPERTYSET('0000000000000000000063',$,'ePSet_MapConversion',$,(#60,#61,#62));",
        "#64=IFCPROPERTYSINGLEVALUE('Name',$,IFCLABEL('EPSG:4549'),$);",
        "#65=IFCPROPERTYSINGLEVALUE('VerticalDatum',$,IFCLABEL('EPSG:5737'),$);",
        "#66=IFCPROPERTYSET('0000000000000000000066',$,'ePSet_ProjectedCRS',$,(#64,#65));",
        "#67=IFCRELDEFINESBYPROPERTIES('0000000000000000000067',$,$,$,(#20),#63);",
        "#68=IFCRELDEFINESBYPROPERTIES('0000000000000000000068',$,$,$,(#20),#66);",
    ]
    read = _read(box_model(*lines, schema="IFC2X3"), tmp_path)
    np.testing.assert_allclose(_box(read)[0], [429572, 2885905.5, 15], atol=1e-6)
    assert read.georeference["method"] == "map_conversion"


def test_rigid_operation_shifts(tmp_path: Path) -> None:
    lines = (
        "#80=IFCPROJECTEDCRS('EPSG:4549',$,$,'EPSG:5737',$,$,$);",
        "#81=IFCRIGIDOPERATION(#5,#80,IFCLENGTHMEASURE(429563.),IFCLENGTHMEASURE(2885887.),12.);",
    )
    read = _read(box_model(*lines, schema="IFC4X3_ADD2"), tmp_path)
    np.testing.assert_allclose(_box(read)[0], [429572, 2885905.5, 15], atol=1e-6)


def test_another_zone_is_transformed(tmp_path: Path) -> None:
    """The same point of the earth by the zone with prefix (EPSG:4528, false easting 40 500 000)."""
    read = _read(box_model(*map_conversion("EPSG:4528", east=40429563.0)), tmp_path)
    np.testing.assert_allclose(_box(read)[0], [429572, 2885905.5, 15], atol=1e-4)


def test_placement_of_campus_toml_wins(tmp_path: Path) -> None:
    placement = Placement(start=(10.0, 20.0, 3.0), end=(430000.0, 2886000.0, 50.0), rotation_deg=90.0)
    read = _read(box_model(*map_conversion()), tmp_path, placement=placement)
    np.testing.assert_allclose(_box(read), [[429998.5, 2885999, 50], [430001.5, 2886001, 54]], atol=1e-6)
    assert read.georeference["method"] == "placement"


def test_control_points_place_and_report_their_residuals(tmp_path: Path) -> None:
    points = tuple(
        ControlPoint(start, end)
        for start, end in (
            ((0.0, 0.0, 0.0), (430000.0, 2886000.0, 50.0)),
            ((100.0, 0.0, 0.0), (430000.0, 2886100.0, 50.0)),
            ((0.0, 100.0, 0.0), (429900.0, 2886000.03, 50.0)),
        )
    )
    read = _read(box_model(), tmp_path, placement=Placement(control_points=points))
    np.testing.assert_allclose(_box(read)[0], [429978.5, 2886009, 53], atol=0.05)
    assert read.georeference["method"] == "control_points"
    assert 0 < max(read.georeference["residuals_m"]) < 0.03


BUREAU = SevenParameters(15.8, -154.4, -82.3, 0.31, -0.22, 1.14, -4.2)
GRID = "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0"
TO_CAMPUS = (
    f"+proj=pipeline +step +inv {GRID} +ellps=krass +step +proj=cart +ellps=krass +step {BUREAU.pipeline()} "
    f"+step +inv +proj=cart +a=6378137 +rf=298.257222101 +step {GRID} +a=6378137 +rf=298.257222101"
)


@pytest.mark.parametrize(
    ("how", "lines", "more"),
    [
        ("map_conversion", map_conversion("EPSG:2437"), {}),
        ("datum_shift", (), {"crs": "EPSG:2437", "vertical_datum": "EPSG:5737"}),
        ("placement", (), {"crs": "EPSG:2437", "placement": Placement(end=(429563.0, 2885887.0, 12.0))}),
    ],
)
def test_a_model_in_the_grid_of_another_datum(
    how: str, lines: tuple[str, ...], more: dict[str, Any], tmp_path: Path
) -> None:
    """By its map conversion, by grid coordinates of its own, by a placement: each leads to Beijing 1954, then on."""
    text = box_model(*lines)
    if how == "datum_shift":
        text = text.replace("IFCCARTESIANPOINT((10.,20.,0.))", "IFCCARTESIANPOINT((429573.,2885907.,12.))")
    read = _read(text, tmp_path, datum_shift=DatumShift(BUREAU, height_m=15.0), **more)
    low, high = _box(read)
    east, north, _ = Transformer.from_pipeline(TO_CAMPUS).transform([429572, 429574], [2885905.5, 2885908.5], [15, 15])
    np.testing.assert_allclose([low[:2], high[:2]], np.column_stack([east, north]), atol=1e-3)
    assert (low[2], high[2]) == pytest.approx((15, 19), abs=1e-6)
    assert read.georeference["method"] == how
    assert read.georeference["datum_shift"]["parameters"]["scale_ppm"] == -4.2


def test_a_shift_needs_to_know_from_where(tmp_path: Path) -> None:
    shift = DatumShift(BUREAU, height_m=15.0)
    with pytest.raises(MissingCrsError):
        _read(box_model(), tmp_path, datum_shift=shift)
    with pytest.raises(PlacementBeforeShiftError, match="must count metres"):
        _read(box_model(), tmp_path, datum_shift=shift, crs="EPSG:4214", placement=Placement(end=(119.3, 26.0, 1.0)))
    plane = Placement(end=(429563.0, 2885887.0, 12.0), crs="EPSG:4549")
    with pytest.raises(BadPlacementError, match=r"take placement\.crs out"):
        _read(box_model(), tmp_path, datum_shift=shift, crs="EPSG:2437", placement=plane)


@pytest.mark.parametrize(
    ("what", "end"),
    [
        ("a point ten metres off", (429900.0, 2886010.0, 50.0)),
        ("a height five metres off", (429900.0, 2886000.0, 55.0)),
        ("east and north swapped", (2886000.0, 429900.0, 50.0)),
    ],
)
def test_control_points_that_do_not_fit_are_refused(what: str, end: tuple[float, ...], tmp_path: Path) -> None:
    points = tuple(
        ControlPoint(start, to)
        for start, to in (
            ((0.0, 0.0, 0.0), (430000.0, 2886000.0, 50.0)),
            ((100.0, 0.0, 0.0), (430000.0, 2886100.0, 50.0)),
            ((0.0, 100.0, 0.0), end),
        )
    )
    with pytest.raises(ControlPointsMisfitError) as fault:
        _read(box_model(), tmp_path, placement=Placement(control_points=points))
    assert len(fault.value.text("en").splitlines()) == 1, what
    assert "tolerance_m" in fault.value.text("zh")
    wide = Placement(control_points=points, tolerance_m=1e8)
    read = _read(box_model(), tmp_path, placement=wide)
    assert max(map(abs, (*read.georeference["residuals_m"], *read.georeference["height_residuals_m"]))) > 1.0


def test_site_latitude_alone_places_nothing(tmp_path: Path) -> None:
    text = box_model(without="#20=").replace(
        "#21=IFCBUILDING(",
        "#20=IFCSITE('0000000000000000000020',$,'Site',$,$,#11,$,$,.ELEMENT.,(26,4,48,0),(119,17,45,600000),5.,$,$);\n"
        "#21=IFCBUILDING(",
        1,
    )
    read = _read(text, tmp_path)
    np.testing.assert_allclose(_box(read)[0], [9, 18.5, 3], atol=1e-9)
    assert read.georeference["method"] == "unplaced"
    assert any("26.08000, 119.29600" in note and "not used" in note for note in read.report.notes)


@pytest.mark.parametrize(
    ("lines", "options", "error"),
    [
        (map_conversion(vertical="$"), {}, MissingVerticalDatumError),
        (map_conversion(vertical="'EPSG:5705'"), {}, DatumMismatchError),
        (map_conversion(), {"crs": "EPSG:32650"}, CrsConflictError),
        (map_conversion(), {"campus": LOCAL, "height_offset_m": 0.0}, NoTransformError),
    ],
)
def test_what_a_conversion_leaves_open_is_asked(
    tmp_path: Path, lines: tuple[str, str], options: dict[str, Any], error: type[TwinError]
) -> None:
    with pytest.raises(error) as caught:
        _read(box_model(*lines), tmp_path, **options)
    assert "model.ifc" in str(caught.value)


def test_outside_the_area_of_use_is_said(tmp_path: Path) -> None:
    read = _read(box_model(*map_conversion(east=429563.0, north=12.0)), tmp_path)
    assert any("outside the area of use of EPSG:4549" in note for note in read.report.notes)


def test_inspection_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.ifc"
    path.write_text(box_model(*map_conversion()))
    placed = IfcReader().inspect(path)
    assert (placed.crs, placed.vertical_datum, placed.unplaced, placed.count) == ("EPSG:4549", "EPSG:5737", False, 1)
    path.write_text(box_model())
    bare = IfcReader().inspect(path)
    assert (bare.crs, bare.unplaced, bare.needs_crs) == (None, True, False)
    assert any("placement" in note for note in bare.notes)


def test_campus_toml_answers_for_a_crs_that_does_not_exist(tmp_path: Path) -> None:
    read = _read(box_model(*map_conversion("EPSG:1234")), tmp_path, crs="EPSG:4549")
    np.testing.assert_allclose(_box(read)[0], [429572, 2885905.5, 15], atol=1e-6)
    assert any("EPSG:1234" in note and "campus.toml's crs was used" in note for note in read.report.notes)


def test_campus_toml_answers_for_a_datum_that_is_none(tmp_path: Path) -> None:
    lines = map_conversion(vertical="'EPSG:4549'")
    read = _read(box_model(*lines), tmp_path, height_offset_m=2.5)
    assert _box(read)[0][2] == pytest.approx(17.5)
    assert any("GRF007" in note for note in read.report.notes)


def test_given_crs_means_that_coordinates_are_map_coordinates(tmp_path: Path) -> None:
    """A model drawn at its map coordinates, in feet, for a CRS that counts US survey feet."""
    text = box_model(unit=SURVEY_FOOT).replace("((10.,20.,0.))", "((1920390.,1813871.,0.))")
    campus = CampusFrame("EPSG:26967", "local")
    read = _read(text, tmp_path, campus, crs="EPSG:2240", vertical_datum="local")
    witness = Transformer.from_crs("EPSG:2240", "EPSG:26967", always_xy=True).transform(1920390.0, 1813871.0)
    np.testing.assert_allclose(_box(read).mean(axis=0)[:2], witness, atol=1e-3)
    assert read.georeference["method"] == "crs"


def test_a_frame_of_the_context_is_said(tmp_path: Path) -> None:
    text = box_model("#70=IFCAXIS2PLACEMENT3D(#31,$,$);", *map_conversion()).replace("1.E-05,#4,$", "1.E-05,#70,$")
    assert any("WorldCoordinateSystem" in note for note in _read(text, tmp_path).report.notes)
