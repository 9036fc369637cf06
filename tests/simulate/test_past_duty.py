"""Days behind the first start have their incidents: judged by the rules, worked on by people, read as any history."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from layers import registry
from tests.simulate.campus import TIMEZONE, simulated
from twin.cli.past import write_past
from twin.live.incidents.state import IncidentState
from twin.live.incidents.transitions import ENDED, HUMAN
from twin.live.kept_acts import KeptActs
from twin.live.past import Past
from twin.model.feature import table_schema
from twin.model.live import Stage, WorkOrderState
from twin.model.time import AsOf, microseconds, moment
from twin.screens.asking import Asking
from twin.screens.question import Question
from twin.screens.said import Window
from twin.simulate.days import Days
from twin.simulate.ledger import Ledger
from twin.simulate.patterns import load_patterns
from twin.simulate.scenario import Scenario
from twin.simulate.scripts import load_scripts
from twin.store.campus import Campus

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)  # noon on the campus, a Thursday
MIDNIGHT = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)


def lived(campus: Path, folder: Path) -> tuple[Path, int]:
    """A copy of the demo with a day and a half behind it, and how many readings and events were written."""
    if not folder.exists():
        shutil.copytree(campus, folder)
    patterns = load_patterns().of_the_past().reporting_every(300)
    acts = Scenario(simulated(campus), patterns, load_scripts(), Ledger(5), Days(TIMEZONE))
    return folder, write_past(folder, acts, TIMEZONE, NOW, 1, lambda _: None)


@pytest.fixture(scope="module")
def past_campus(demo_campus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lived(demo_campus, tmp_path_factory.mktemp("past") / "campus")[0]


@pytest.fixture(scope="module")
def found(past_campus: Path) -> list[IncidentState]:
    return sorted(Past(past_campus).at(NOW)[1].all(), key=lambda one: one.opened_us)


def test_yesterday_had_a_handful_of_incidents_of_several_kinds(found: list[IncidentState]) -> None:
    yesterday = [one for one in found if one.opened_us < microseconds(MIDNIGHT)]
    assert 4 <= len(yesterday) <= 10
    assert len({one.kind for one in yesterday}) >= 3
    assert len(found) > len(yesterday), "and the morning of today has some"


def test_people_of_the_staff_took_them_from_stage_to_stage_to_their_end(
    found: list[IncidentState], past_campus: Path
) -> None:
    table = Campus.open(past_campus).register("staff")
    assert table is not None
    staff = set(table["name"].to_pylist())
    left = [one for one in found if one.open]
    assert len([one for one in left if one.opened_us < microseconds(NOW - timedelta(hours=6))]) <= 1
    for one in found:
        assert {line.by for line in one.history if line.by} <= staff
        if one.open:
            continue
        stages = [step.stage for step in one.steps]
        assert stages[0] in (Stage.FOUND, Stage.DISPATCHED), "a major one is sent out by itself"
        assert stages[-1] is one.stage
        assert Stage.HANDLED in stages
        assert one.stage in ENDED
        assert all(order.state is WorkOrderState.VERIFIED or one.kind == "fire" for order in one.orders)
        assert one.orders
        assert 5 < ((one.closed_us or 0) - one.opened_us) / 6e7 < 8 * 60


def test_alarms_were_acknowledged_and_none_stands_from_long_ago(past_campus: Path) -> None:
    book = Past(past_campus).at(NOW)[0]
    assert len(book.remembered()) >= 5
    old = [one for one in book.standing(microseconds(NOW)) if one.opened_us < microseconds(MIDNIGHT)]
    assert old == []


def test_a_moment_of_yesterday_shows_what_was_open_then(found: list[IncidentState], past_campus: Path) -> None:
    one = next(one for one in found if not one.open)
    assert one.closed_us is not None
    between = moment((one.opened_us + one.closed_us) // 2)
    then = Past(past_campus).at(between)[1]
    assert one.incident_id in {two.incident_id for two in then.open_ones()}
    assert len(list(then.all())) < len(found)


def test_screens_count_the_same_incidents_as_the_books(found: list[IncidentState], past_campus: Path) -> None:
    asking = Asking(Campus.open(past_campus), TIMEZONE, {name: table_schema(one) for name, one in registry().items()})
    sql = "SELECT kind, count(*) AS value FROM incidents GROUP BY kind ORDER BY kind"
    answer = asking.answer(Question(sql, AsOf(NOW), Window.WEEK))
    assert {row["kind"]: row["value"] for row in answer.rows} == Counter(one.kind for one in found)


def test_what_people_did_is_in_the_journal_once_with_the_events_it_came_of(
    past_campus: Path, demo_campus: Path
) -> None:
    acts = list(KeptActs(past_campus, keep=False).all())
    assert all(one.seq > 0 for one in acts)
    assert [one.received_at for one in acts] == sorted(one.received_at for one in acts)
    assert {one.entry.kind for one in acts} >= {"alarm.raised", "alarm.cleared", "alarm.acknowledged", "order.done"}
    assert all(json.loads(one.entry.body or "{}").get("author") for one in acts if one.entry.kind in HUMAN
               and not json.loads(one.entry.body or "{}").get("reason"))  # fmt: skip
    assert lived(demo_campus, past_campus)[1] == 0
    assert len(list(KeptActs(past_campus, keep=False).all())) == len(acts)


def test_the_same_seed_gives_the_same_acts(past_campus: Path, demo_campus: Path, tmp_path: Path) -> None:
    again = lived(demo_campus, tmp_path / "again")[0]
    first, second = (
        [(one.seq, one.received_at, one.entry) for one in KeptActs(one_folder, keep=False).all()]
        for one_folder in (past_campus, again)
    )
    assert first == second
