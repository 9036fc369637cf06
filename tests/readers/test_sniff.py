"""What a file is, from its first bytes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from twin.readers import sniff

JSON = {
    "campus/cityjson/DH_01_subs.city.json": "cityjson",
    "campus/buildings_formats/buildings_test.geojson": "geojson",
    "campus/ubc/ubcv_buildings.geojson": "geojson",
    "pipes/schutterwald/gas_net_schutterwald_1bar.json": "pandapipes",
    "pipes/schutterwald/sw_heat.json": "pandapipes",
    "pipes/schutterwald/lv_schutterwald.json": "pandapower",
}
INP = {
    "pipes/epanet/Net3.inp": "epanet",
    "pipes/ltown/L-TOWN.inp": "epanet",
    "malformed/epanet/Net1broken.inp": "epanet",
    "pipes/swmm/Example1b.inp": "swmm",
    "pipes/bellinge/BellingeSWMM_v021_nopervious.inp": "swmm",
    "malformed/swmm/alt_test3.inp": "swmm",
}


@pytest.mark.parametrize(("file", "kind"), JSON.items())
def test_json_files_are_told_apart(shared_data: Path, file: str, kind: str) -> None:
    assert sniff.json_type(shared_data / file) == kind


@pytest.mark.parametrize(("file", "kind"), INP.items())
def test_epanet_and_swmm_are_told_apart(shared_data: Path, file: str, kind: str) -> None:
    assert sniff.inp_type(shared_data / file) == kind


def test_other_json_and_no_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"answer": 42}')
    (tmp_path / "b.json").write_text("answer: 42")
    assert sniff.json_type(tmp_path / "a.json") == "other"
    assert sniff.json_type(tmp_path / "b.json") is None
    assert sniff.json_type(tmp_path / "absent.json") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_headings_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("\n编号;经度;纬度\n1;119.2;26.1\n".encode(encoding))
    assert sniff.csv_headings(file) == ("编号", "经度", "纬度")


def test_text_cut_inside_a_character_is_still_utf8() -> None:
    whole = "管线".encode()
    assert sniff.encoding_of(whole[:-1]) == "utf-8-sig"
    assert sniff.decode(whole[:-1]) == "管"


def test_binary_files_have_no_headings(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\x00\x01\x02,\x00\n")
    assert sniff.csv_headings(tmp_path / "a.csv") == ()


def test_root_of_xml_behind_declaration_comment_and_doctype(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text('<?xml version="1.0"?><!-- <no/> --><!DOCTYPE x [<!ENTITY a "b">]><p:Model xmlns:p="urn:x" v="1"/>')
    assert sniff.xml_root(file) == ("urn:x", "Model")
    file.write_text("no xml")
    assert sniff.xml_root(file) is None


def test_xlsx_headings_agree_with_openpyxl(shared_data: Path) -> None:
    path = shared_data / "pipes/ltown/Leak_p257.xlsx"
    book = openpyxl.load_workbook(path, read_only=True)
    expected = {
        sheet.title: tuple(str(cell) for cell in next(sheet.iter_rows(max_row=1, values_only=True)) if cell is not None)
        for sheet in book
    }
    book.close()
    assert sniff.xlsx_headings(path) == expected


def test_xlsx_headings_written_here(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "点表"
    sheet.append([])
    sheet.append(["物探点号", "X", "Y"])
    book.save(tmp_path / "a.xlsx")
    assert sniff.xlsx_headings(tmp_path / "a.xlsx") == {"点表": ("物探点号", "X", "Y")}
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 broken")
    assert sniff.xlsx_headings(tmp_path / "b.xlsx") == {}


def test_only_the_beginning_is_read(tmp_path: Path) -> None:
    file = tmp_path / "big.json"
    with file.open("wb") as out:
        out.write(b'{"type": "FeatureCollection", "features": [')
        out.seek(1 << 34)  # a sparse file of 16 GiB
        out.write(b"]}")
    assert sniff.json_type(file) == "geojson"
