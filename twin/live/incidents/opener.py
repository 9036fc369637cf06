"""Incidents that open by themselves: of grave alarms, and of events that always are one.

Pure: the same alarms and incidents give the same decisions, in whatever order they come, and once these are folded no
more. Alarms that belong together (``alarms.merge``) are one incident; one that belongs to the group of an open incident
joins it. Incidents that turn out to be of one cause before anybody touched them are merged into the oldest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from twin.live.alarms.limits import MergeLimit
from twin.live.alarms.merge import Group, Line, Relation, Topology, merge
from twin.live.alarms.state import AlarmState
from twin.live.incidents.acts import joined
from twin.live.incidents.book import IncidentBook
from twin.live.incidents.opening import Opening, alarm_line, incident_id_of, opened
from twin.live.incidents.setup import IncidentSetup
from twin.live.incidents.state import EventLine, IncidentState
from twin.live.incidents.transitions import MERGED
from twin.live.rules.entries import Decision, body_of, entry_id
from twin.model.entries import EVENT, StoredEntry
from twin.model.levels import LEVELS, gravest
from twin.model.live import Level, Stage
from twin.model.time import microseconds

PlaceOf = Callable[[str], Mapping[str, Any]]  # of an originator


class Opener:
    """``setup``, ``limit`` and what stands above what may be exchanged while running (``use``)."""

    def __init__(self, setup: IncidentSetup, relations: Iterable[Relation], limit: MergeLimit) -> None:
        self.use(setup, relations, limit)

    def use(self, setup: IncidentSetup, relations: Iterable[Relation], limit: MergeLimit) -> None:
        self._setup, self._topology, self._limit = setup, Topology.of(relations), limit
        self._answered: tuple[int, tuple[tuple[str, Level], ...]] | None = None

    def on_alarms(self, alarms: Iterable[AlarmState], book: IncidentBook, now_us: int) -> list[Decision]:
        """What all standing alarms lead to now. Ask again when they change, and now and then: some have to settle."""
        free = [one for one in alarms if not (one.closed or one.shelved or one.suppressed_by)]
        free = [one for one in free if not book.covers(one.key, one.opened_us)]
        settled_us = now_us - round(self._setup.settings.opening.settle_s * 1_000_000)
        asked = (book.revision, tuple((one.alarm_id, one.level) for one in free))
        if not free or asked == self._answered:
            return []
        by_id = {one.alarm_id: one for one in free}
        hosts = {line.alarm_id: state for state in book.open_ones() for line in state.alarms}
        lines = [_line(one, now_us) for one in free]
        lines += [
            Line(line.alarm_id, line.thing, line.alarm_type, line.spot, line.opened_us)
            for state in book.open_ones()
            for line in state.alarms
        ]
        decisions: list[Decision] = []
        for group in merge(lines, self._topology, self._limit):
            new = [by_id[line.alarm_id] for line in group.lines if line.alarm_id in by_id]
            known = {one.incident_id: one for line in group.lines if (one := hosts.get(line.alarm_id))}
            if known:
                decisions += self._join(group, new, list(known.values()), now_us)
            elif self._opens(new, now_us):
                decisions.append(self._open(group, new, now_us))
        if not decisions and all(one.opened_us <= settled_us for one in free):
            self._answered = asked  # time alone will change nothing
        return decisions

    def on_events(
        self, stored: Iterable[StoredEntry], book: IncidentBook, place_of: PlaceOf, now_us: int
    ) -> list[Decision]:
        """What events of the kinds that open one lead to; of one place and kind they are one incident."""
        decisions: list[Decision] = []
        here: dict[tuple[str, str], str] = {
            (kind, event.originator): one.incident_id
            for one in book.open_ones()
            for event in one.events
            for kind in one.kinds  # whoever was told that it is of another kind need not be told again
        }
        for one in stored:
            body = body_of(one)
            event_type = body.get("type")
            if one.entry.kind != EVENT or not isinstance(event_type, str) or book.of_event(one.entry.entry_id):
                continue
            kind = self._setup.settings.kind_of_event(event_type)
            if kind is None:
                continue
            occurred_us = microseconds(one.entry.occurred_at)
            text = str(body.get("text") or "")
            line = EventLine(one.entry.entry_id, one.entry.subject, event_type, text, occurred_us)
            known = here.get((kind, line.originator))
            if known is not None:
                decisions.append(joined(known, (), (line,), now_us))
                continue
            opening = self._of_event(kind, line, body, place_of(line.originator))
            decisions.append(opened(opening, self._setup, now_us))
            here[kind, line.originator] = opening.incident_id
        return decisions

    def _opens(self, new: Sequence[AlarmState], now_us: int) -> bool:
        """One that is grave enough, or many; standing long enough, but a major one waits for nothing."""
        opening = self._setup.settings.opening
        since_us = now_us - round(opening.settle_s * 1_000_000)
        grave = [one for one in new if opening.opens(one.alarm_type, one.level)]
        if any(one.level is Level.MAJOR or one.opened_us <= since_us for one in grave):
            return True
        return len(new) >= opening.group.alarms and any(one.opened_us <= since_us for one in new)

    def _open(self, group: Group, new: Sequence[AlarmState], now_us: int) -> Decision:
        """The alarm that speaks for it: that of the cause, else the gravest, else the first."""
        first = min(
            new, key=lambda one: (_thing(one) != group.cause, LEVELS[one.level].rank, one.opened_us, one.alarm_id)
        )
        settings, cause = self._setup.settings, group.cause
        kind, levels = settings.kind_of_alarm(first.alarm_type), {one.level for one in new}
        if len(new) >= settings.opening.group.alarms:
            kind = settings.opening.group.kinds.get(kind, kind) if cause else kind
            levels.add(settings.opening.group.level)
        title = dict(first.title)
        if cause and not group.cause_has_alarm:
            title = {"zh": f"{title['zh']}（疑因 {cause}）", "en": f"{title['en']} (probably because of {cause})"}
        opening = Opening(
            incident_id=incident_id_of("alarm", min(one.alarm_id for one in new)),
            kind=kind,
            level=gravest(levels),
            source="alarm",
            occurred_us=min(one.opened_us for one in new),
            place=first.place,
            title=title,
            said=first.text,
            alarms=[alarm_line(one, now_us) for one in sorted(new, key=lambda one: one.alarm_id)],
            cause=cause,
        )
        return opened(opening, self._setup, now_us)

    def _of_event(self, kind: str, line: EventLine, body: Mapping[str, Any], place: Mapping[str, Any]) -> Opening:
        level = body.get("level")
        own = self._setup.settings.kinds[kind]
        where = dict(place)
        if body.get("position"):
            where["position"] = body["position"]
        return Opening(
            incident_id=incident_id_of("event", line.event_id),
            kind=kind,
            level=Level(level) if level in {one.value for one in Level} else own.level,
            source="event",
            occurred_us=line.occurred_us,
            place=where,
            said={"zh": line.text, "en": line.text} if line.text else None,
            events=(line,),
        )

    def _join(
        self, group: Group, new: Sequence[AlarmState], known: list[IncidentState], now_us: int
    ) -> Iterator[Decision]:
        """New alarms come to the oldest incident of the group; younger ones that nobody touched are merged into it."""
        host, *others = sorted(known, key=lambda one: (one.opened_us, one.incident_id))
        merged = [one for one in others if not one.touched and one.stage is Stage.FOUND]
        lines = [alarm_line(one, now_us) for one in new] + [line for one in merged for line in one.alarms]
        events = [event for one in merged for event in one.events]
        if lines or events:
            yield joined(host.incident_id, lines, events, now_us, group.cause)
        for one in merged:
            reason = {"zh": f"同一原因，并入 {host.incident_id}", "en": f"of one cause with {host.incident_id}"}
            body = {"into": host.incident_id, "reason": reason}
            yield Decision(MERGED, entry_id(MERGED, one.incident_id), one.incident_id, now_us, body)


def _thing(alarm: AlarmState) -> str:
    return alarm.device or alarm.originator


def _line(alarm: AlarmState, now_us: int) -> Line:
    line = alarm_line(alarm, now_us)
    return Line(line.alarm_id, line.thing, line.alarm_type, line.spot, line.opened_us)
