"""The views that are made are those that files of screens are checked against, and that docs/questions.md describes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from layers import registry
from tests.screens.asked_campus import NOW, ZONE, AskedCampus
from twin.model.feature import table_schema
from twin.model.registers import REGISTERS
from twin.model.time import AsOf
from twin.screens.asking import Asking
from twin.screens.question import Question
from twin.screens.sql_check import EmptyCampus
from twin.screens.view_columns import VIEWS
from twin.screens.views import COLUMNS, named_in, view_names
from twin.store.campus import Campus

LAYERS = {name: table_schema(one) for name, one in registry().items()}
EMPTY = EmptyCampus(LAYERS)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "questions.md"


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Asking:
    folder = AskedCampus.at(tmp_path_factory.mktemp("columns") / "campus").folder
    return Asking(Campus.open(folder), ZONE, LAYERS)


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_a_view_has_the_columns_that_files_are_checked_against(asking: Asking, name: str) -> None:
    expected = [(one.name, one.type) for one in EMPTY.columns(f"SELECT * FROM {name}")]
    assert expected
    question = Question(f"SELECT column_name, column_type FROM (DESCRIBE {name})", AsOf(NOW))
    found = [(one["column_name"], one["column_type"]) for one in asking.answer(question).rows]
    assert found == expected
    assert tuple(name for name, _ in found) == COLUMNS[name]


def test_every_layer_and_register_is_there(asking: Asking) -> None:
    names = view_names(asking.tables_at(AsOf(NOW)))
    assert {*registry(), *REGISTERS, *VIEWS, "features", "relations", "properties"} == set(names)
    for name in names:
        columns = asking.answer(Question(f"SELECT * FROM {name} LIMIT 1", AsOf(NOW))).columns
        assert columns, name
        assert not {"geometry", "bbox"} & set(columns)


def test_only_views_that_are_named_are_made() -> None:
    known = ["alarms", "hours", "readings", "points"]
    assert named_in("WITH a AS (FROM hours) SELECT * FROM a JOIN Points USING (point_id)", known) == ["hours", "points"]


def test_the_docs_name_every_view_and_column() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name, columns in COLUMNS.items():
        [row] = [line for line in text.splitlines() if line.startswith(f"| `{name}` |")]
        assert re.findall(r"`([a-z_]+)`", row.split("|")[2]) == list(columns), name
