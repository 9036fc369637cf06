"""What the inspection finds is part of a generation, and read from it wherever the same rules would find it again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.quality.bad_workbook import write_bad_campus
from tests.ioc_app.small_campus import small_campus
from twin.analysis import inspected as module
from twin.analysis import quality
from twin.analysis.finding_rows import findings_to_rows, rows_to_findings
from twin.analysis.inspected import inspected
from twin.analysis.quality import inspect
from twin.analysis.quality_report import QualityReport
from twin.cli import main
from twin.errors import InspectionFailedError
from twin.model.finding import CellChange, Finding, RowPlace, finding_rules
from twin.model.text import Title
from twin.store.campus import Campus, Generation
from twin.store.secrecy import masked_findings

TABLE = "tables/findings.parquet"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
MAYBE = st.none() | TEXTS
NUMBERS = st.integers(-(2**40), 2**40) | st.floats(allow_nan=False)
TITLES = st.builds(Title, TEXTS, TEXTS)
VALUES = st.none() | st.booleans() | NUMBERS | TEXTS | TITLES | st.lists(TEXTS | TITLES, max_size=3)
SHAPES = st.sampled_from([
    None,
    shapely.Point(1.5, 2),
    shapely.LineString([(429000.1, 2886000.2, 3), (4, 5, float("nan"))]),
    shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]),
])  # fmt: skip
CHANGES = st.builds(CellChange, TEXTS, TEXTS, st.integers(1, 9), st.integers(1, 9), TEXTS, MAYBE, MAYBE)
PLACES = st.builds(RowPlace, MAYBE, MAYBE, MAYBE, st.none() | st.integers(1, 9), MAYBE)
FINDINGS = st.builds(
    Finding,
    st.sampled_from(sorted(finding_rules())),
    st.sampled_from(["error", "warning", "info"]),
    layer=MAYBE,
    feature_ids=st.lists(TEXTS, max_size=3).map(tuple),
    source=MAYBE,
    file=MAYBE,
    sheet=MAYBE,
    row=st.none() | st.integers(1, 2**40),
    values=st.dictionaries(st.sampled_from(["x", "depth_m", "other"]), VALUES),
    shape=SHAPES.map(lambda one: None if one is None else shapely.to_wkb(one)),
    changes=st.lists(CHANGES, max_size=2).map(tuple),
    safe=st.booleans(),
    also=st.lists(PLACES, max_size=2).map(tuple),
    names=st.dictionaries(TEXTS, TITLES, max_size=2),
)


@given(st.lists(FINDINGS, max_size=4))
def test_a_finding_comes_back_as_it_was(findings: list[Finding]) -> None:
    table = findings_to_rows(findings, np.zeros(len(findings), bool))
    assert rows_to_findings(table) == tuple(findings)
    assert table["message_zh"].to_pylist() == [one.message("zh") for one in findings]
    assert table["fix_en"].to_pylist() == [one.fix("en") for one in findings]


def test_numbers_of_numpy_come_back_as_numbers() -> None:
    found = Finding("cover_shallow", "warning", values={"depth_m": np.float64(1.25), "count": np.int64(3)})
    (again,) = rows_to_findings(findings_to_rows([found], np.array([True])))
    assert dict(again.values) == {"depth_m": 1.25, "count": 3}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bad_campus(tmp_path_factory.mktemp("built") / "campus")


@pytest.fixture
def campus(built: Path, tmp_path: Path) -> Path:
    """A copy that may be harmed."""
    return shutil.copytree(built, tmp_path / "campus")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The generations that somebody inspects."""
    numbers: list[int] = []

    def counted(generation: Generation) -> QualityReport:
        numbers.append(generation.number)
        return inspect(generation)

    monkeypatch.setattr(quality, "inspect", counted)
    module._anew.clear()
    return numbers


def generation_of(campus: Path) -> Generation:
    return Campus.open(campus).generation


def test_a_build_leaves_what_an_inspection_would_find(built: Path, made: list[int]) -> None:
    generation = generation_of(built)
    found = inspected(generation)
    assert not made
    assert len(found.findings) > 30
    assert found == inspect(generation)
    assert generation.manifest.inspection is not None
    assert generation.manifest.inspection.found == found.by_severity()


def test_the_table_is_geoparquet_that_others_read(built: Path) -> None:
    path = generation_of(built).folder / TABLE
    frame = geopandas.read_parquet(path)
    report = inspect(generation_of(built))
    assert frame.crs.to_epsg() == 4549
    assert list(frame["rule"]) == [one.rule for one in report.findings]
    assert [None if one is None else shapely.to_wkb(one) for one in frame.geometry] == [
        one.shape for one in report.findings
    ]
    west, south, east, north = shapely.bounds(frame.geometry.dropna().iloc[0])
    within = geopandas.read_parquet(path, bbox=(west, south, east, north))  # by the column of boxes
    assert 0 < len(within) < len(frame)
    assert within.geometry.intersects(shapely.box(west, south, east, north)).all()


def judged_by_others(campus: Path) -> None:
    rewrite(campus, lambda said: said["inspection"].update(judged_by="another version"))


def built_by_an_earlier_version(campus: Path) -> None:
    rewrite(campus, lambda said: said.pop("inspection"))
    (generation_folder(campus) / TABLE).unlink()


