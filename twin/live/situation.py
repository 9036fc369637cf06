"""What holds on a campus: its alarms and incidents as the journal tells them, and what follows from what arrives.

No thread, no clock and no journal of its own (``watching.py`` has those): entries in, decisions for the journal out,
and the news for whoever looks. Decisions come back as entries and are only folded then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from twin.live.alarms.book import AlarmBook
from twin.live.alarms.campus_topology import topology_of
from twin.live.alarms.merge import Relation
from twin.live.alarms.scope_names import ScopeNames
from twin.live.alarms.state import AlarmKey, AlarmState
from twin.live.in_force import InForce
from twin.live.incidents.book import IncidentBook
from twin.live.incidents.opener import Opener
from twin.live.incidents.register_turns import RegisterTurns
from twin.live.incidents.state import IncidentState
from twin.live.last_positions import LastPositions
from twin.live.rules.campus_places import places_of
from twin.live.rules.engine import RuleEngine
from twin.live.rules.entries import Decision
from twin.live.rules.files import Known
from twin.live.rules.places import Places
from twin.model.collecting import give_back, no_collection
from twin.model.entries import EVENT, StoredEntry
from twin.model.time import Clock
from twin.store.campus import Campus

SETTLE_US: Final = 5_000_000  # so often the opener is asked when nothing changed: alarms settle
AT_ONCE: Final = 5_000
Heard = Callable[[], Set[str]]  # points and devices that ever gave a sign


@dataclass(frozen=True, slots=True)
class News:
    """What stands otherwise than before. ``gone`` are alarms of which a correction left nothing."""

    alarms: Sequence[AlarmState] = ()
    gone: Sequence[AlarmKey] = ()
    incidents: Sequence[IncidentState] = ()

    def __bool__(self) -> bool:
        return bool(self.alarms or self.gone or self.incidents)


@dataclass
class _Changed:
    alarms: set[AlarmKey] = field(default_factory=set)
    incidents: set[str] = field(default_factory=set)


class Situation:
    """Belongs to one thread, or to whoever holds its guard."""

    def __init__(self, campus: Campus, timezone: ZoneInfo, clock: Clock, heard: Heard) -> None:
        """Raises ConfigHistoryDamagedError."""
        self.alarms = AlarmBook()
        self.incidents = IncidentBook()
        self._campus = campus
        self._heard = heard
        self._places = Places()
        self._relations: list[Relation] = []
        self._generation = -1
        self._take_up_generation()
        config, turns = campus.folder / "config", RegisterTurns(campus, clock.now)
        self.in_force = InForce(config, timezone.key, lambda: Known.of(self._places), self._things, clock.now, turns)
        self.in_force.use_names(self._places.names)
        self._engine = RuleEngine(self.in_force.rules, self._places, self.in_force.calendar)
        self._opener = Opener(self.in_force.setup, self._relations, self.in_force.limits.merge)
        self._use_limits()
        self._positions = LastPositions()
        self._changed = _Changed()
        self._stirred, self._ask_us = False, 0
        self._hidden: dict[AlarmKey, tuple[bool, str | None]] = {}

    @property
    def lookback_us(self) -> int:
        """How far back ``begin`` wants what was received."""
        return self._engine.lookback_us

    def begin(self, acts: Iterable[StoredEntry], recent: Iterable[StoredEntry], now_us: int) -> list[Decision]:
        """Take up what stood when the last process ended, and say what its end left unsaid."""
        acts = iter(acts)
        with no_collection():
            while some := list(islice(acts, AT_ONCE)):  # months of them: as objects they are large
                self.fold(some)
        give_back()
        recent = list(recent)
        self._positions.take(recent)
        decisions = self._engine.restore(self.alarms.announced(), recent, now_us, self._heard())
        return self._placed(decisions) + self._opened_by_events(recent, now_us)

    def fold(self, stored: Iterable[StoredEntry]) -> None:
        """Take up what was concluded and done, in the order of the journal."""
        stored = list(stored)
        alarms, incidents = self.alarms.fold(stored), self.incidents.fold(stored)
        self._changed.alarms |= alarms
        self._changed.incidents |= incidents
        self._stirred = self._stirred or bool(alarms or incidents)

    def judge(self, stored: Sequence[StoredEntry], now_us: int) -> list[Decision]:
        """What follows from what has arrived."""
        self._positions.take(stored)
        return self._placed(self._engine.on_entries(stored, now_us)) + self._opened_by_events(stored, now_us)

    def tick(self, now_us: int) -> list[Decision]:
        """What follows from time alone: delays, silence, deadlines, shelves that end, alarms that have settled."""
        decisions = self._placed(self._engine.tick(now_us))
        standing = self.alarms.standing(now_us)
        hidden = {one.key: (one.shelved, one.suppressed_by) for one in standing}
        came_and_went = {key for key, one in hidden.items() if self._hidden.get(key, (False, None)) != one}
        self._changed.alarms |= came_and_went
        self._hidden = hidden
        if self._stirred or came_and_went or now_us >= self._ask_us:
            self._stirred, self._ask_us = False, now_us + SETTLE_US
            decisions += self._opener.on_alarms(standing, self.incidents, now_us)
        return decisions + self.incidents.due(now_us)

    def look(self, now_us: int) -> list[Decision]:
        """Look at the files and at the generation, and go on with what they say now."""
        moved = self._take_up_generation()
        if moved:
            self.in_force.use_names(self._places.names)
        rules, others = self.in_force.look()
        if moved or others:
            self._use_limits()
            self._opener.use(self.in_force.setup, self._relations, self.in_force.limits.merge)
        if moved:  # things have other numbers now
            self._changed.alarms |= {one.key for one in self.alarms.standing(now_us)}
            self._changed.incidents |= {one.incident_id for one in self.incidents.open(now_us)}
        return self.use_rules(now_us) if moved or rules else []

    def use_rules(self, now_us: int) -> list[Decision]:
        """Judge by the rules that are in force now."""
        in_force = self.in_force
        used = self._engine.use(in_force.rules, now_us, self._places, in_force.calendar, self._heard())
        return self._placed(used)

    def news(self, now_us: int) -> News:
        """What changed since it was last asked."""
        changed, self._changed = self._changed, _Changed()
        incidents = [self.incidents.find(one) for one in sorted(changed.incidents)]
        changed.alarms |= {line.key for one in incidents for line in one.alarms}  # they say whose case they are
        found = {key: self.alarms.alarm(*key, now_us) for key in sorted(changed.alarms)}
        return News([one for one in found.values() if one], [key for key, one in found.items() if not one], incidents)

    def everything(self, now_us: int) -> News:
        """All that stands."""
        self._changed = _Changed()
        return News(self.alarms.standing(now_us), (), self.incidents.open(now_us))

    def _placed(self, decisions: Iterable[Decision]) -> list[Decision]:
        """With what the rules do not know: where that is which is no device here, and the window that expects it."""
        return [replace(one, body=one.body | self._circumstances(one)) for one in decisions]

    def _circumstances(self, decision: Decision) -> dict[str, Any]:
        body = decision.body
        place = dict(body["place"])
        position = self._positions.of(decision.subject)
        if position is not None and (body["rule_kind"] == "geofence" or decision.subject not in self._places.devices):
            place["position"] = list(position)
        window = self.alarms.maintenance.covering(body["alarm_type"], place, decision.occurred_us)
        return {"place": place, "suppressed_by": window}

    def _opened_by_events(self, stored: Iterable[StoredEntry], now_us: int) -> list[Decision]:
        events = [one for one in stored if one.entry.kind == EVENT]
        if not events:
            return []
        return self._opener.on_events(events, self.incidents, lambda code: self._places.at(code).to_dict(), now_us)

    def _take_up_generation(self) -> bool:
        generation = self._campus.generation
        if generation.number == self._generation:
            return False
        self._places, self._relations = places_of(generation), topology_of(generation)
        self._scope_names = ScopeNames.of(generation, self._places)
        self._generation = generation.number
        return True

    def _things(self) -> ScopeNames:
        """What a maintenance window may name: also what sends, or raised an alarm, and stands in no list."""
        remembered = self.alarms.remembered()
        return self._scope_names.also(
            devices=self._heard() | {one.originator for one in remembered},
            alarm_types={one.alarm_type for one in remembered},
        )

    def _use_limits(self) -> None:
        self.alarms.limits = self.in_force.limits
        self.alarms.maintenance.use(self.in_force.windows)
