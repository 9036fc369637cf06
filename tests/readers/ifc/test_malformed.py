"""Every broken model ends in one line; where a verdict is known, the line names that rule."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.readers.ifc.conftest import read_ifc
from tests.readers.ifc.models import WALL, box_model
from twin.crs import CampusFrame
from twin.errors import (
    BadPlacementError,
    SourceUnreadableError,
    TwinError,
    UnknownCrsError,
    UnsupportedSchemaError,
)
from twin.readers.ifc import IfcReader

Verdict = type[TwinError] | str
# rule by the name of the file: an error, or what a note says
BY_NAME: dict[str, tuple[Verdict, str]] = {
    "cyclic-placement.ifc": ("note", "placement #22 depends on itself"),
    "missing-placement.ifc": ("note", "placement #22 refers to something that is not in the file"),
    "unterminated-string.ifc": (SourceUnreadableError, "STEP"),
    "InvalidNan.ifcxml": (UnsupportedSchemaError, "ifcXML"),
    "fail-grf001-ifcmapconversion_ifcmapconversion_non_identical.ifc": (BadPlacementError, "GRF001"),
    "fail-grf001-ifcmapconversion_none.ifc": ("note", "GRF001"),
    "fail-grf002-invalid_epsg_code.ifc": (UnknownCrsError, "GRF002"),
    "fail-grf002-invalid_epsg_code_invalid_string.ifc": (UnknownCrsError, "GRF002"),
    "fail-grf003-scenario01-building_without_georeferencing.ifc": ("note", "GRF003"),
    "fail-grf004-invalid_epsg_code.ifc": (UnknownCrsError, "GRF004"),
    "fail-grf004-invalid_epsg_code_ifc4.ifc": (UnknownCrsError, "GRF004"),
    "fail-grf006-absent_epsg_and_wkt.ifc": (UnknownCrsError, "GRF006"),
    "fail-grf006-valid_wkt_specification_wrong_name.ifc": ("note", "GRF006"),
    "fail-grf007-invalid_vertical_epsg.ifc": (UnknownCrsError, "GRF007"),
    "fail-grf007-invalid_vertical_espg_ifc4.ifc": (UnknownCrsError, "GRF007"),
    "fail-grf008-incorrect_first_coordinate.ifc": (BadPlacementError, "GRF008"),
    "fail-grf008-incorrect_second_coordinate.ifc": (BadPlacementError, "GRF008"),
    "fail-gem052-invalid_starting_characters_ifc4x3_add2_ifcsite.ifc": ("note", "IFC101"),
    "UT_GeoRef_1.ifc": (UnsupportedSchemaError, "IFC4X3_RC1"),
    "UT_Tin_ifcMapConversion_to_place_in_MGA_56.ifc": (UnsupportedSchemaError, "IFC4X3_RC1"),
    "UT_Tin_in_MGA_56.ifc": (UnsupportedSchemaError, "IFC4X3_RC1"),
}
DATUMS = {"grf006": "EPSG:5214", "grf001-ifcmapconversion_none": "EPSG:5783"}
CRS = {"grf006": "EPSG:32633"}


def _files(shared_data: Path) -> list[Path]:
    folders = [shared_data / "malformed" / name for name in ("ifc", "ifc_rules", "ifc_unsupported_schema")]
    return sorted(one for folder in folders for one in folder.iterdir())


def _verdict(path: Path) -> tuple[Verdict, str]:
    if path.name in BY_NAME:
        return BY_NAME[path.name]
    assert path.name.startswith("fail-")
    return "note", path.name.split("-")[1].upper()  # fail-gem111-… -> GEM111


def _options(path: Path) -> dict[str, object]:
    """Read it as a campus would that has what the file needs: no answer of ours may hide the verdict."""
    if "grf" not in path.name or "grf003" in path.name:
        return {}
    name = next((one for one in DATUMS if one in path.name), "")
    frame = CampusFrame("EPSG:3857", DATUMS.get(name, "EPSG:5783"))
    if name == "grf006":
        frame = CampusFrame("EPSG:3065", "EPSG:5214")
    return {"campus": frame, **({"vertical_datum": "EPSG:5783"} if "none" in path.name else {})}


def test_every_broken_model_ends_in_its_verdict(shared_data: Path, tmp_path: Path) -> None:
    files = _files(shared_data)
    assert len(files) > 45
    wrong = []
    for path in files:
        verdict, words = _verdict(path)
        try:
            read = read_ifc(path, tmp_path / path.stem, **_options(path))  # type: ignore[arg-type]
        except TwinError as fault:
            said, right = str(fault), isinstance(verdict, type) and isinstance(fault, verdict)
        else:
            said, right = " | ".join(read.report.notes), verdict == "note"
        one_line = "\n" not in said and "Traceback" not in said
        if not (right and words in said and path.name in said and one_line):
            wrong.append(f"{path.name}: wanted {words}, got {said}")
    assert not wrong, "\n".join(wrong)


def test_inspecting_them_ends_in_a_count_or_one_line(shared_data: Path) -> None:
    reader = IfcReader()
    said = {}
    for path in _files(shared_data):
        assert reader.supports(path)
        try:
            said[path.name] = str(reader.inspect(path).count)
        except TwinError as fault:
            said[path.name] = str(fault)
    assert all(text.isdigit() or name in text for name, text in said.items())
    assert sum(text.isdigit() for text in said.values()) > 30


@pytest.mark.parametrize("kept", [0.1, 0.4, 0.7, 0.95])
def test_a_cut_model_is_one_line(shared_data: Path, tmp_path: Path, kept: float) -> None:
    """IfcOpenShell reads what is left of a delivery that broke off, without a word; we refuse it in one line."""
    raw = (shared_data / "ifc/bim_whale/SimpleWall.ifc").read_bytes()
    path = tmp_path / "cut.ifc"
    path.write_bytes(raw[: int(len(raw) * kept)])
    with pytest.raises(SourceUnreadableError) as caught:
        read_ifc(path, tmp_path / "out")
    assert "cut.ifc" in str(caught.value)


@pytest.mark.parametrize(
    ("without", "words"),
    [
        ("#32=", "placement #33 refers to something that is not in the file"),
        ("#25=", "placement #33 refers to something that is not in the file"),
        ("#36=", "1 entities refer to things that are not in the file (#38 → #36)"),
    ],
)
def test_a_lost_reference_is_said_and_never_placed_by_guess(tmp_path: Path, without: str, words: str) -> None:
    """IfcOpenShell reads a lost placement as "none" and puts the wall at the origin."""
    path = tmp_path / "model.ifc"
    path.write_text(box_model(without=without))
    read = read_ifc(path, tmp_path / "out")
    assert (read.report.found, read.report.kept, read.report.meshed) == (1, 1, 0)
    assert any(words in note for note in read.report.notes)
    wall = read.by_global_id("elements")[WALL]
    assert (wall["geometry"] is None) == ("placement" in words)


def test_a_subcontext_without_its_context_is_refused(tmp_path: Path) -> None:
    """The geometry engine of IfcOpenShell dies of it."""
    path = tmp_path / "model.ifc"
    path.write_text(box_model(without="#5="))
    with pytest.raises(SourceUnreadableError, match="sub-context #6"):
        read_ifc(path, tmp_path / "out")


@pytest.mark.parametrize("seed", range(25))
def test_models_with_lost_lines_never_raise_anything_else(shared_data: Path, tmp_path: Path, seed: int) -> None:
    lines = (shared_data / "ifc/bim_whale/SimpleWall.ifc").read_text().splitlines()
    luck = random.Random(seed)
    entities = [n for n, line in enumerate(lines) if line.startswith("#")]
    for n in luck.sample(entities, 12):
        lines[n] = ""
    path = tmp_path / "model.ifc"
    path.write_text("\n".join(lines))
    try:
        report = read_ifc(path, tmp_path / "out").report
    except TwinError as fault:
        said = str(fault)
    else:
        said = " ".join(report.notes)
    assert "model.ifc" in said
