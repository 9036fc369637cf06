"""``twin incidents``: what is open, read from the journal on disk."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.live.incidents.desk import PLACE, SETUP, case_id
from twin.cli import main
from twin.live.incidents.acts import draft
from twin.live.incidents.book import IncidentBook
from twin.live.incidents.opening import Opening, opened
from twin.live.journal import Journal
from twin.model.live import Level
from twin.model.time import microseconds
from twin.store.history import History

MINUTE_US = 60_000_000


def run(*words: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["incidents", *words], env={"TWIN_LANGUAGE": language})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One that is late, one that is in time, one that was dismissed."""
    (tmp_path / "campus.toml").touch()
    now_us = microseconds(datetime.now(UTC))
    minutes = {"late": 125.5, "fresh": 2.5, "gone": 9.5}  # half a minute may pass until they are listed
    opened_us = {name: now_us - round(one * MINUTE_US) for name, one in minutes.items()}
    title = {"zh": "供水压力低", "en": "Water pressure low"}
    said = {"source": "alarm", "occurred_us": 0, "place": PLACE, "title": title}
    made = [
        opened(Opening(case_id(name), "burst_main", Level.A, **said), SETUP, at_us) for name, at_us in opened_us.items()
    ]
    with Journal(tmp_path) as journal:
        journal.append([one.entry() for one in made])
        book = IncidentBook()
        book.fold(History.open(tmp_path).acts())
        state = book.find(case_id("gone"))
        acts = draft("dismiss", state, "li.wei", now_us, {"outcome": "test", "text": "演练"})
        journal.append([one.entry() for one in acts])
    return tmp_path


def test_open_ones_with_age_and_what_is_due(folder: Path) -> None:
    late, fresh = run(str(folder)).output.splitlines()
    assert late.startswith(f"{case_id('late')}  A      Found    2h 5m  late 2h 0m  Water pressure low  P-201")
    assert fresh.startswith(f"{case_id('fresh')}  A      Found       2m  due in 2m")
    assert "超时 2h 0m  供水压力低" in run(str(folder), language="zh").output


def test_all_and_as_json(folder: Path) -> None:
    found = json.loads(run(str(folder), "--all", "--json").output)
    assert [(one["incident_id"], one["stage"]) for one in found] == [
        (case_id("late"), "found"),
        (case_id("gone"), "closed"),
        (case_id("fresh"), "found"),
    ]
    assert found[1]["due_at"] is None
    at = datetime.fromisoformat(found[0]["due_at"]) - datetime.fromisoformat(found[0]["opened_at"])
    assert at == timedelta(minutes=5)


def test_what_is_no_campus_is_said(tmp_path: Path) -> None:
    answer = run(str(tmp_path))
    assert answer.exit_code == 1
    assert "Traceback" not in answer.output
