"""When each device told of an event last: found out once a file, for a file never changes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from twin.errors import HistoryDamagedError
from twin.model.entries import EVENT
from twin.model.last_asked import LastAsked
from twin.model.time import moment
from twin.screens.spans import RAW_LONGEST_US, Span
from twin.store.history_manifest import HistoryFile
from twin.store.history_view import HistoryView

KEPT_FILES: Final = 400  # two days of segments, and some days of the past
KEPT_LATELY: Final = 4  # answers
_AT: Final = pa.timestamp("us", "UTC")
HEARD: Final = pa.schema([("subject", pa.string()), ("heard_at", _AT)])
_COLUMNS: Final = ("subject", "occurred_at")


class LastHeard:
    """Of one campus; for one thread at a time."""

    def __init__(self) -> None:
        self._kept: LastAsked[str, pa.Table] = LastAsked(KEPT_FILES)
        self._lately: LastAsked[Hashable, pa.Table] = LastAsked(KEPT_LATELY)

    def of(self, view: HistoryView, tail: pa.Table, span: Span) -> pa.Table:
        """The last event of 48 hours of each device, in the columns of ``HEARD``; ``tail`` as far as it counts.

        Raises HistoryDamagedError.
        """
        about = (span.at_us, span.known_seq, view.mark(span.at_us, span.known_seq))
        # of a screen several panels ask the same of one moment
        return self._lately.made(about, lambda: self._of(view, tail, span))

    def _of(self, view: HistoryView, tail: pa.Table, span: Span) -> pa.Table:
        start_us = span.at_us - RAW_LONGEST_US
        files = [one for one in view.raw_files(start_us, span.at_us + 1) if span.knows(one.min_seq)]
        spoke = tail.filter(pc.equal(tail["kind"], EVENT))
        found = pa.concat_tables([_last(spoke), *(self._of_file(view, one, span) for one in files)])
        start = pa.scalar(moment(start_us), _AT)
        return _newest(found.filter(pc.greater_equal(found["heard_at"], start)))

    def _of_file(self, view: HistoryView, file: HistoryFile, span: Span) -> pa.Table:
        if file.max_us > span.at_us or not span.knows(file.max_seq):  # some of it does not count
            return _last(_within(_events(view, file), span))
        return self._kept.made(file.name, lambda: _last(_events(view, file)))


def _events(view: HistoryView, file: HistoryFile) -> pa.Table:
    [path] = view.paths([file])
    only = pc.field("kind") == EVENT
    try:
        return pq.read_table(path, columns=["seq", *_COLUMNS], filters=only, use_threads=False)
    except (OSError, pa.ArrowException) as fault:
        raise HistoryDamagedError(path=path, detail=str(fault).partition("\n")[0]) from fault


def _within(events: pa.Table, span: Span) -> pa.Table:
    counts = pc.less_equal(events["occurred_at"], pa.scalar(moment(span.at_us), events["occurred_at"].type))
    if span.known_seq is not None:
        counts = pc.and_(counts, pc.less_equal(events["seq"], span.known_seq))
    return events.filter(counts)


def _last(events: pa.Table) -> pa.Table:
    columns = [events[name].cast(field.type) for name, field in zip(_COLUMNS, HEARD, strict=True)]
    return _newest(pa.table(columns, schema=HEARD))


def _newest(heard: pa.Table) -> pa.Table:
    grouped = heard.group_by("subject", use_threads=False).aggregate([("heard_at", "max")])
    return pa.table([grouped["subject"], grouped["heard_at_max"]], schema=HEARD)
