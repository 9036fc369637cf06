"""The alarms of a campus, folded from the journal. Folding never re-runs a rule."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from twin.errors import UnknownAlarmError
from twin.live.alarms.actors import Actors, Span, bad_actors
from twin.live.alarms.acts import ACT_KINDS
from twin.live.alarms.limits import AlarmLimits, default_limits
from twin.live.alarms.maintenance import CLOSED, OPENED, Maintenance
from twin.live.alarms.record import HistoryLine, Record
from twin.live.alarms.state import AlarmKey, AlarmState, alarm_id
from twin.live.rules.entries import CORRECTED, DECISIONS, RAISED, body_of
from twin.live.rules.episodes import Announced
from twin.model.entries import StoredEntry
from twin.model.levels import LEVELS
from twin.model.time import microseconds

_MOST_RECORDS: Final = 20_000
_MOST_RAISES: Final = 20_000
_MOST_IDS: Final = 100_000


class Raise(NamedTuple):
    """An alarm that reached, or would have reached, the operator."""

    received_us: int
    key: AlarmKey
    suppressed_by: str | None


@dataclass(frozen=True, slots=True)
class Flood:
    """Alarms raised in the last minutes, against what an operator can read."""

    count: int
    limit: int
    window_s: float
    unverified: bool

    @property
    def flooding(self) -> bool:
        return self.count > self.limit


class AlarmBook:
    """Alarm keys and how they stand. ``limits`` and ``maintenance`` may be exchanged while running."""

    def __init__(self, maintenance: Maintenance | None = None, limits: AlarmLimits | None = None) -> None:
        self.maintenance = maintenance or Maintenance()
        self.limits = limits or default_limits()
        self._records: dict[AlarmKey, Record] = {}
        self._standing: dict[AlarmKey, Record] = {}  # those of them that are not both cleared and acknowledged
        self._ids: dict[str, tuple[AlarmKey, int]] = {}  # every id that an alarm may ever have had here
        self._raises: deque[Raise] = deque(maxlen=_MOST_RAISES)
        self._shared: set[AlarmKey] = set()  # records that another book holds, too

    def copy(self) -> AlarmBook:
        """Another book of the same alarms; each goes on by itself. A record is copied when one of them changes it."""
        made = AlarmBook(self.maintenance.copy(), self.limits)
        made._records, made._standing, made._ids = self._records.copy(), self._standing.copy(), self._ids.copy()
        made._raises = self._raises.copy()
        self._shared, made._shared = set(self._records), set(self._records)
        return made

    def fold(self, entries: Iterable[StoredEntry]) -> set[AlarmKey]:
        """Take up entries in the order of the journal; the keys that changed."""
        changed: set[AlarmKey] = set()
        for stored in entries:
            kind = stored.entry.kind
            if kind in DECISIONS or kind in ACT_KINDS:
                key = self._fold_one(stored)
                if key is not None:
                    changed.add(key)
            elif kind in (OPENED, CLOSED):
                self.maintenance.fold(stored)
        for key in changed:
            self._stand(key)
        if len(self._records) > _MOST_RECORDS or len(self._ids) > _MOST_IDS:
            self._forget()
        return changed

    # --- what stands ---

    def standing(self, now_us: int, *, hidden: bool = True) -> list[AlarmState]:
        """All alarms that are not both cleared and acknowledged, gravest and newest first.

        ``hidden`` includes those that are shelved or suppressed by maintenance; they say so.
        """
        found = [state for record in self._standing.values() if (state := self._latest(record, now_us))]
        shown = [one for one in found if hidden or not (one.shelved or one.suppressed_by)]
        return sorted(shown, key=lambda one: (LEVELS[one.level].rank, -one.raised_us, one.key))

    def alarm(self, originator: str, alarm_type: str, now_us: int) -> AlarmState | None:
        """The latest occurrence of one alarm."""
        record = self._records.get(AlarmKey(originator, alarm_type))
        return self._latest(record, now_us) if record else None

    def find(self, one_id: str, now_us: int) -> AlarmState:
        """The alarm that has, or had before a correction, this id."""
        known = self._ids.get(one_id)
        record = self._records.get(known[0]) if known else None
        if known is None or record is None:
            raise UnknownAlarmError(alarm=one_id)
        states = record.states()
        exact = [one for one in states if one.alarm_id == one_id]
        near = [one for one in states if one.opened_us <= known[1]] or states[:1]
        if not exact and not near:
            raise UnknownAlarmError(alarm=one_id)
        return self._at(exact[0] if exact else near[-1], now_us)

    def occurrences(self, originator: str, alarm_type: str, now_us: int) -> list[AlarmState]:
        """All remembered occurrences of one alarm, oldest first."""
        record = self._records.get(AlarmKey(originator, alarm_type))
        return [self._at(one, now_us) for one in record.states()] if record else []

    def remembered(self) -> list[AlarmKey]:
        """Every alarm that is remembered, standing or not."""
        return sorted(key for key, record in self._records.items() if record.occurrences)

    def history(self, originator: str, alarm_type: str) -> list[HistoryLine]:
        """The latest entries about one alarm; what is older is in the journal."""
        record = self._records.get(AlarmKey(originator, alarm_type))
        return list(record.lines) if record else []

    def announced(self) -> Iterator[Announced]:
        """What the engine needs after a restart: episodes that stand or may still be corrected."""
        for record in self._records.values():
            yield from record.announced()

    # --- alarms as a whole ---

    def flood(self, now_us: int) -> Flood:
        """How many alarms were raised lately; suppressed ones do not reach anybody and do not count."""
        limit = self.limits.flood
        since_us = now_us - int(limit.window_s * 1_000_000)
        count = sum(since_us < one.received_us <= now_us and one.suppressed_by is None for one in self._raises)
        return Flood(count, limit.alarms, limit.window_s, self.limits.unverified)

    def suppressed(self, from_us: int, to_us: int) -> list[Raise]:
        """What maintenance kept from the screens: recorded, not lost."""
        return [one for one in self._raises if from_us <= one.received_us < to_us and one.suppressed_by]

    def actors(self, from_us: int, to_us: int, most: int = 10) -> Actors:
        """The alarms that trouble people most in a period, as far as it is remembered."""
        spans = (
            Span(record.key, told.episode.raised_us, told.episode.cleared_us)
            for record in self._records.values()
            for told in record.told.values()
        )
        return bad_actors(spans, from_us, to_us, self.limits.chatter, most)

    # --- folding ---

    def _fold_one(self, stored: StoredEntry) -> AlarmKey | None:
        entry, body = stored.entry, body_of(stored)
        alarm_type = body.get("alarm_type")
        if not isinstance(alarm_type, str):
            return None
        key = AlarmKey(entry.subject, alarm_type)
        record = self._records.get(key) or Record(key)
        if key in self._shared:
            self._shared.discard(key)
            record = record.copy()
        if not record.fold(stored, body):
            return None
        self._records[key] = record
        if entry.kind in DECISIONS:  # each may begin an occurrence
            raised_us = int(body["raised_us"])
            self._ids.setdefault(alarm_id(key, raised_us), (key, raised_us))
        if entry.kind == RAISED or (entry.kind == CORRECTED and body.get("correction") == "raised"):
            window = self.maintenance.covering(alarm_type, body["place"], microseconds(entry.occurred_at))
            self._raises.append(Raise(microseconds(stored.received_at), key, window))
        return key

    def _stand(self, key: AlarmKey) -> None:
        record = self._records[key]
        if record.occurrences and not record.occurrences[-1].closed:
            self._standing[key] = record
        else:
            self._standing.pop(key, None)

    def _latest(self, record: Record, now_us: int) -> AlarmState | None:
        states = record.states()
        return self._at(states[-1], now_us) if states else None

    def _at(self, state: AlarmState, now_us: int) -> AlarmState:
        """What holds at a moment: the shelf until its expiry, maintenance while it lasts.

        An alarm that came and went within one window stays suppressed; one that outlasts it comes up at its end.
        """
        until_us = state.shelved_until_us
        window = self.maintenance.covering(state.alarm_type, state.place, now_us)
        if window is None and state.cleared_us is not None:
            window = self.maintenance.covering(state.alarm_type, state.place, state.opened_us, state.cleared_us)
        shelved = until_us is not None and now_us < until_us
        return replace(state, shelved=shelved, suppressed_by=window) if shelved or window else state

    def _forget(self) -> None:
        """Drop the longest quiet keys, of those with nothing standing."""
        quiet = sorted(
            (one for one in self._records.values() if not one.occurrences or one.occurrences[-1].closed),
            key=lambda one: one.last_us,
        )
        for record in quiet[: max(0, len(self._records) - _MOST_RECORDS * 9 // 10)]:
            del self._records[record.key]
        known = [(one_id, at) for one_id, at in self._ids.items() if at[0] in self._records]
        self._ids = dict(known[-_MOST_IDS // 2 :])  # the newest
