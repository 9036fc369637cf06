"""Coordinate tables: which column is east, what a row is, what is not ours to take."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from tests.readers.geo_reading import LOCAL, UBC, run_reader
from twin.crs import CampusFrame
from twin.errors import MissingCrsError, SourceUnreadableError
from twin.readers import load_reader
from twin.readers.gis.coordinate_cells import read_coordinates
from twin.units import METRES_PER_UNIT

FUZHOU = CampusFrame("EPSG:4549", "EPSG:5737")  # CGCS2000, central meridian 120

CLAIMED = ["名称,经度,纬度", "id;X;Y", "code\tlon\tlat", "点号,东坐标,北坐标,高程", "a,LAT,LONG,b", "x,y,z"]
LEFT = [
    "物探点号,X,Y,地面高程",
    "起始点号,终止点号,X,Y",
    "from_id,kind,to_id",
    "datetime,load [kWh]",
    "x0,y0,x1,y1",
    "staff_id,name",
]


@pytest.mark.parametrize(("line", "ours"), [*((one, True) for one in CLAIMED), *((one, False) for one in LEFT)])
def test_what_it_claims(tmp_path: Path, line: str, ours: bool) -> None:
    (tmp_path / "a.csv").write_text(line + "\n", encoding="utf-8")
    assert load_reader("csv_points").supports(tmp_path / "a.csv") == ours


def test_trees_of_the_campus(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "campus/ubc/ubcv_campus_trees.csv"
    seen = load_reader("csv_points").inspect(path)
    assert (seen.layers, seen.options, seen.count, seen.needs_crs) == (
        ("surface",),
        {"surface_class": "tree"},
        9315,
        True,
    )
    with pytest.raises(MissingCrsError):
        run_reader("csv_points", path, tmp_path / "a", UBC, layer="surface")
    said = {"layer": "surface", "crs": "EPSG:4326", "key_column": "TREEID", "options": seen.options}
    found = run_reader("csv_points", path, tmp_path / "b", UBC, **said)
    with path.open(encoding="utf-8-sig", newline="") as file:
        raw = list(csv.DictReader(file))
    assert found.report.found == found.report.kept == len(raw) == 9315
    east, north = Transformer.from_crs(4326, 32610, always_xy=True).transform(
        [float(row["LONG"]) for row in raw], [float(row["LAT"]) for row in raw]
    )
    assert np.abs(shapely.get_coordinates(found.shapes("surface")) - np.column_stack([east, north])).max() < 1e-6
    for n, (ours, theirs) in enumerate(zip(found.rows("surface"), raw, strict=True)):
        assert ours["source_pos"] == f"row {n + 2}"
        assert ours["species"] == (theirs["TAXA"].strip() or None)
        assert ours["height_m"] == (float(theirs["THEIGHT"]) if theirs["THEIGHT"] else None)


def _write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def _one_point(found: np.ndarray) -> tuple[float, float]:
    return float(found[0].x), float(found[0].y)


def test_chinese_x_is_north_when_the_crs_proves_it(tmp_path: Path) -> None:
    # CGCS2000 / 3-degree Gauss-Kruger CM 120E: 2 886 000 north of the equator, 443 000 on the east axis
    path = _write(tmp_path / "a.csv", "设备编码,设备类型,X,Y\nC1,摄像机,2886000.5,443000.25\n", "gb18030")
    found = run_reader(
        "csv_points", path, tmp_path / "out", FUZHOU, layer="devices", crs="EPSG:4549", key_column="设备编码"
    )
    assert _one_point(found.shapes("devices")) == (443000.25, 2886000.5)
    row = found.rows("devices")[0]
    assert (row["device_type"], row["feature_id"]) == ("camera", "device:k:C1")
    assert "a.csv: X is read as north: the other way round the numbers do not fit EPSG:4549" in found.report.notes


def test_east_and_north_by_name(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", "编号,北坐标,东坐标\n1,2886000,443000\n")
    found = run_reader("csv_points", path, tmp_path / "out", FUZHOU, layer="devices", crs="EPSG:4549")
    assert _one_point(found.shapes("devices")) == (443000, 2886000)


@pytest.mark.parametrize(
    ("headings", "crs"), [("经度,纬度", "EPSG:4549"), ("LONG,LAT", "local"), ("东坐标,北坐标", "EPSG:4490")]
)
def test_degrees_in_a_metric_crs_are_refused(tmp_path: Path, headings: str, crs: str) -> None:
    path = _write(tmp_path / "a.csv", f"{headings}\n119.2,26.1\n")
    campus = LOCAL if crs == "local" else FUZHOU
    with pytest.raises(SourceUnreadableError, match="its crs is"):
        run_reader("csv_points", path, tmp_path / "out", campus, layer="devices", crs=crs)


def test_x_and_y_that_prove_nothing_must_be_said(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "terrain_pipes/helsinki_block/table_junctions.csv"
    said = {"layer": "drainage", "crs": "local", "vertical_datum": "local", "key_column": "name"}
    with pytest.raises(SourceUnreadableError, match="axis_order"):
        run_reader("csv_points", path, tmp_path / "a", LOCAL, **said)
    straight = run_reader("csv_points", path, tmp_path / "b", LOCAL, **said, options={"axis_order": "xy"})
    turned = run_reader("csv_points", path, tmp_path / "c", LOCAL, **said, options={"axis_order": "yx"})
    a, b = (shapely.get_coordinates(one.shapes("drainage")) for one in (straight, turned))
    assert (a == b[:, ::-1]).all()
    assert a[0] == pytest.approx([102.57, 107.809])
    assert [row["cover_level_m"] for row in straight.rows("drainage")][:2] == [26.819, 26.865]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    rows = ["A,119.2,26.1,90", "", "B,,26.1,", "C,999,26.1,", "D,0,0,", 'E,"119°12\'36""","26°6\'0""",', " , , , "]
    path = _write(tmp_path / "a.csv", "code,经度,纬度,heading\n" + "\n".join(rows) + "\n")
    found = run_reader(
        "csv_points", path, tmp_path / "out", FUZHOU, layer="devices", crs="EPSG:4490", key_column="code"
    )
    assert found.report.found == 7
    assert found.report.to_dict()["skipped"] == {"blank_row": 2, "bad_coordinates": 3}
    first, second = found.rows("devices")
    assert (first["source_pos"], second["source_pos"]) == ("row 2", "row 7")
    assert first["heading_deg"] == 90
    east, north = Transformer.from_crs(4490, 4549, always_xy=True).transform(119.21, 26.1)
    assert _one_point(found.shapes("devices")[1:]) == pytest.approx((east, north), abs=1e-6)


