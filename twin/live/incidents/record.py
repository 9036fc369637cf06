"""All entries about one incident. Facts may come in any order; acts of people are taken in that of the journal."""

from __future__ import annotations

from typing import Any

from twin.live.incidents.case import Case, Telling
from twin.live.incidents.effects import EFFECTS
from twin.live.incidents.state import IncidentState
from twin.live.incidents.transitions import HUMAN, MACHINE, OPENED
from twin.model.entries import StoredEntry
from twin.model.time import microseconds


class Record:
    """One incident. It has no state until its opening is here."""

    def __init__(self, incident_id: str) -> None:
        self.incident_id = incident_id
        self._opened: Telling | None = None
        self._facts: dict[str, Telling] = {}
        self._acts: dict[str, Telling] = {}
        self._revision = 0
        self._state: IncidentState | None = None

    def copy(self) -> Record:
        """The same, to be changed by itself."""
        made = Record(self.incident_id)
        made._opened, made._facts, made._acts = self._opened, self._facts.copy(), self._acts.copy()
        made._revision, made._state = self._revision, self._state
        return made

    def fold(self, stored: StoredEntry, body: dict[str, Any]) -> bool:
        """Take up an entry; False where it says nothing new."""
        entry = stored.entry
        told = Telling(stored.seq, entry.entry_id, entry.kind, microseconds(entry.occurred_at), body)
        if entry.kind == OPENED:
            if self._opened is not None or not _opens(self.incident_id, told):
                return False
            self._opened = told
        elif entry.kind in MACHINE:
            if entry.entry_id in self._facts:
                return False
            self._facts[entry.entry_id] = told
        elif entry.kind not in HUMAN or entry.entry_id in self._acts:
            return False
        else:
            self._acts[entry.entry_id] = told
        self._revision = max(self._revision, stored.seq)
        self._state = None
        return True

    @property
    def state(self) -> IncidentState | None:
        if self._state is None and self._opened is not None:
            case = Case(self.incident_id, self._opened)
            case.open()
            for told in self._acts.values():
                case.act(told, EFFECTS.get(told.kind))
            case.facts(self._facts.values())
            self._state = case.state(self._revision)
        return self._state


def _opens(incident_id: str, told: Telling) -> bool:
    """Whether an opening says all that a card needs."""
    try:
        case = Case(incident_id, told)
        case.open()
        state = case.state(told.seq)
        state.clocks(told.at_us)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    return True
