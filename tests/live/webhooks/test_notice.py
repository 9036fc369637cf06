"""What a maintenance window expects is recorded and told to nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from twin.live.webhooks.notice import expected
from twin.model.entries import Entry, StoredEntry

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def raised(**body: object) -> StoredEntry:
    return StoredEntry(1, NOW, Entry("~1", "alarm.raised", "P-1", NOW, "rules", body=json.dumps(body)))


def test_only_what_a_window_covers_is_expected() -> None:
    assert expected(raised(suppressed_by="valves"))
    assert not expected(raised(suppressed_by=None))
    assert not expected(raised())
