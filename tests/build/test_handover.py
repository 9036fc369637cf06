"""A handover is opened by programs that know nothing of us: geopandas, GDAL's ogrinfo and pyogrio, sha256sum."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from click.testing import CliRunner

from layers import registry
from tests.build.test_build import NORTH, WEST
from tests.resurvey import GAS_AGAIN, resurveyed_campus
from twin.analysis.quality_report import QualityReport
from twin.build.handover import HandoverReport, hand_over, package
from twin.cli import main
from twin.cli.handover import inspection_files
from twin.errors import HandoverReasonError, HandoverTargetError
from twin.model.finding import Finding
from twin.store.campus import Campus
from twin.store.durable import write_whole

Package = tuple[HandoverReport, Path]
STAFF = "工号,姓名,单位,职级,电话\n1001,张伟,U1,处长,13800000000\n1002,李娜,U1,科员,13900000000\n"


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from twin.build.registers import take_up_registers

    folder = resurveyed_campus(tmp_path_factory.mktemp("handover") / "campus")
    write_whole(folder / "sources" / "staff.csv", STAFF.encode())
    with (folder / "campus.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[sources]]\nkey = "staff"\npath = "sources/staff.csv"\nreader = "register"\nlayer = "staff"\n')
    take_up_registers(folder, registry())
    return folder


def unpacked(campus: Path, where: Path, **asked: Any) -> Package:
    where.mkdir()
    report = hand_over(Campus.open(campus), registry(), where / "out.zip", inspection_files, **asked)
    with zipfile.ZipFile(where / "out.zip") as package:
        package.extractall(where / "out")
    return report, where / "out"


@pytest.fixture(scope="module")
def masked(campus: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return unpacked(campus, tmp_path_factory.mktemp("masked") / "m")


@pytest.fixture(scope="module")
def exact(campus: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return unpacked(campus, tmp_path_factory.mktemp("exact") / "e", exactly="设计东路改造", names=True)


def sums(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)


def surveyed(number: str) -> np.ndarray[Any, Any]:
    """What the surveyor delivered, as x east, y north, z."""
    line, _ = GAS_AGAIN[number]
    return np.array([(WEST + x, NORTH + y, z) for x, y, z in line])


@pytest.mark.parametrize("name", ["tables/gas.parquet", "campus.gpkg"])
def test_pipes_are_where_they_were_surveyed_to_a_millimetre(exact: Package, name: str) -> None:
    path = exact[1] / name
    frame = geopandas.read_file(path, layer="gas") if path.suffix == ".gpkg" else geopandas.read_parquet(path)
    assert frame.crs.to_epsg() == 4549
    links = frame[frame.kind == "link"].set_index("feature_id")
    assert sorted(links.index) == [f"link:gas:{one}" for one in sorted(GAS_AGAIN)]
    for number in GAS_AGAIN:
        told = shapely.get_coordinates(links.geometry[f"link:gas:{number}"], include_z=True)
        assert np.abs(told - surveyed(number)).max() < 0.001, "x east before y north, and its height"
    # on the globe it is where the CRS says, however the axes of EPSG:4549 are declared
    there = links.to_crs("EPSG:4490").geometry.iloc[0].coords[0]
    assert 119.2 < there[0] < 119.4
    assert 26.0 < there[1] < 26.2


def test_gdal_itself_reads_the_geopackage(exact: Package) -> None:
    """ogrinfo is a GDAL of its own, that of the system."""
    if shutil.which("ogrinfo") is None:
        pytest.skip("ogrinfo is not here")
    said = subprocess.run(
        ["ogrinfo", "-al", str(exact[1] / "campus.gpkg"), "gas"], capture_output=True, text=True, check=True
    )
    assert 'ID["EPSG",4549]' in said.stdout
    assert "LINESTRING Z (429005.5 2885940.0 8.8,429090.5 2885940.0 8.8)" in said.stdout.replace(
        "2885940 ", "2885940.0 "
    )
    assert "燃气" in said.stdout + str(pyogrio.read_info(exact[1] / "campus.gpkg", layer="gas"))


def test_every_layer_and_register_is_in_both(exact: Package, campus: Path) -> None:
    report, folder = exact
    generation = Campus.open(campus).generation
    counts = {one.name: one.rows for one in report.tables if one.kind != "beside"}
    assert counts == {**{name: len(generation.table(name)) for name in generation.layer_ids()}, "staff": 2}
    assert {name for name, _ in pyogrio.list_layers(folder / "campus.gpkg")} == set(counts)
    for name, rows in counts.items():
        assert pyogrio.read_info(folder / "campus.gpkg", layer=name, force_feature_count=True)["features"] == rows
    for one in report.tables:
        assert pq.read_metadata(folder / one.file).num_rows == one.rows


def test_underground_is_masked_and_it_says_so(masked: Package) -> None:
    report, folder = masked
    assert report.masked == ("gas",)
    for frame in (
        geopandas.read_parquet(folder / "tables" / "gas.parquet"),
        geopandas.read_file(folder / "campus.gpkg", layer="gas"),
    ):
        assert not frame.geometry.has_z.any()
        assert (shapely.get_coordinates(frame.geometry) % 50 == 25).all()
        assert frame[["from_depth_m", "to_depth_m", "attributes", "source_pos"]].isna().all().all()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["underground"]["exact"], manifest["underground"]["grid_m"]) == (False, 50.0)
    assert manifest["tiles"]["left_out_layers"] == ["gas"]
    assert "脱敏" in (folder / "README.zh.md").read_text(encoding="utf-8")
    assert "masked" in (folder / "README.en.md").read_text(encoding="utf-8")
    assert not (folder / "tiles" / "gas").exists()


def test_nothing_in_a_masked_package_says_a_level(masked: Package) -> None:
    """8.8 m is a level that only a pipe has: in no text, no table, no GeoPackage as bytes."""
    import struct

    level = struct.pack("<d", 8.8)
    for path in masked[1].rglob("*"):
        if path.is_file():
            assert level not in path.read_bytes(), path
    findings = json.loads((masked[1] / "inspection.json").read_text(encoding="utf-8"))["findings"]
    assert all(one["message"] is None for one in findings if one["layer"] in ("gas", None))
    assert not any(one["values"] or one["changes"] for one in findings if one["layer"] in ("gas", None))


def test_a_whole_source_is_masked_where_it_tells_of_pipes(campus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As over HTTP: that nobody knows the datum of the terrain is for whoever signs."""
    generation = Campus.open(campus).generation
    sources = {one.layers[0]: one.key for one in generation.manifest.sources if len(one.layers) == 1}
    found = tuple(
        Finding("source_unplaced", "warning", source=key) for key in (sources["terrain"], sources["gas"], "unknown")
    )
    report = QualityReport(1, "", found)
    monkeypatch.setattr("twin.analysis.inspected.inspected", lambda _: report)
    told = {}
    for hidden in (frozenset({"gas"}), frozenset()):
        said = json.loads(inspection_files(generation, hidden)["inspection.json"])
        told[hidden] = [one["message"] for one in said["findings"]]
    messages = [one.message("en") for one in found]
    assert told == {frozenset({"gas"}): [messages[0], None, None], frozenset(): messages}


