"""What a follower of the journal reads next: all it asked for, how far, and what was already pruned."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.live.entries import NOON, ZONE, StandingClock, reading, readings
from tests.live.webhooks.hooked import alarm
from twin.live.journal import Journal
from twin.live.seal import Sealer
from twin.model.entries import READING
from twin.store.journal_reader import JournalReader


def ids(reader: JournalReader, after: int, limit: int = 100) -> tuple[list[str], int]:
    page = reader.page(after, limit, besides=[READING])
    return [one.entry.entry_id for one in page.entries], page.reached


def test_no_journal_is_nothing_yet(tmp_path: Path) -> None:
    page = JournalReader(tmp_path).page(7, 10)
    assert (page.entries, page.reached, page.missing, page.given) == ([], 7, 0, 7)


def test_a_page_reaches_over_what_was_not_asked_for(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append([*readings(3), alarm(1), *readings(3, first=10), alarm(2), *readings(2, first=20)])
    reader = JournalReader(tmp_path)
    assert ids(reader, 0) == (["~alarm.raised-1", "~alarm.raised-2"], 10)
    assert ids(reader, 0, limit=1) == (["~alarm.raised-1"], 4)
    assert ids(reader, 4, limit=1) == (["~alarm.raised-2"], 8)
    assert ids(reader, 8) == ([], 10)
    assert ids(reader, 10) == ([], 10)
    assert reader.page(0, 100).given == 10
    assert len(reader.page(0, 100).entries) == 10


def test_what_was_pruned_is_counted_once_page_by_page(tmp_path: Path) -> None:
    clock = StandingClock(NOON + timedelta(days=3))
    with Journal(tmp_path, clock=clock) as journal:
        journal.append([alarm(1), *readings(4)], NOON)  # 1 to 5, of a day that is closed
        kept = reading(99, at=NOON + timedelta(days=3))
        journal.append([kept, alarm(2, at=NOON)], NOON)  # 6 stays, 7 goes
        journal.append([alarm(3, at=NOON + timedelta(days=3))], NOON + timedelta(days=3))
        sealer = Sealer(tmp_path, ZONE, clock=clock)
        sealer.start()
        sealer.seal()
        sealer.close_due()
        assert journal.prune(NOON + timedelta(days=1)) == 6
        found = [journal.page(after, 100).missing for after in (0, 3, 6, 7)]
        assert found == [6, 3, 1, 0]
        first = journal.page(0, 1)
        assert (first.reached, first.missing) == (6, 5)
        assert journal.page(first.reached, 1).missing == 1
