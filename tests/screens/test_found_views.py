"""``findings`` and ``inspections``: what the build of the model in force at ``$at`` found, masked by right."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.quality.bad_workbook import write_bad_campus
from tests.screens.small import known
from twin.analysis.quality import inspect
from twin.model.finding import finding_rules
from twin.model.time import AsOf
from twin.screens.asking import Asking
from twin.screens.files import load_screens
from twin.screens.question import Question
from twin.store.campus import Campus
from twin.store.generations import generation_folder, in_force_since

ZONE = "Asia/Shanghai"
SECOND = datetime(2030, 1, 1, tzinfo=UTC)  # when the model of an earlier version of the program comes into force
FOUND = "SELECT * FROM findings ORDER BY finding"


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models: one that its build inspected, and after it one that was not."""
    folder = write_bad_campus(tmp_path_factory.mktemp("found") / "campus")
    home = generation_folder(folder, 2)
    shutil.copytree(generation_folder(folder, 1), home)
    (home / "tables" / "findings.parquet").unlink()
    path = home / "manifest.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**said, "generation": 2, "inspection": None}), encoding="utf-8")
    with (folder / "generations.log").open("a") as log:
        log.write(json.dumps({"generation": 2, "in_force_at": SECOND.isoformat()}) + "\n")
    (folder / "current").write_text("2\n")
    return folder


@pytest.fixture(scope="module")
def first(campus: Path) -> datetime:
    return in_force_since(campus)[0][1] + timedelta(seconds=1)


@pytest.fixture(scope="module")
def asking(campus: Path) -> Asking:
    return Asking(Campus.open(campus), ZONE)


def rows(asking: Asking, sql: str, at: datetime, **more: Any) -> list[dict[str, Any]]:
    return asking.answer(Question(sql, AsOf(at), **more)).rows


def test_they_are_those_of_the_model_in_force_then(campus: Path, asking: Asking, first: datetime) -> None:
    report = inspect(Campus.open(campus).generation_at(AsOf(first)))
    told = rows(asking, FOUND, first)
    assert [one["finding"] for one in told] == list(range(len(report.findings)))
    for row, one in zip(told, report.findings, strict=True):
        assert (row["rule"], row["severity"], row["row"]) == (one.rule, one.severity, one.row)
        assert row["title_zh"] == finding_rules()[one.rule].title.zh
        assert (row["message_zh"], row["message_en"]) == (one.message("zh"), one.message("en"))
        assert tuple(row["feature_ids"]) == one.feature_ids
        assert row["feature_id"] == (one.feature_ids[0] if one.feature_ids else None)
        assert row["file"] == "survey.xlsx"
        assert (row["underground"], row["masked"]) == (True, False)
    (said,) = rows(asking, "SELECT * FROM inspections", first)
    counts = report.by_severity()
    assert said == {
        "generation": 1,
        "errors": counts["error"],
        "warnings": counts["warning"],
        "infos": counts["info"],
    }


def test_whoever_may_not_know_pipes_exactly_is_told_the_rule(asking: Asking, first: datetime) -> None:
    whole, masked = rows(asking, FOUND, first), rows(asking, FOUND, first, exactly=False)
    assert [{**one, "masked": False} for one in masked] == [
        {**one, "message_zh": one["title_zh"], "message_en": one["title_en"]} for one in whole
    ]
    assert all(one["masked"] for one in masked)
    assert [one for one in whole if any(sign.isdigit() for sign in one["message_zh"])], "numbers, which may be depths"


def test_what_was_not_inspected_is_not_clean(asking: Asking, first: datetime) -> None:
    """The number and the panel of the screen have no value then, and say why."""
    later = SECOND + timedelta(days=1)
    assert rows(asking, "SELECT * FROM inspections", later) == rows(asking, FOUND, later) == []
    shipped = load_screens({"kpis": {}, "screens": {}}, known()).value
    panel = next(one for one in shipped.screens["underground"].panels if one.id == "survey")
    kpi = shipped.kpis["underground.survey_errors"]
    assert panel.title_sql is not None
    for sql in (panel.sql, panel.title_sql, kpi.sql):
        assert len(rows(asking, sql, first)) > 0
        assert rows(asking, sql, later) == []
    assert panel.nothing is not None
    assert kpi.nothing == panel.nothing