def test_the_inspection_report_lies_in_the_package(masked: Package, exact: Package) -> None:
    """In both languages; its drawings and sentences, which tell where pipes lie, with exact places only."""
    for language, title in (("zh", "数据质量检查报告"), ("en", "Inspection report")):
        told, whole = ((one[1] / f"inspection.{language}.html").read_text(encoding="utf-8") for one in (masked, exact))
        assert title in told
        assert "<svg" not in told
        assert '<section class="finding">' not in told
        assert '<section class="finding">' in whole
        assert "<svg" in whole


def test_exact_places_are_kept_in_the_log(exact: Package, campus: Path) -> None:
    entries = [json.loads(line) for line in (campus / "exports.log").read_text(encoding="utf-8").splitlines()]
    (entry,) = [one for one in entries if one["to"] == str(exact[0].path.resolve())]
    assert (entry["reason"], entry["generation"], entry["underground"]) == ("设计东路改造", 2, True)
    assert list((exact[1] / "tiles" / "gas").glob("*.glb"))
    assert "设计东路改造" in (exact[1] / "README.zh.md").read_text(encoding="utf-8")


def test_persons_are_named_only_when_asked(masked: Package, exact: Package) -> None:
    for folder, told in ((masked[1], [None, None]), (exact[1], ["张伟", "李娜"])):
        assert pq.read_table(folder / "tables" / "registers" / "staff.parquet")["name"].to_pylist() == told
        frame = pyogrio.read_dataframe(folder / "campus.gpkg", layer="staff")
        assert [None if pandas.isna(one) else one for one in frame["name"]] == told
        assert frame["rank"].tolist() == ["处长", "科员"]