def test_a_heading_alone_is_an_empty_table(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", "code,经度,纬度\n")
    found = run_reader("csv_points", path, tmp_path / "out", FUZHOU, layer="devices", crs="EPSG:4490")
    assert (found.report.found, found.rows("devices")) == (0, [])


def test_cells_beyond_the_heading_are_kept(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", "lon,lat,lat,\n119.2,26.1,x,y,z\n")
    found = run_reader("csv_points", path, tmp_path / "out", FUZHOU, layer="devices", crs="EPSG:4490")
    assert found.rows("devices")[0]["attributes"] == {"lat (3)": "x", "column 4": "y", "column 5": "z"}


def test_devices_from_xlsx(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "说明"
    sheet.append(["这张表没有坐标"])
    devices = book.create_sheet("设备")
    devices.append(["设备编码", "设备类型", "经度", "纬度", "方位角", "视场角", "安装高度(m)", "备注"])
    devices.append(["CAM-1", "摄像机", 119.2, 26.1, 135, 60.5, 3.5, "门口"])
    devices.append(["SMK-2", "烟感", 119.201, 26.1, None, None, 2.8, None])
    book.save(tmp_path / "a.xlsx")
    assert load_reader("csv_points").supports(tmp_path / "a.xlsx")
    found = run_reader(
        "csv_points",
        tmp_path / "a.xlsx",
        tmp_path / "out",
        FUZHOU,
        layer="devices",
        crs="EPSG:4490",
        key_column="设备编码",
    )
    camera, smoke = found.rows("devices")
    assert (camera["heading_deg"], camera["field_of_view_deg"], camera["mounting_height_m"]) == (135, 60.5, 3.5)
    assert (camera["source_pos"], camera["attributes"]["备注"]) == ("设备!2", "门口")
    assert (smoke["device_type"], smoke["heading_deg"]) == ("smoke", None)


def test_broken_tables_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(SourceUnreadableError) as fault:
        run_reader("csv_points", tmp_path / "a.xlsx", tmp_path / "x", FUZHOU, layer="devices", crs="EPSG:4490")
    assert "\n" not in str(fault.value)
    path = _write(tmp_path / "b.csv", "a,b\n1,2\n")
    with pytest.raises(SourceUnreadableError, match="x_column"):
        run_reader("csv_points", path, tmp_path / "y", FUZHOU, layer="devices", crs="EPSG:4490")


def _trees(tmp_path: Path, text: str, **options: Any) -> tuple[np.ndarray, list[str]]:
    path = _write(tmp_path / "trees.csv", text)
    said = {"layer": "surface", "crs": "EPSG:4549", "vertical_datum": "EPSG:5737", "key_column": "id"}
    found = run_reader(
        "csv_points", path, tmp_path / "out", FUZHOU, options={"surface_class": "tree"} | options, **said
    )
    return found.shapes("surface"), list(found.report.notes)


@pytest.mark.parametrize("separator", [";", ","])
def test_decimal_commas_are_read_and_said(separator: str, tmp_path: Path) -> None:
    rows = [["T0", "423456,78", "2887654,32", "12,5"], ["T1", "423466", "2887664,125", "13,25"]]
    quoted = [[f'"{one}"' if separator == "," else one for one in row] for row in rows]
    text = "\n".join(separator.join(row) for row in [["id", "east", "north", "z"], *quoted])
    shapes, notes = _trees(tmp_path, text)
    expected = [[423456.78, 2887654.32, 12.5], [423466, 2887664.125, 13.25]]
    np.testing.assert_allclose(shapely.get_coordinates(shapes, include_z=True), expected)
    assert sum("decimal points" in one for one in notes) == 3


def test_thousands_are_no_decimals_and_the_first_is_named(tmp_path: Path) -> None:
    text = (
        'id,east,north,z\nT0,423456.78,2887654.32,"1,250"\nT1,"423,466.78",2887664.32,"2,500"\nT2,423476,2887654,1.5\n'
    )
    shapes, notes = _trees(tmp_path, text)
    assert len(shapes) == 2
    assert any("column 'east', the first is row 3: '423,466.78'; they have no place" in one for one in notes)
    assert any("2 rows have no number in column 'z', the first is row 2: '1,250'" in one for one in notes)
    assert not any("decimal points" in one for one in notes)


def test_a_height_that_is_no_number_is_left_out_and_said(tmp_path: Path) -> None:
    text = (
        "id,east,north,z\nT0,423456,2887654,12.5\nT1,423466,2887654,n/a\nT2,423476,2887654,\nT3,423486,2887654,13,5\n"
    )
    shapes, notes = _trees(tmp_path, text)
    assert shapely.has_z(shapes).tolist() == [True, False, False, True]
    assert any("1 rows have no number in column 'z', the first is row 3: 'n/a'" in one for one in notes)
    assert any("1 rows have more cells" in one and "row 5" in one for one in notes)


def test_named_columns_with_swapped_contents_are_not_believed(tmp_path: Path) -> None:
    text = "id,east,north\nT0,2887654.32,423456.78\nT1,2887664.32,423466.78\n"
    with pytest.raises(SourceUnreadableError, match=r"only the other way round, from row 2 on: east 2887654\.32"):
        _trees(tmp_path, text)
    shapes, _ = _trees(tmp_path / "again", text, axis_order="yx")
    np.testing.assert_allclose(shapely.get_coordinates(shapes)[0], [423456.78, 2887654.32])


def test_one_column_proves_the_decimal_commas_of_the_table(tmp_path: Path) -> None:
    text = "id;east;north;z\nT0;423456,780;2887654,320;12,500\nT1;423466,780;2887664,320;13,500\n"
    shapes, notes = _trees(tmp_path, text)
    assert [one.z for one in shapes] == [12.5, 13.5]
    assert sum("decimal points" in one for one in notes) == 3


@pytest.mark.parametrize(
    ("north", "cause"),
    [
        ("2,887,654.32", "thousands are separated"),
        ("2.887.654,32", "thousands are separated"),
        ("2 887 654", "thousands are separated"),
        ("2887654,32", "decimals or thousands?"),  # beside a decimal point
        ("unknown", "they have no place"),
    ],
)
def test_a_coordinate_that_is_no_number_says_why(tmp_path: Path, north: str, cause: str) -> None:
    shapes, notes = _trees(tmp_path, f"id;east;north\nT0;423456.78;2887654.32\nT1;423456.78;{north}\n")
    assert len(shapes) == 1
    assert any(f"the first is row 3: '{north}'" in one and cause in one for one in notes)


def test_x_and_y_without_a_number_are_skipped_with_their_cause(tmp_path: Path) -> None:
    shapes, notes = _trees(tmp_path, "id;X;Y\nT0;423,456.78;2,887,654.32\n")
    assert len(shapes) == 0
    assert sum("thousands are separated" in one for one in notes) == 2


def test_a_height_that_is_no_number_stays_readable(tmp_path: Path) -> None:
    path = _write(tmp_path / "trees.csv", "id,east,north,z\nT0,423456,2887654,12.5\nT1,423466,2887654,n/a\n")
    said = {"layer": "surface", "crs": "EPSG:4549", "vertical_datum": "EPSG:5737"}
    options = {"surface_class": "tree"}
    found = run_reader("csv_points", path, tmp_path / "out", FUZHOU, options=options, **said)
    assert [row["attributes"].get("z") for row in found.rows("surface")] == [None, "n/a"]


GEORGIA = CampusFrame("EPSG:26916", "EPSG:5703")
US_FOOT_M = 1200 / 3937


def _georgia(tmp_path: Path, heading: str, cell: str, **options: object) -> tuple[float, list[str]]:
    path = _write(tmp_path / "trees.csv", f"id,east,north,{heading}\nT0,2230000,1365000,{cell}\n")
    said = {"layer": "surface", "crs": "EPSG:2240", "vertical_datum": "EPSG:5703", "key_column": "id"}
    options = {"surface_class": "tree"} | options
    found = run_reader("csv_points", path, tmp_path / "out", GEORGIA, options=options, **said)
    return float(found.shapes("surface")[0].z), [one for one in found.report.notes if "taken as metres" in one]


@pytest.mark.parametrize(
    ("heading", "options", "metres"),
    [
        ("z_ft", {}, 0.3048),
        ("elev_ft", {}, 0.3048),
        ("z (us-ft)", {}, US_FOOT_M),
        ("高程(米)", {}, 1.0),
        ("z", {"vertical_unit": "us-ft"}, US_FOOT_M),
        ("z", {"vertical_unit": "m"}, 1.0),
        ("z", {"units": {"z": "ft"}}, 0.3048),
        ("z_ft", {"vertical_unit": "us-ft"}, US_FOOT_M),  # campus.toml goes before the heading
    ],
)
def test_heights_in_the_unit_that_is_stated(
    tmp_path: Path, heading: str, options: dict[str, object], metres: float
) -> None:
    z, notes = _georgia(tmp_path, heading, "1000", **options)
    assert z == pytest.approx(1000 * metres, rel=1e-12)
    assert notes == []


def test_heights_of_unknown_unit_beside_a_plane_in_feet_are_said(tmp_path: Path) -> None:
    z, notes = _georgia(tmp_path, "z", "1000")
    assert z == 1000
    assert len(notes) == 1
    assert "trees.csv" in notes[0]
    assert "options.vertical_unit" in notes[0]


def test_a_cell_with_a_unit_of_its_own_is_converted_once(tmp_path: Path) -> None:
    z, _ = _georgia(tmp_path, "z_ft", "300 m", vertical_unit="us-ft")
    assert z == 300


def test_a_height_in_a_unit_that_is_no_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadableError, match="no length"):
        _georgia(tmp_path, "z (度)", "12")


@pytest.mark.parametrize(
    ("east", "north", "options"),
    [
        ("东坐标(mm)", "北坐标(毫米)", {}),
        ("east_cm", "north [cm]", {"units": {"east_cm": "mm", "north [cm]": "mm"}}),
    ],
)
def test_coordinates_in_the_unit_of_their_heading(
    tmp_path: Path, east: str, north: str, options: dict[str, Any]
) -> None:
    shapes, _ = _trees(tmp_path, f"id,{east},{north}\nT0,423456780,2887654320\n", **options)
    np.testing.assert_allclose(shapely.get_coordinates(shapes), [[423456.78, 2887654.32]])


def test_a_coordinate_in_a_unit_its_crs_does_not_count_in_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadableError, match=r"column '东坐标\(deg\)' says deg, which EPSG:4549 does not"):
        _trees(tmp_path, "id,东坐标(deg),北坐标\nT0,423456.78,2887654.32\n")


def test_coordinates_off_the_earth_are_a_wrong_unit_and_a_stray_one_is_skipped(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadableError, match=r"reach 2\.888e\+09 in EPSG:4549.*are they millimetres"):
        _trees(tmp_path, "id,east,north\nT0,423456780,2887654320\nT1,423456780,2887654320\n")
    rows = "T0,423456780,2887654320\nT1,423456.78,2887654.32\nT2,423457.78,2887654.32\n"
    shapes, notes = _trees(tmp_path / "b", f"id,east,north\n{rows}")
    assert len(shapes) == 2
    assert any("bad_coordinates: row 2" in one for one in notes)


@given(
    number=st.floats(-1e6, 1e6).map(lambda one: round(one, 3)),
    unit=st.sampled_from(["m", "mm", "ft", "us-ft"]),
    as_text=st.booleans(),
)
def test_a_column_converts_as_its_unit_does(number: float, unit: str, as_text: bool) -> None:
    cell = f"{number:.3f}" if as_text else number
    [read] = read_coordinates([[cell, None]], [METRES_PER_UNIT[unit]])
    assert read.numbers[0] == pytest.approx(number * METRES_PER_UNIT[unit], rel=1e-12)
    assert np.isnan(read.numbers[1])
