"""After a restart: what was announced of each track, and how a track goes on from it."""

from __future__ import annotations

from collections.abc import Iterable

from twin.live.rules.episodes import Announced, Episode
from twin.live.rules.event_track import EventTrack
from twin.live.rules.track import Track


class Said:
    """What the journal has of all tracks, by rule and subject."""

    def __init__(self, announced: Iterable[Announced]) -> None:
        self._said: dict[tuple[str, str], list[Announced]] = {}
        for one in announced:
            self._said.setdefault((one.rule_id, one.subject), []).append(one)

    def subjects(self) -> list[tuple[str, str]]:
        """Every rule and subject of which anything was said."""
        return list(self._said)

    def of(self, track: Track) -> list[Announced]:
        return self._said.get((track.placed.rule.id, track.placed.subject), [])

    def standing(self, track: Track) -> list[Episode]:
        """The episodes of a track that were not taken back, in the order of time."""
        return sorted((one.episode for one in self.of(track) if not one.taken_back), key=lambda one: one.raised_us)


def resume(track: Track, said: Said, begin_us: int, at_us: int) -> None:
    """What was announced holds at ``at_us``; samples from ``begin_us`` on bring back pending delays."""
    mine = said.of(track)
    track.revisions = {one.episode.raised_us: one.revision for one in mine}
    if isinstance(track, EventTrack):
        track.earlier = tuple(version for one in mine for version in one.earlier)
    track.resume(begin_us, at_us, said.standing(track))
