"""Rows of a table that a reader takes: which are still in, and why the others are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from twin.model.finding import RowRemark, finding_rules, said
from twin.readers.base import ReadReport, SkipReason
from twin.readers.tables.sheets import Table

Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]

ROWS_IN_A_NOTE: Final = 8


class RowSieve:
    """Keeps track of which rows of a table are still in, and says why the others are not.

    ``layers``: of which layer each row is, None where nothing says it; without it nobody knows of any.
    """

    def __init__(self, table: Table, report: ReadReport, layers: Texts | None = None) -> None:
        self.table = table
        self.report = report
        self.layers = np.full(table.size, None, object) if layers is None else layers
        self.kept: Mask = ~table.blank
        report.found += table.size
        report.skip(SkipReason.BLANK_ROW, int(table.blank.sum()))

    def drop(self, bad: Mask, reason: SkipReason, rule: str, *, changes: Texts | None = None, **values: Any) -> None:
        """Skip the rows of ``bad`` that are still in, each with a remark by ``rule``; one note names them.

        ``values``: of the rule's sentence, one for all or an array with one a row. ``changes``: tuples of CellChange
        that would mend a row, one a row or None.
        """
        fresh = np.flatnonzero(bad & self.kept)
        if len(fresh):
            self.kept[fresh] = False
            self._remark(fresh, rule, values, changes, skipped=True)
            self.report.skip(reason, len(fresh), f"{self.where(fresh)}: {self._told(fresh, rule, values, '; skipped')}")

    def mention(
        self, odd: Mask, rule: str, *, quiet: bool = False, changes: Texts | None = None, **values: Any
    ) -> None:
        """Remarks about rows that stay; ``quiet``: for the inspection only, no note names them."""
        rows = np.flatnonzero(odd & self.kept)
        if len(rows):
            self._remark(rows, rule, values, changes, skipped=False)
            if not quiet:
                self.report.note(f"{self.where(rows)}: {self._told(rows, rule, values)}")

    def _remark(
        self, rows: NDArray[np.int64], rule: str, values: dict[str, Any], changes: Texts | None, *, skipped: bool
    ) -> None:
        sheet = self.table.sheet
        self.report.remarks += [
            RowRemark(
                rule,
                sheet.file.name,
                sheet.name,
                self.table.row_number(int(row)),
                skipped,
                {name: _of_row(one, row) for name, one in values.items()},
                () if changes is None or changes[row] is None else changes[row],
                self.layers[row],
            )
            for row in rows
        ]

    def _told(self, rows: NDArray[np.int64], rule: str, values: dict[str, Any], ending: str = "") -> str:
        """The rule's sentences in English for several rows, with up to three of their different values."""
        few = {name: _few([_of_row(one, row) for row in rows]) for name, one in values.items()}
        texts = finding_rules()[rule]
        return f"{said(texts.says, few, 'en')}{ending}. {said(texts.fix, few, 'en')}"

    def where(self, rows: NDArray[np.int64]) -> str:
        table = self.table
        named = ", ".join(str(table.row_number(int(row))) for row in rows[:ROWS_IN_A_NOTE])
        more = f" … ({len(rows)} in all)" if len(rows) > ROWS_IN_A_NOTE else ""
        return f"{table.sheet.file.name}, {table.sheet.name}, row{'s' if len(rows) > 1 else ''} {named}{more}"

    def positions(self) -> list[str]:
        """``sheet!row`` of every row that is in."""
        return [f"{self.table.sheet.name}!{self.table.row_number(int(row))}" for row in np.flatnonzero(self.kept)]


def _of_row(value: Any, row: np.int64) -> Any:
    one = value[row] if isinstance(value, np.ndarray) else value
    return one.item() if isinstance(one, np.generic) else one


def _few(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(str(one) if isinstance(one, list) else one for one in values if one is not None))[:3]


def absent(texts: Texts) -> Mask:
    """Where nothing stands."""
    return np.array([one is None for one in texts], bool)


def map_texts(texts: Texts, function: Callable[[Any], Any]) -> Texts:
    """``function`` of every text, computed once a distinct text."""
    known = {one: function(one) for one in pd.unique(pd.Series(texts, dtype=object)).tolist()}
    out = np.empty(len(texts), object)
    out[:] = [known[one] for one in texts]
    return out
