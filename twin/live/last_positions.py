"""Where the originators of events were last, by their own word: what is no device here stands somewhere, too."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from twin.live.rules.entries import body_of, position_in
from twin.model.entries import EVENT, StoredEntry
from twin.model.time import microseconds

MOST: Final = 10_000

Position = tuple[float, ...]  # x, y, z


class LastPositions:
    """In the campus CRS; of each the latest by its own time, of all the last ``MOST`` that were heard."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[int, Position]] = OrderedDict()

    def take(self, stored: Iterable[StoredEntry]) -> None:
        for one in stored:
            if one.entry.kind != EVENT:
                continue
            position = position_in(body_of(one), 3)
            at_us, known = microseconds(one.entry.occurred_at), self._known.get(one.entry.subject)
            if position is not None and (known is None or known[0] <= at_us):
                self._known[one.entry.subject] = (at_us, position)
                self._known.move_to_end(one.entry.subject)
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    def of(self, originator: str) -> Position | None:
        known = self._known.get(originator)
        return known[1] if known else None
