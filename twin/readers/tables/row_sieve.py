"""Rows of a table that a reader takes: which are still in, and why the others are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from twin.readers.base import ReadReport, SkipReason
from twin.readers.tables.sheets import Table

Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]

ROWS_IN_A_NOTE: Final = 8


class RowSieve:
    """Keeps track of which rows of a table are still in, and says why the others are not."""

    def __init__(self, table: Table, report: ReadReport) -> None:
        self.table = table
        self.report = report
        self.kept: Mask = ~table.blank
        report.found += table.size
        report.skip(SkipReason.BLANK_ROW, int(table.blank.sum()))

    def drop(self, bad: Mask, reason: SkipReason, why: str, cure: str) -> None:
        """Skip the rows of ``bad`` that are still in; one note names them."""
        fresh = np.flatnonzero(bad & self.kept)
        if len(fresh):
            self.kept[fresh] = False
            self.report.skip(reason, len(fresh), f"{self.where(fresh)}: {why}; skipped. {cure}")

    def mention(self, odd: Mask, what: str) -> None:
        """A note about rows that stay."""
        rows = np.flatnonzero(odd & self.kept)
        if len(rows):
            self.report.note(f"{self.where(rows)}: {what}")

    def where(self, rows: NDArray[np.int64]) -> str:
        table = self.table
        named = ", ".join(str(table.row_number(int(row))) for row in rows[:ROWS_IN_A_NOTE])
        more = f" … ({len(rows)} in all)" if len(rows) > ROWS_IN_A_NOTE else ""
        return f"{table.sheet.file.name}, {table.sheet.name}, row{'s' if len(rows) > 1 else ''} {named}{more}"

    def positions(self) -> list[str]:
        """``sheet!row`` of every row that is in."""
        return [f"{self.table.sheet.name}!{self.table.row_number(int(row))}" for row in np.flatnonzero(self.kept)]


def absent(texts: Texts) -> Mask:
    """Where nothing stands."""
    return np.array([one is None for one in texts], bool)


def map_texts(texts: Texts, function: Callable[[Any], Any]) -> Texts:
    """``function`` of every text, computed once a distinct text."""
    known = {one: function(one) for one in pd.unique(pd.Series(texts, dtype=object)).tolist()}
    out = np.empty(len(texts), object)
    out[:] = [known[one] for one in texts]
    return out