def cut(campus: Path) -> None:
    table = generation_folder(campus) / TABLE
    table.write_bytes(table.read_bytes()[:-20])


def gone(campus: Path) -> None:
    (generation_folder(campus) / TABLE).unlink()


def generation_folder(campus: Path) -> Path:
    return campus / "generations" / "0001"


def rewrite(campus: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = generation_folder(campus) / "manifest.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    change(said)
    path.write_text(json.dumps(said), encoding="utf-8")


@pytest.mark.parametrize("harm", [judged_by_others, built_by_an_earlier_version, cut, gone])
def test_what_may_not_be_believed_is_inspected_anew_once(
    campus: Path, made: list[int], harm: Callable[[Path], None]
) -> None:
    before = inspected(generation_of(campus)).findings
    harm(campus)
    files = sorted(campus.rglob("*"))
    assert inspected(generation_of(campus)).findings == before
    assert inspected(generation_of(campus)).findings == before
    assert made == [1]
    assert sorted(campus.rglob("*")) == files, "nothing is written of what is inspected anew"


def stumble(_: object) -> Any:
    raise ZeroDivisionError("float division by zero")


def test_a_rule_that_stumbles_loses_no_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(quality.CHECKS, "drain_rises", stumble)
    campus = write_bad_campus(tmp_path / "campus")
    assert "ZeroDivisionError" in caplog.text
    assert "Traceback" in caplog.text
    generation = generation_of(campus)
    assert generation.manifest.errors == ()
    assert not (generation.folder / TABLE).exists()
    assert len(generation.findings(exactly=True)) == 0
    for language, words in (("zh", "质量检查在规则 drain_rises 处中断"), ("en", "broke off at rule drain_rises")):
        told = CliRunner().invoke(main, ["info", str(campus)], env={"TWIN_LANGUAGE": language})
        assert told.exit_code == 0
        (line,) = [one for one in told.output.splitlines() if words in one]
        assert "ZeroDivisionError: float division by zero" in line
    with pytest.raises(InspectionFailedError, match="drain_rises"):
        inspected(generation)
    told = CliRunner().invoke(main, ["check", str(campus)], env={"TWIN_LANGUAGE": "en"})
    assert (told.exit_code, len(told.output.splitlines())) == (1, 1)
    monkeypatch.undo()
    assert len(inspected(generation).findings) > 30, "another version of the program finds what there is"


def test_the_build_says_what_it_found(built: Path) -> None:
    counts = inspect(generation_of(built)).by_severity()
    told = CliRunner().invoke(main, ["info", str(built)], env={"TWIN_LANGUAGE": "en"}).output
    assert f"Inspected: {counts['error']} error, {counts['warning']} warning, {counts['info']} info" in told
    said = json.loads(CliRunner().invoke(main, ["info", str(built), "--json"]).output)
    assert said["inspection"]["found"] == counts


def test_whoever_may_not_know_pipes_exactly_is_told_rule_thing_and_row(built: Path) -> None:
    sql = "SELECT * FROM findings ORDER BY finding"
    generation = generation_of(built)
    exact, masked = generation.sql(sql).to_pylist(), generation.sql(sql, exactly=False).to_pylist()
    assert all(one["underground"] for one in exact), "the campus is a survey of pipes"
    assert any(one["geometry"] for one in exact)
    assert any(one["changes"] for one in exact)
    for whole, told in zip(exact, masked, strict=True):
        for name in ("rule", "severity", "layer", "source", "file", "sheet", "row", "feature_ids"):
            assert told[name] == whole[name]
        assert (told["message_zh"], told["message_en"]) == (whole["title_zh"], whole["title_en"])
        assert not told["safe"]
        assert not any(told[name] for name in ("fix_zh", "fix_en", "said", "changes", "geometry", "bbox"))


def test_what_tells_of_nothing_underground_is_told_whole() -> None:
    found = Finding("geometry_invalid", "warning", "buildings", ("b",), shape=shapely.to_wkb(shapely.Point(1, 2)))
    table = findings_to_rows([found, replace(found, layer="gas")], np.array([False, True]))
    told = masked_findings(table)
    assert rows_to_findings(told.slice(0, 1)) == (found,)
    assert told["geometry"][1].as_py() is None


@pytest.mark.parametrize(
    ("layer", "source", "secret"),
    [
        ("drainage", "lib", True),
        ("buildings", "lib", False),
        (None, "drains", True),
        (None, "dem", False),
        (None, "empty", True),
        (None, "of another layer", True),
        (None, "nobody knows", True),
        (None, None, True),
    ],
)
def test_a_whole_source_is_secret_where_it_tells_of_pipes(
    tmp_path: Path, layer: str | None, source: str | None, *, secret: bool
) -> None:
    generation = generation_of(small_campus().write(tmp_path))
    (one,) = generation.manifest.sources
    of = {"drains": ("drainage",), "dem": ("terrain",), "empty": (), "of another layer": ("gas",)}
    sources = (one, *(replace(one, key=key, layers=layers) for key, layers in of.items()))
    generation.manifest = replace(generation.manifest, sources=sources)
    found = Finding("coordinates_swapped", "error", layer, source=source)
    assert module.secret_findings(generation, [found]).tolist() == [secret]
