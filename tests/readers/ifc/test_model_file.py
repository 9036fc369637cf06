"""Opening: archives that lie, text that is not ASCII, schemas that are not read, and who claims what."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.readers.ifc.conftest import LOCAL, read_ifc
from tests.readers.ifc.models import BUILDING, box_model
from twin.errors import SourceMissingError, SourceUnreadableError, TwinError, UnsafeArchiveError, UnsupportedSchemaError
from twin.readers.ifc import IfcReader, model_file
from twin.readers.ifc.model_file import open_model


def _archive(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_a_member_is_read_whatever_path_it_claims(tmp_path: Path) -> None:
    path = _archive(tmp_path / "a.ifczip", {"../../outside.ifc": box_model(), "readme.txt": "hello"})
    assert len(open_model(path).by_type("IfcWall")) == 1
    assert not (tmp_path.parent.parent / "outside.ifc").exists()


@pytest.mark.parametrize(
    ("members", "error", "words"),
    [
        ({}, UnsafeArchiveError, "exactly one"),
        ({"a.ifc": "1", "b.ifc": "2"}, UnsafeArchiveError, "not 2"),
        ({"a.ifcxml": "<x/>"}, UnsupportedSchemaError, "ifcXML"),
        ({"a.ifc": "not a model"}, SourceUnreadableError, "STEP"),
        ({"a.ifc": "ISO-10303-21;" + " " * 5_000_000}, UnsafeArchiveError, "200 times"),
    ],
)
def test_archives_that_are_refused(tmp_path: Path, members: dict[str, str], error: type[TwinError], words: str) -> None:
    path = _archive(tmp_path / "a.ifczip", members)
    with pytest.raises(error, match=words) as caught:
        open_model(path)
    assert "a.ifczip" in str(caught.value)


def test_a_member_over_the_limit_is_refused_before_unpacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_file, "MAX_MEMBER_BYTES", 1000)
    with pytest.raises(UnsafeArchiveError, match="GiB"):
        open_model(_archive(tmp_path / "a.ifczip", {"a.ifc": box_model()}))


def test_a_damaged_archive_is_one_line(tmp_path: Path) -> None:
    path = _archive(tmp_path / "a.ifczip", {"a.ifc": box_model()})
    raw = bytearray(path.read_bytes())
    raw[60:120] = bytes(60)
    path.write_bytes(raw)
    with pytest.raises(TwinError, match=r"a\.ifczip"):
        open_model(path)


@pytest.mark.parametrize(
    ("written", "encoding"),
    [
        ("\\X2\\65595B66697C\\X0\\", "ascii"),  # what STEP asks for
        ("教学楼", "utf-8"),  # what exporters write
        ("教学楼", "gb18030"),
    ],
)
def test_chinese_names_survive(tmp_path: Path, written: str, encoding: str) -> None:
    path = tmp_path / "a.ifc"
    path.write_bytes(box_model(building=written).encode(encoding))
    read = read_ifc(path, tmp_path / "out", LOCAL)
    assert read.by_global_id("buildings")[BUILDING]["name"] == "教学楼"


def test_names_beyond_the_basic_plane(tmp_path: Path) -> None:
    path = tmp_path / "a.ifc"
    path.write_text(box_model(building="𠮷楼 A"), encoding="utf-8")
    assert read_ifc(path, tmp_path / "out").by_global_id("buildings")[BUILDING]["name"] == "𠮷楼 A"


@pytest.mark.parametrize("schema", ["IFC4X3_RC1", "IFC4X1", "IFC2X2_FINAL", "IFC9"])
def test_other_schemas_are_named_with_the_cure(tmp_path: Path, schema: str) -> None:
    path = tmp_path / "a.ifc"
    path.write_text(box_model(schema=schema))
    with pytest.raises(UnsupportedSchemaError) as caught:
        open_model(path)
    assert schema in str(caught.value)
    assert "Export it again" in str(caught.value)
    assert "重新导出" in caught.value.text("zh")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceMissingError):
        open_model(tmp_path / "none.ifc")


def test_supports_by_suffix_or_header_without_reading_on(tmp_path: Path) -> None:
    reader = IfcReader()
    for name in ("a.ifc", "A.IFC", "a.ifczip", "a.ifcxml"):
        assert reader.supports(tmp_path / name)
    step = tmp_path / "model.stp"
    step.write_text(box_model())
    assert reader.supports(step)
    step.write_text(box_model(schema="AUTOMOTIVE_DESIGN"))
    assert not reader.supports(step)
    assert not reader.supports(tmp_path / "a.zip")
    assert reader.companions(step) == []
