"""``twin ask`` and ``twin query``: answered in a process that a query may break."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.screens.asked_campus import NOW, AskedCampus, event, reading
from twin.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    one = AskedCampus.at(tmp_path_factory.mktemp("cli") / "campus")
    (one.folder / "campus.toml").write_text(
        'schema_version = 1\nname = { zh = "小园区", en = "Small" }\ncrs = "EPSG:4549"\nvertical_datum = "EPSG:5737"\n',
        encoding="utf-8",
    )
    one.append(
        [
            reading(1, "EM-1:power", NOW - timedelta(hours=2), 4.5),
            reading(2, "EM-1:power", NOW, 6.5),
            event(3, "gate", "passage", NOW, "进", name="王小明"),
        ]
    )
    return one.folder


def said(folder: Path, *arguments: str, command: str = "ask") -> str:
    result = CliRunner().invoke(main, [command, str(folder), *arguments])
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


def test_asked_then(folder: Path) -> None:
    sql = "SELECT last_value, local($at) AS at FROM latest"
    for moment, value in (("2026-11-26T12:30", 6.5), ("2026-11-26T10:30+08:00", 4.5)):
        [row] = json.loads(said(folder, sql, "--at", moment, "--json"))
        assert row == {"last_value": value, "at": moment[:16].replace("T", " ") + ":00"}


def test_names_are_masked_unless_asked_for(folder: Path) -> None:
    sql = "SELECT attributes ->> '$.name' AS who FROM events"
    assert said(folder, sql, "--at", "2026-11-26T12:30", "--csv") == "who\n王**\n"
    assert said(folder, sql, "--at", "2026-11-26T12:30", "--csv", "--names") == "who\n王小明\n"


def test_a_query_that_takes_all_memory_ends_with_one_line(folder: Path) -> None:
    result = CliRunner().invoke(main, ["query", str(folder), "SELECT repeat('x', 4000000000) AS x"])
    assert result.exit_code == 1
    assert "MB" in result.stderr
    assert said(folder, "SELECT count(*) AS n FROM buildings", "--csv", command="query") == "n\n1\n"
