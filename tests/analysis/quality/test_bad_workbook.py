"""Every kind of bad row is reported by sheet and row, in the reader's language, and the good rows are kept."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geodata.demo import supplement
from layers import registry
from tests.analysis.quality.bad_workbook import BAD, GOOD, SHEETS, SKIPS, write_bad_campus
from tests.conftest import REPOSITORY
from twin.analysis.quality import CHECKS, inspect
from twin.analysis.quality.document import report_html
from twin.analysis.quality_report import QualityReport
from twin.build import build_campus
from twin.cli import main
from twin.errors import QueryFailedError
from twin.model.finding import finding_rules
from twin.store.campus import Campus

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bad_campus(tmp_path_factory.mktemp("bad") / "campus")


@pytest.fixture(scope="module")
def report(bad: Path) -> QualityReport:
    return inspect(Campus.open(bad).generation)


@pytest.fixture(scope="module")
def demo_report(demo_campus: Path) -> QualityReport:
    return inspect(Campus.open(demo_campus).generation)


def run(*words: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, list(words), env={"TWIN_LANGUAGE": language})


def test_every_bad_row_is_named_where_it_stands(report: QualityReport) -> None:
    found = {(one.rule, one.sheet, one.row) for one in report.findings}
    assert not [one for one in BAD if one not in found]


def test_good_rows_are_kept_and_every_row_is_counted(bad: Path, report: QualityReport) -> None:
    (source,) = Campus.open(bad).generation.manifest.sources
    assert source.found == source.kept + sum(source.skipped.values()) == sum(len(rows) for _, rows in SHEETS.values())
    assert source.kept == GOOD
    skipped = {(one.sheet, one.row) for one in report.findings if one.values.get("skipped")}
    assert len(skipped) == sum(source.skipped.values())
    assert {one.rule for one in report.findings if one.values.get("skipped")} == SKIPS


def test_rows_that_were_skipped_are_of_the_layer_of_their_table(bad: Path, report: QualityReport) -> None:
    of_rows = [one for one in report.findings if one.row is not None]
    assert {one.layer for one in of_rows if one.values.get("skipped")} == {"water_supply"}
    # the one row whose feature code is of another class came to be in the layer of the code
    assert {one.layer for one in of_rows} == {"water_supply", "drainage"}
    page = report_html(Campus.open(bad).generation, report, report.findings, "en")
    assert re.search(r"<span class=said>line_twice</span></td><td>Water supply</td>", page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_findings_speak_the_readers_language(report: QualityReport, demo_report: QualityReport, language: str) -> None:
    for one in (*report.findings, *demo_report.findings):
        for text in (one.message(language), one.fix(language)):
            assert text
            assert not re.search(r"\{[a-z_]+\}", text)
            if language == "zh":
                assert CHINESE.search(text)


def test_a_finding_about_two_things_says_where_both_stand(demo_report: QualityReport) -> None:
    """By names and rows as the sheets of the demo have them, never by ids; the ids are in the JSON."""
    clearance = next(one for one in demo_report.findings if "link:DL:DL072--DL073" in one.feature_ids)
    assert clearance.message("zh") == "与 电力 DL072–DL073 水平净距 1.22 m，要求 2 m"
    assert clearance.message("en").startswith("1.22 m from power DL072–DL073 (")
    assert clearance.where("zh") == (
        "RL RLLine 第 60 行 热力 RL059–RL060",
        "与 DL DLLine 第 73 行 电力 DL072–DL073",
    )
    said = clearance.to_dict("zh")
    assert said["feature_ids"] == ["link:RL:RL059--RL060", "link:DL:DL072--DL073"]
    assert said["values"]["other"] == "link:DL:DL072--DL073"
    place = {"source": "DL", "file": None, "sheet": "DLLine", "row": 73, "feature_id": "link:DL:DL072--DL073"}
    assert said["also"] == [place]
    for one in demo_report.findings:
        for language in ("zh", "en"):
            assert not re.search(r"\b(?:link|node):", " ".join((one.message(language), *one.where(language))))


def test_a_row_that_repeats_another_says_where_that_one_stands(demo_report: QualityReport) -> None:
    found = {one.rule: one for one in demo_report.findings}
    assert found["point_number_twice"].where("en") == (
        "补测.xlsx JSPoint row 10",
        "and 补测.xlsx JSPoint row 9 water supply JS908",
    )
    assert found["line_twice"].message("zh") == "与 JSLine 第 2 行 是同一管线"
    assert [one.row for one in found["points_at_one_place"].also] == [4]


def test_the_table_and_the_page_have_a_line_for_each_place(demo_campus: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    words = ("check", str(demo_campus), "--rule", "point_number_twice", "--html", str(out))
    told = CliRunner().invoke(main, words, env={"TWIN_LANGUAGE": "zh", "COLUMNS": "250"}).output
    assert re.search(r"│ 补测.xlsx JSPoint 第 10 行 +│", told)
    assert re.search(r"│ 与 补测.xlsx JSPoint 第 9 行 给水 JS908 +│", told)
    page = out.read_text(encoding="utf-8")
    assert "<td>补测.xlsx JSPoint 第 10 行<br>与 补测.xlsx JSPoint 第 9 行 给水 JS908</td>" in page


def test_every_rule_is_somewhere_asked() -> None:
    rules = finding_rules()
    rows = {name for name, one in rules.items() if one.about == "row"}
    assert set(rules) - rows <= set(CHECKS) <= set(rules)
    assert len(rules) >= 30
    sources = "".join(path.read_text(encoding="utf-8") for path in Path("twin/readers").rglob("*.py"))
    assert not [one for one in rows if f'"{one}"' not in sources]


def test_the_demo_holds_its_seeded_errors_and_no_others_but_these(demo_report: QualityReport) -> None:
    """What else is found in the second survey follows from its errors; in the first one only what limits say."""
    own = [one for one in demo_report.findings if one.source == supplement.KEY]
    found = {(one.rule, one.sheet, one.row) for one in own}
    seeds = {(one.rule, one.sheet, one.row) for one in supplement.SEEDS}
    assert not seeds - found
    others = Counter(one.rule for one in own if (one.rule, one.sheet, one.row) not in seeds)
    assert others == {
        "degree_disagrees": 2,  # ends of pipes that were skipped
        "ground_disagrees": 1,  # of the point whose ground level is wrong
        "network_in_pieces": 7,  # the corner hangs together with nothing
        "sizes_missing": 1,
    }
    rest = Counter(one.rule for one in demo_report.findings if one.source != supplement.KEY)
    assert rest.keys() == {"clearance_short", "cover_shallow", "sharp_angle", "accuracy_missing"}
    assert not [one for one in demo_report.findings if one.severity == "error" and one.source != supplement.KEY]


def test_what_a_build_says_of_rows_is_chinese_for_a_chinese_reader(bad: Path) -> None:
    told = run("info", str(bad), language="zh").output
    assert "survey.xlsx JSPoint 第 5 行：没有物探点号；未采用。补填物探点号。" in told
    assert "survey.xlsx JSPoint 第 8 行：坐标“东边”不是数字；未采用。改正该行的 X、Y。" in told
    assert "skipped." not in told
    assert "survey.xlsx, JSPoint, row 5: no point number; skipped. Fill in" in run("info", str(bad)).output


def test_json_has_the_shape_that_was_agreed(bad: Path) -> None:
    answer = run("check", str(bad), "--json", "--rule", "coordinates_swapped", language="zh")
    assert answer.exit_code == 1
    (one,) = json.loads(answer.stdout)["findings"]
    assert {"rule", "severity", "layer", "feature_ids", "source", "sheet", "row", "message", "fix"} <= set(one)
    assert (one["severity"], one["source"], one["file"], one["sheet"], one["row"]) == (
        "error", "s", "survey.xlsx", "JSPoint", 9,
    )  # fmt: skip
    assert one["message"] == "X、Y 与其他行相反（X=429500，Y=2885900）"


def test_a_rule_that_is_none_is_refused(bad: Path) -> None:
    answer = run("check", str(bad), "--rule", "nonsense")
    assert answer.exit_code == 1
    assert "There is no rule 'nonsense'" in answer.output


def test_safe_fixes_become_a_patch_that_the_next_build_reads(bad: Path, tmp_path: Path) -> None:
    folder = tmp_path / "campus"
    shutil.copytree(bad, folder)
    before = (folder / "survey.xlsx").read_bytes()
    answer = run("check", str(folder), "--fix")
    assert "JSPoint 9 X: 429500 → 2885900  (coordinates_swapped)" in answer.output
    assert "Patch 0001: 2 cells" in answer.output
    assert "no safe fix" in run("check", str(folder), "--fix").output
    result = build_campus(folder, registry())
    assert (folder / "survey.xlsx").read_bytes() == before
    assert result.changed
    assert result.manifest.patches == (1,)
    (source,) = result.manifest.sources
    assert source.notes[0].startswith("2 cells were changed by accepted patches: JSPoint!9 X, JSPoint!9 Y")
    generation = Campus.open(folder).generation
    assert generation.feature("node:s:A7")["source_pos"] == "JSPoint!9"
    assert "coordinates_swapped" not in inspect(generation).by_rule()
    assert run("check", str(folder), "--undo", "1").exit_code == 0
    assert build_campus(folder, registry()).manifest.patches == ()
    assert "coordinates_swapped" in inspect(Campus.open(folder).generation).by_rule()
    assert "No fix 1 is in force" in run("check", str(folder), "--undo", "1").output


def test_the_report_is_a_page_of_its_own(bad: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    run("check", str(bad), "--html", str(out), language="zh")
    page = out.read_text(encoding="utf-8")
    generation = Campus.open(bad).generation
    assert generation.manifest.inputs_hash in page
    assert "数据质量检查报告" in page
    assert "批准人" in page
    assert page.count('<section class="finding">') == min(200, len(inspect(generation).findings))
    assert "<del>429500</del> → <ins>2885900</ins>" in page
    assert not re.search(r"(?:src|href)\s*=|url\(|<script", page)


def test_the_page_of_the_docs_lists_the_rules_as_they_are() -> None:
    page = (REPOSITORY / "docs" / "quality.md").read_text(encoding="utf-8")
    listed = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| `") and line.count("|") == 6]
    told = {cells[0].strip(" `"): [one.strip() for one in cells[1:]] for cells in listed}
    for one in finding_rules().values():
        judged = ", ".join(f"{name} = {value:g}" for name, value in one.limits.items())
        judged = (judged + (" *unverified*" if one.unverified else "")).strip()
        assert told.pop(one.id) == [one.severity, one.title.zh, one.title.en, judged]
    assert not told
    assert f"All {len(supplement.SEEDS)} are found" in page


def test_what_readers_said_of_rows_is_not_for_whoever_may_not_see_pipes_exactly(bad: Path) -> None:
    generation = Campus.open(bad).generation
    assert generation.sql("SELECT count(*) AS rows FROM remarks")["rows"][0].as_py() > 20
    with pytest.raises(QueryFailedError, match="remarks"):
        generation.sql("SELECT * FROM remarks", exactly=False)