def test_sums_hold_and_a_changed_file_is_found(exact: Package, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(exact[1], folder)
    assert sums(folder).returncode == 0, sums(folder).stdout
    listed = {line.partition("  ")[2] for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    assert there - listed == {"SHA256SUMS"}
    path = folder / "tables" / "gas.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    tampered = sums(folder)
    assert (tampered.returncode, "tables/gas.parquet: FAILED" in tampered.stdout) == (1, True)


def test_the_dictionary_has_every_column_with_chinese(exact: Package) -> None:
    report, folder = exact
    with (folder / "dictionary.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    told = [(one["table"], one["column"]) for one in rows]
    assert told == [(table.name, column) for table in report.tables for column in table.columns]
    by_name = {(one["table"], one["column"]): one for one in rows}
    assert by_name["gas", "diameter_m"]["column_zh"] == "管径"
    assert (by_name["gas", "from_depth_m"]["unit"], by_name["gas", "feature_id"]["column_zh"]) == ("m", "要素编号")
    assert by_name["staff", "name"]["column_zh"] == "姓名"
    untitled = [one for one in rows if one["column"] in (one["column_zh"], one["column_en"])]
    assert not untitled, untitled


def test_whole_or_not_at_all(campus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(package, "_zip", broken)
    before = (campus / "exports.log").read_text(encoding="utf-8") if (campus / "exports.log").exists() else ""
    with pytest.raises(OSError, match="No space"):
        hand_over(Campus.open(campus), registry(), tmp_path / "a.zip", inspection_files, exactly="design")
    assert list(tmp_path.iterdir()) == []
    after = (campus / "exports.log").read_text(encoding="utf-8") if (campus / "exports.log").exists() else ""
    assert after == before, "nothing left the house"


def test_refusals(campus: Path, tmp_path: Path) -> None:
    opened = Campus.open(campus)
    (tmp_path / "there.zip").write_text("mine")
    for name in ("there.zip", "out.tar"):
        with pytest.raises(HandoverTargetError):
            hand_over(opened, registry(), tmp_path / name, inspection_files)
    with pytest.raises(HandoverReasonError):
        hand_over(opened, registry(), tmp_path / "a.zip", inspection_files, exactly=" x ")
    assert [one.read_text() for one in tmp_path.iterdir()] == ["mine"]


def test_the_command_says_what_is_masked(campus: Path, tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["handover", str(campus), str(tmp_path / "a.zip")], env={"TWIN_LANGUAGE": "zh"})
    assert said.exit_code == 0, said.output
    assert "地下图层已脱敏：gas" in said.output
    words = ["handover", str(campus), str(tmp_path / "b.zip"), "--exactly", "design of the road", "--json"]
    report = json.loads(CliRunner().invoke(main, words).output)
    assert (report["masked"], report["generation"]) == ([], 2)


def test_a_campus_without_a_place_on_the_globe(campus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "campus"
    shutil.copytree(campus, folder)
    path = folder / "generations" / "0002" / "manifest.json"
    manifest = {**json.loads(path.read_text(encoding="utf-8")), "crs": "local", "ecef": None}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    _, out = unpacked(folder, tmp_path / "local", exactly="design")
    info = pyogrio.read_info(out / "campus.gpkg", layer="gas")
    assert info["crs"].startswith('LOCAL_CS["Campus local grid"')
    assert info["total_bounds"][0] == pytest.approx(429_005, abs=0.001), "east"


def test_that_persons_are_named_stands_in_the_audit(campus: Path, tmp_path: Path) -> None:
    from twin.cli.people import people_of

    said = CliRunner().invoke(main, ["handover", str(campus), str(tmp_path / "a.zip"), "--names"])
    assert said.exit_code == 0, said.output
    (line,) = people_of(campus).audit.lines(action="handover.names")
    assert line.target == str(tmp_path / "a.zip")
