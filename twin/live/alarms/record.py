"""All that is known about one alarm key: its episodes, acts and lines of history, bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from sys import intern
from typing import Any, Final, NamedTuple

from twin.live.alarms.acts import Act
from twin.live.alarms.occurrences import Acknowledgement, Item, Occurrence, Told, occurrences, settled_until, timeline
from twin.live.alarms.state import AlarmKey, AlarmState, Comment
from twin.live.rules.entries import DECISIONS
from twin.live.rules.episodes import Announced, Episode
from twin.live.rules.saying import announced
from twin.live.said_before import like
from twin.model.entries import Entry, StoredEntry
from twin.model.live import Level
from twin.model.time import microseconds

_LINES: Final = 200
_MOST_ITEMS: Final = 256
_FRESH: Final = 4  # episodes that are put together anew at each entry
SETTLED_US: Final = 15 * 60 * 1_000_000  # corrections reach back ten minutes


class HistoryLine(NamedTuple):
    """One journal entry about an alarm. Older ones are in the journal under the same subject."""

    seq: int
    entry_id: str
    kind: str
    occurred_us: int
    received_us: int
    author: str | None
    said: dict[str, Any]


class _Passed(NamedTuple):
    """The occurrences of all that was up to a moment at which nothing stood: they are not put together again."""

    until_us: int
    occurrences: Sequence[Occurrence]


@dataclass
class _Acts:
    """What people did, apart from acknowledging. Belongs to the key: a shelf lasts until its expiry."""

    shelved_until_us: int | None = None
    assignee: str | None = None


class Record:
    """One alarm key. Order of folding matters for human acts only. What more than ``most`` episodes led to is kept as
    the last occurrence only.
    """

    def __init__(self, key: AlarmKey, most: int = _MOST_ITEMS) -> None:
        self.key = key
        self._most = most
        self.told: dict[tuple[str, int], Told] = {}
        self.revisions: dict[tuple[str, int], int] = {}
        self.lines: deque[HistoryLine] = deque(maxlen=_LINES)
        self.last_us = 0
        self._acknowledgements: list[Acknowledgement] = []
        self._comments: deque[Comment] = deque(maxlen=_LINES)
        self._acts = _Acts()
        self._carried: Sequence[Occurrence] = ()  # at most one: what all that was forgotten led to
        self._passed = _Passed(-1, ())
        self._found: list[Occurrence] | None = None
        self._states: list[AlarmState] | None = None

    def copy(self) -> Record:
        """The same, to be changed by itself."""
        made = Record(self.key, self._most)
        made.told, made.revisions = self.told.copy(), self.revisions.copy()
        made.lines, made.last_us = self.lines.copy(), self.last_us
        made._acknowledgements, made._comments = self._acknowledgements.copy(), self._comments.copy()
        made._acts, made._carried, made._passed = replace(self._acts), self._carried, self._passed
        made._found, made._states = self._found, self._states
        return made

    def fold(self, stored: StoredEntry, body: dict[str, Any]) -> bool:
        """Take up an entry; False where its body is not one of ours."""
        entry, occurred_us = stored.entry, microseconds(stored.entry.occurred_at)
        body = like(body, self.lines[-1].said if self.lines else {})
        taken = self._decided(entry, body) if entry.kind in DECISIONS else self._acted(entry, occurred_us, body)
        if taken:
            author = body.get("author")
            said = (stored.seq, entry.entry_id, intern(entry.kind), occurred_us, microseconds(stored.received_at))
            self.lines.append(HistoryLine(*said, author if isinstance(author, str) else None, body))
            self.last_us = max(self.last_us, occurred_us)
            self._found = self._states = None
            if len(self.told) > self._most:
                self._forget()
            if len(self.revisions) > 2 * self._most:
                self._forget_taken_back()
        return taken

    @property
    def occurrences(self) -> list[Occurrence]:
        """The occurrences that are remembered, the last of them perhaps open."""
        if self._found is None:
            self._found = self._put_together()
        return self._found

    def states(self) -> list[AlarmState]:
        """Every remembered occurrence, oldest first; shelf and assignee are those of the last."""
        if self._states is None:
            last = len(self.occurrences) - 1
            self._states = [self._state(one, latest=index == last) for index, one in enumerate(self.occurrences)]
        return self._states

    def announced(self) -> Iterator[Announced]:
        """What the rules said, and how often each was corrected."""
        # an episode of one event tells all by itself
        before = self._said_before() if any(one.episode.count > 1 for one in self.told.values()) else {}
        for at, revision in self.revisions.items():
            told = self.told.get(at)
            episode = Episode(at[1]) if told is None else told.episode
            yield Announced(at[0], self.key.originator, episode, revision, told is None, tuple(before.get(at, ())))

    def _put_together(self) -> list[Occurrence]:
        if len(self.told) > _FRESH:
            self._pass()
        until_us, passed = self._passed
        return occurrences(self._items(until_us), passed)

    def _pass(self) -> None:
        """Keep the occurrences of what is over, as far as no correction can be expected."""
        until_us, passed = self._passed
        late = [one for one in self.told.values() if one.episode.raised_us > until_us]
        settled_us = settled_until(late, self.last_us - SETTLED_US) if len(late) > _FRESH else None
        if settled_us is not None:
            items = [one for one in self._items(until_us) if one[0] <= settled_us]
            self._passed = _Passed(settled_us, occurrences(items, passed))

    def _items(self, after_us: int) -> list[Item]:
        told = (one for one in self.told.values() if one.episode.raised_us > after_us)
        return timeline(told, (one for one in self._acknowledgements if one.effective_us > after_us))

    def _touch(self, at_us: int) -> None:
        """Something that happened then is otherwise now."""
        if at_us <= self._passed.until_us:
            self._passed = _Passed(-1, self._carried)

    def _said_before(self) -> dict[tuple[str, int], list[Episode]]:
        found: dict[tuple[str, int], list[Episode]] = {}
        for line in self.lines:
            one = announced(self.key.originator, line.said) if line.kind in DECISIONS else None
            if one is not None:
                found.setdefault((one.rule_id, one.episode.raised_us), []).append(one.episode)
        return found

    def _decided(self, entry: Entry, body: dict[str, Any]) -> bool:
        found = announced(entry.subject, body)
        if found is None or not speaks(body):
            return False
        at = (found.rule_id, found.episode.raised_us)
        replaces = body.get("replaces")
        self._touch(found.episode.raised_us)
        if isinstance(replaces, int):
            self._touch(replaces)
            before = (found.rule_id, replaces)
            self.told.pop(before, None)
            if before != at:  # a move corrects both ends
                self.revisions[before] = self.revisions.get(before, 0) + 1
        self.revisions[at] = found.revision
        if body.get("correction") != "withdrawn":
            self.told[at] = Told(found.rule_id, found.episode, body)
        return True

    def _acted(self, entry: Entry, at_us: int, body: dict[str, Any]) -> bool:
        author = body.get("author")
        if not isinstance(author, str):
            return False
        if entry.kind == Act.ACKNOWLEDGED:
            self._acknowledgements.append(Acknowledgement(max(at_us, self.last_raised_us), at_us, author))
        elif entry.kind == Act.SHELVED:
            until_us = body.get("until_us")
            self._acts.shelved_until_us = until_us if isinstance(until_us, int) else None
        elif entry.kind == Act.UNSHELVED:
            self._acts.shelved_until_us = None
        elif entry.kind == Act.ASSIGNED:
            self._acts.assignee = str(body.get("assignee"))
        comment = body.get("text") or body.get("reason")
        if isinstance(comment, str):
            self._comments.append(Comment(at_us, author, comment))
        return True

    def _state(self, one: Occurrence, *, latest: bool) -> AlarmState:
        body, acknowledgement = one.leading.body, one.acknowledgement
        return AlarmState(
            originator=self.key.originator,
            alarm_type=self.key.alarm_type,
            level=one.level,
            title=body["title"],
            text=body["text"],
            opened_us=one.opened_us,
            raised_us=one.raised_us,
            cleared_us=one.cleared_us,
            acknowledged=acknowledgement is not None,
            raise_count=one.raise_count,
            event_count=one.event_count,
            rule_ids=tuple(sorted(one.rule_ids)),
            value=one.leading.episode.value,
            unit=body.get("unit"),
            limit=body.get("limit"),
            device=body.get("device"),
            place=body["place"],
            acknowledged_by=acknowledgement.author if acknowledgement else None,
            acknowledged_us=acknowledgement.occurred_us if acknowledgement else None,
            assignee=self._acts.assignee if latest else None,
            shelved_until_us=self._acts.shelved_until_us if latest else None,
            comments=tuple(
                remark for remark in self._comments if latest or remark.occurred_us <= (one.cleared_us or 0)
            ),
        )

    def _forget(self) -> None:
        self.forget(self.last_raised_us - SETTLED_US)

    @property
    def last_raised_us(self) -> int:
        """Of all episodes that are remembered; -1 of none."""
        return max((one.raised_us for _, one, _ in self.told.values()), default=-1)

    def forget(self, until_us: int) -> int:
        """Turn what was over by then into the state that it led to; until when that is, for some may reach over it.

        Whatever says later that something up to there was otherwise is taken for something new.
        """
        for one in sorted((one.episode for one in self.told.values()), key=lambda one: -one.raised_us):
            if one.raised_us <= until_us and (one.cleared_us is None or one.cleared_us > until_us):
                until_us = one.raised_us - 1
        items = timeline(self.told.values(), self._acknowledgements)
        passed = occurrences([item for item in items if item[0] <= until_us], self._carried)
        self._carried = passed[-1:] or self._carried
        self._passed = _Passed(-1, self._carried)
        self.told = {at: one for at, one in self.told.items() if one.episode.raised_us > until_us}
        self.revisions = {at: count for at, count in self.revisions.items() if at[1] > until_us}
        self._acknowledgements = [one for one in self._acknowledgements if one.effective_us > until_us]
        return until_us

    def _forget_taken_back(self) -> None:
        """Drop what was taken back so long ago that it cannot be said again."""
        settled_us = self.last_us - SETTLED_US
        self.revisions = {at: count for at, count in self.revisions.items() if at in self.told or at[1] > settled_us}


_LEVELS: Final = frozenset(one.value for one in Level)


def speaks(body: dict[str, Any]) -> bool:
    """Whether a decision says what a screen needs."""
    return (
        body.get("level") in _LEVELS
        and isinstance(body.get("title"), dict)
        and isinstance(body.get("text"), dict)
        and isinstance(body.get("place"), dict)
    )
