"""The audit: whatever is done to its file shows, with a head that was written down even the cut of its end."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.people.test_people import Turned
from twin.errors import AuditBrokenError, AuditHeadMissingError, BadHeadError
from twin.model.time import SystemClock
from twin.people.audit import AuditLog, Head
from twin.people.head_sink import write_heads
from twin.people.identity import Actor, IdentityKind

ZHANG = Actor("zhang", IdentityKind.PERSON, "10.0.0.1")


def written(folder: Path, lines: int = 20) -> AuditLog:
    audit = AuditLog(folder, SystemClock())
    for number in range(lines):
        audit.append(ZHANG, "alarm.acknowledged", f"alarm-{number}", note="看过了 \ud83d 'x'\0" if number % 2 else "")
    return audit


def tamper(audit: AuditLog, *statements: str) -> None:
    """As somebody with the file in hand: triggers keep programs honest, not people."""
    with closing(sqlite3.connect(audit.path)) as db:
        db.executescript("DROP TRIGGER kept_as_written; DROP TRIGGER kept_whole;")
        for one in statements:
            db.execute(one)
        db.commit()


def test_it_is_whole_as_written(tmp_path: Path) -> None:
    audit = written(tmp_path)
    assert audit.verify() == audit.head()
    assert audit.head().seq == 20
    assert [one.seq for one in audit.lines(before=6, limit=3)] == [5, 4, 3]
    assert json.loads(audit.lines(limit=1)[0].detail)["note"].startswith("看过了")


def test_programs_cannot_change_it(tmp_path: Path) -> None:
    audit = written(tmp_path)
    with closing(sqlite3.connect(audit.path)) as db:
        for statement in ("UPDATE line SET actor = 'li'", "DELETE FROM line"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seq=st.integers(1, 20),
    column=st.sampled_from(["at", "actor", "kind", "address", "action", "target", "detail", "hash"]),
)
def test_an_altered_line_is_found(tmp_path_factory: pytest.TempPathFactory, seq: int, column: str) -> None:
    audit = written(tmp_path_factory.mktemp("audit"))
    tamper(audit, f"UPDATE line SET {column} = {column} || 'x' WHERE seq = {seq}")
    with pytest.raises(AuditBrokenError) as found:
        audit.verify()
    assert found.value.params["seq"] == seq


@pytest.mark.parametrize(
    "statements",
    [
        ("DELETE FROM line WHERE seq = 7",),
        ("DELETE FROM line WHERE seq = 7", "UPDATE line SET seq = seq - 1 WHERE seq > 7"),
        ("DELETE FROM line WHERE seq = 1",),
        (f"UPDATE line SET seq = {was} WHERE seq = {now}" for was, now in ((-1, 4), (4, 5), (5, -1))),
    ],
)
def test_a_removed_or_moved_line_is_found(tmp_path: Path, statements: tuple[str, ...]) -> None:
    audit = written(tmp_path)
    tamper(audit, *statements)
    with pytest.raises(AuditBrokenError):
        audit.verify()


def test_a_cut_end_shows_against_a_head(tmp_path: Path) -> None:
    audit = written(tmp_path)
    head = audit.head()
    tamper(audit, "DELETE FROM line WHERE seq > 15")
    assert audit.verify().seq == 15  # in itself it is whole
    with pytest.raises(AuditHeadMissingError):
        audit.verify(head)


def test_a_log_written_anew_shows_against_a_head(tmp_path: Path) -> None:
    for one in ("old", "new"):
        (tmp_path / one).mkdir()
    head = written(tmp_path / "old").head()
    forged = written(tmp_path / "new", 30)
    assert forged.verify().seq == 30
    with pytest.raises(AuditHeadMissingError):
        forged.verify(head)


def test_an_older_head_holds_while_the_log_grows(tmp_path: Path) -> None:
    audit = written(tmp_path)
    head = audit.head()
    audit.append(ZHANG, "logout")
    assert audit.verify(Head.parse(str(head))).seq == 21


@pytest.mark.parametrize("text", ["", "12", "12-abc", "x-" + "0" * 64, "3-" + "g" * 64])
def test_what_is_no_head_is_said(text: str) -> None:
    with pytest.raises(BadHeadError):
        Head.parse(text)


def _append(folder: str) -> None:
    audit = AuditLog(Path(folder), SystemClock())
    for _ in range(50):
        audit.append(ZHANG, "login")


def test_several_programs_append_to_one_chain(tmp_path: Path) -> None:
    written(tmp_path, 0)
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        for one in [pool.submit(_append, str(tmp_path)) for _ in range(3)]:
            one.result()
    assert AuditLog(tmp_path, SystemClock()).verify().seq == 150


def test_the_sink_gets_the_head_of_each_day_that_has_ended_once(tmp_path: Path) -> None:
    clock, shanghai = Turned(), ZoneInfo("Asia/Shanghai")
    audit = AuditLog(tmp_path, clock)
    sink = tmp_path / "heads.jsonl"
    heads = {}
    for hours in (0, 7, 9, 30):  # 16:00, 23:00, 01:00 the next day, 22:00 the next day, in Shanghai
        clock.at = datetime(2026, 11, 26, 8, tzinfo=UTC) + timedelta(hours=hours)
        audit.append(ZHANG, "login")
        heads[clock.at.astimezone(shanghai).date().isoformat()] = str(audit.head())
        write_heads(audit, sink, shanghai, clock.now())
    clock.turn(24 * 3600)
    assert write_heads(audit, sink, shanghai, clock.now()) == 1
    assert write_heads(audit, sink, shanghai, clock.now()) == 0
    assert {one["day"]: one["head"] for one in map(json.loads, sink.read_text().splitlines())} == heads
    assert audit.verify(Head.parse(heads["2026-11-26"]))
