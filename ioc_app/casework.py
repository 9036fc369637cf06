"""What the routes of incidents share: the watch, the campus around a place, photos."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol

from ioc_app.api.reads import PerGeneration, Reads
from ioc_app.incidents import AlarmNow, incident_dict, order_dict, proposal_dict, summary_dict
from ioc_app.whereabouts import Whereabouts
from twin.live.alarms.book import AlarmBook
from twin.live.alarms.state import AlarmKey, AlarmState
from twin.live.incidents.book import IncidentBook
from twin.live.incidents.resources import ResourceSettings
from twin.live.incidents.setup import IncidentSetup
from twin.live.incidents.shipped import load_over
from twin.live.incidents.state import AlarmLine, IncidentState
from twin.live.past import Past
from twin.live.photos import Photos
from twin.live.rules.entries import Decision
from twin.live.watched import Watched
from twin.model.time import microseconds
from twin.people.identity import Identity
from twin.people.roles import Right
from twin.store.campus import Generation
from twin.store.history import History

RESOURCES: Final = "resources.toml"


class Watching(Protocol):
    """As much of the watch as incidents need."""

    @property
    def guard(self) -> AbstractContextManager[Any]: ...
    @property
    def alarms(self) -> AlarmBook: ...
    @property
    def incidents(self) -> IncidentBook: ...
    @property
    def incident_setup(self) -> IncidentSetup: ...
    def now_us(self) -> int: ...
    def act(self, draft: Callable[[int], Iterable[Decision]]) -> list[str]: ...


class Casework:
    """One campus' incidents as the routes see them. Every method may block: call it from a worker thread."""

    def __init__(self, watch: Watching, reads: Reads, history: History, past: Past) -> None:
        self.watch = watch
        self.past = past
        self.history = history
        self.reads = reads
        self.photos = Photos(reads.campus_folder)
        config = reads.campus_folder / "config"
        load = partial(load_over, config, RESOURCES, ResourceSettings)
        self.nearby = Watched([config / RESOURCES], load, load_over(None, RESOURCES, ResourceSettings), settled=True)
        self.nearby.look()
        self._wheres = PerGeneration(self._whereabouts)
        self._made_with = self.nearby.value

    @property
    def setup(self) -> IncidentSetup:
        """In force now. Raises StillLookingBackError."""
        return self.watch.incident_setup

    def where(self) -> Whereabouts:
        """Of the generation in use, and by the resources that are in force."""
        if self.nearby.value is not self._made_with:
            self._made_with, self._wheres = self.nearby.value, PerGeneration(self._whereabouts)
        return self._wheres.of(self.reads.generation)

    def shown(self, incident_id: str, identity: Identity) -> dict[str, Any]:
        """The whole card, for whoever asks. Raises UnknownIncidentError."""
        where = self.where()
        with self.watch.guard:
            now_us = self.watch.now_us()
            one = self.watch.incidents.find(incident_id)
            alarm_now = self._alarm_now([one], now_us, self.watch.alarms)
            shown = incident_dict(one, now_us, where, alarm_now, identity.rights)
        if one.open and not one.orders:  # nobody was sent yet: who would go now
            proposal = self.setup.propose(one, now_us)
            shown["proposal"] = proposal_dict(proposal, cleared=identity.may(Right.NAMES))
        return shown

    def shown_then(self, incident_id: str, identity: Identity, at: datetime) -> dict[str, Any]:
        """The card as it was; nothing can be done about it. Raises UnknownIncidentError."""
        (alarms, incidents), at_us = self.past.at(at), microseconds(at)
        one = incidents.find(incident_id)
        shown = incident_dict(one, at_us, self.where(), self._alarm_now([one], at_us, alarms), identity.rights)
        return {**shown, "acts": [], "work_orders": [{**order, "acts": []} for order in shown["work_orders"]]}

    def summaries(
        self, states: Sequence[IncidentState], now_us: int, alarms: AlarmBook | None = None
    ) -> list[dict[str, Any]]:
        """Cards of the board, also what the stream carries; ``alarms`` are those of the same moment (default: now)."""
        where = self.where()
        with self.watch.guard:
            alarm_now = self._alarm_now(states, now_us, alarms or self.watch.alarms)
        return [summary_dict(one, now_us, where, alarm_now) for one in states]

    def listed(self) -> list[dict[str, Any]]:
        """Every incident that is remembered, the newest first."""
        with self.watch.guard:
            now_us = self.watch.now_us()
            found = sorted(self.watch.incidents.all(), key=lambda one: -one.opened_us)
        return self.summaries(found, now_us)

    def orders(self) -> list[dict[str, Any]]:
        """Their work orders."""
        with self.watch.guard:
            now_us = self.watch.now_us()
            found = sorted(self.watch.incidents.all(), key=lambda one: -one.opened_us)
        return [order_dict(order, one, now_us) for one in found for order in one.orders]

    @staticmethod
    def _alarm_now(states: Sequence[IncidentState], now_us: int, alarms: AlarmBook) -> AlarmNow:
        """How the alarms of these incidents stand now; of each key the latest occurrence counts."""
        keys = {line.key for one in states for line in one.alarms}
        found: Mapping[AlarmKey, AlarmState | None] = {
            key: alarms.alarm(key.originator, key.alarm_type, now_us) for key in keys
        }

        def alarm_now(line: AlarmLine) -> AlarmState | None:
            return found.get(line.key)

        return alarm_now

    def _whereabouts(self, generation: Generation) -> Whereabouts:
        return Whereabouts(generation, self.reads.directory(generation), self._made_with)
