"""The incidents of a campus, folded from the journal. Folding asks no configuration and opens nothing by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from twin.errors import UnknownIncidentError, UnknownOrderError
from twin.live.alarms.state import AlarmKey
from twin.live.incidents.handover import HANDOVER_KINDS, HandoverBook
from twin.live.incidents.record import Record
from twin.live.incidents.state import HistoryLine, IncidentState, WorkOrder
from twin.live.incidents.timely import next_moment_us, of_time
from twin.live.incidents.transitions import HUMAN, MACHINE
from twin.live.rules.entries import Decision, body_of
from twin.model.entries import StoredEntry
from twin.model.levels import LEVELS

KINDS: Final = MACHINE | HUMAN | HANDOVER_KINDS
_MOST: Final = 20_000
_FAR: Final = 1 << 62


class IncidentBook:
    """Incidents and how they stand. ``handovers`` are those of the shift, from the same journal."""

    def __init__(self) -> None:
        self.handovers = HandoverBook()
        self.revision = 0  # grows whenever an incident changes
        self._records: dict[str, Record] = {}
        self._open: set[str] = set()
        self._next_us: dict[str, int] = {}  # of open ones: when time will bring something
        self._by_key: dict[AlarmKey, frozenset[str]] = {}
        self._by_event: dict[str, str] = {}
        self._shared: set[str] = set()  # records that another book holds, too

    def copy(self) -> IncidentBook:
        """Another book of the same incidents; each goes on by itself. A record is copied when one changes it."""
        made = IncidentBook()
        made.handovers, made.revision = self.handovers.copy(), self.revision
        made._records, made._open, made._next_us = self._records.copy(), self._open.copy(), self._next_us.copy()
        made._by_key, made._by_event = self._by_key.copy(), self._by_event.copy()
        self._shared, made._shared = set(self._records), set(self._records)
        return made

    def fold(self, entries: Iterable[StoredEntry]) -> set[str]:
        """Take up entries in the order of the journal; the ids of the incidents that changed."""
        changed: set[str] = set()
        for stored in entries:
            kind = stored.entry.kind
            if kind in HANDOVER_KINDS:
                self.handovers.fold(stored)
            elif kind in KINDS:
                incident_id = stored.entry.subject
                record = self._record(incident_id)
                if record.fold(stored, body_of(stored)):
                    changed.add(incident_id)
        changed = {one for one in sorted(changed) if self._note(one)}
        self.revision += bool(changed)
        if len(self._records) > _MOST:
            self._forget()
        return changed

    # --- what stands ---

    def all(self) -> Iterator[IncidentState]:
        """Every incident that is remembered."""
        return (state for record in self._records.values() if (state := record.state) is not None)

    def open_ones(self) -> list[IncidentState]:
        """Those that are not closed, in the order of their ids."""
        return [self.find(one) for one in sorted(self._open)]

    def open(self, now_us: int) -> list[IncidentState]:
        """Those that are not closed: gravest first, then by what is due first."""
        return sorted(self.open_ones(), key=lambda one: urgency(one, now_us))

    def find(self, incident_id: str) -> IncidentState:
        """Raises UnknownIncidentError."""
        record = self._records.get(incident_id)
        state = record.state if record else None
        if state is None:
            raise UnknownIncidentError(incident=incident_id)
        return state

    def order(self, incident_id: str, order_id: str) -> WorkOrder:
        """Raises UnknownIncidentError, UnknownOrderError."""
        order = self.find(incident_id).order(order_id)
        if order is None:
            raise UnknownOrderError(order=order_id, incident=incident_id)
        return order

    def history(self, incident_id: str) -> list[HistoryLine]:
        """Everything about one incident, oldest first. Raises UnknownIncidentError."""
        return list(self.find(incident_id).history)

    # --- what the opener asks ---

    def covers(self, key: AlarmKey, opened_us: int) -> bool:
        """Whether an alarm is somebody's case: of an open incident, or of one that was closed after it began."""
        found = [self.find(one) for one in self._by_key.get(key, ())]
        return any(one.closed_us is None or opened_us <= one.closed_us for one in found)

    def case_of(self, key: AlarmKey) -> str | None:
        """The open incident that an alarm belongs to."""
        found = (self.find(one) for one in sorted(self._by_key.get(key, ())))
        return next((one.incident_id for one in found if one.open), None)

    def of_event(self, event_id: str) -> str | None:
        """The incident that an event came to."""
        return self._by_event.get(event_id)

    # --- what time brings ---

    def due(self, now_us: int) -> list[Decision]:
        """Warnings, breaches and ends of suspensions that nobody wrote down yet; each comes once."""
        coming = sorted(one for one, next_us in self._next_us.items() if next_us <= now_us)
        return [one for incident_id in coming for one in of_time(self.find(incident_id), now_us)]

    # --- folding ---

    def _record(self, incident_id: str) -> Record:
        """The record to be changed: ours alone."""
        record = self._records.setdefault(incident_id, Record(incident_id))
        if incident_id in self._shared:
            self._shared.discard(incident_id)
            record = self._records[incident_id] = record.copy()
        return record

    def _note(self, incident_id: str) -> bool:
        """Where it is to be found; False while its opening is not here."""
        state = self._records[incident_id].state
        if state is None:
            return False
        if state.open:
            self._open.add(incident_id)
            self._next_us[incident_id] = next_moment_us(state)
        else:
            self._open.discard(incident_id)
            self._next_us.pop(incident_id, None)
        for line in state.alarms:
            known = self._by_key.get(line.key, frozenset())
            if incident_id not in known:
                self._by_key[line.key] = known | {incident_id}
        for event in state.events:
            self._by_event.setdefault(event.event_id, incident_id)
        return True

    def _forget(self) -> None:
        """Drop those that were closed longest ago; the journal keeps them."""
        closed = sorted((one for one in self.all() if not one.open), key=lambda one: one.updated_us)
        for state in closed[: max(0, len(self._records) - _MOST * 9 // 10)]:
            del self._records[state.incident_id]
        kept = {key: frozenset(one for one in ids if one in self._records) for key, ids in self._by_key.items()}
        self._by_key = {key: ids for key, ids in kept.items() if ids}
        self._by_event = {event: one for event, one in self._by_event.items() if one in self._records}


def urgency(state: IncidentState, now_us: int) -> tuple[int, int, int, str]:
    """What comes first on a board."""
    due_us = state.due_us(now_us)
    return (LEVELS[state.level].rank, _FAR if due_us is None else due_us, state.opened_us, state.incident_id)
