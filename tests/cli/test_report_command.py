"""``twin report``: of a campus where nothing ever happened it says what is missing, in both languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.ioc_app.reports.reading import ReadReport
from tests.screens.asked_campus import AskedCampus
from twin.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    one = AskedCampus.at(tmp_path / "campus")
    (one.folder / "campus.toml").write_text(
        'schema_version = 1\nname = { zh = "小园区", en = "Small" }\ncrs = "EPSG:4549"\nvertical_datum = "EPSG:5737"\n',
        encoding="utf-8",
    )
    return one.folder


def test_an_empty_campus(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    for language, words in (
        ("zh", ("项指标等待接入", "没有新事件", "没有告警")),
        ("en", ("no flood", "no alarm")),
    ):
        asked = [
            "report",
            str(folder),
            "--of",
            "2024-02-29",
            "--period",
            "month",
            "--language",
            language,
            "-o",
            str(out),
        ]
        result = CliRunner().invoke(main, [*asked, "--keep"])
        assert result.exit_code == 0, result.output + repr(result.exception)
        text = ReadReport(out.read_text("utf-8")).text
        assert [one for one in words if one not in text] == []
        assert "2024-02-01" in text
        assert "2024-02-29" in text
    assert len(list((folder / "reports").glob("month-2024-02-01-*.html.gz"))) == 2


def test_without_a_browser_it_says_what_to_do(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    result = CliRunner().invoke(main, ["report", str(folder), "-o", str(tmp_path / "r.pdf")])
    assert result.exit_code == 1
    assert "Chromium" in result.output
    assert not (tmp_path / "r.pdf").exists()


def test_another_kind_of_file(folder: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["report", str(folder), "-o", str(tmp_path / "r.docx")])
    assert result.exit_code == 2
    assert ".pdf" in result.output
