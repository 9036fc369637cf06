"""The series of a point or a device, and the rules that follow it."""

from __future__ import annotations

from math import inf
from typing import Final

from twin.live.rules.episodes import NEVER
from twin.live.rules.judges import LimitTrack, SeriesTrack
from twin.live.rules.series import GOOD, Put, Series
from twin.live.rules.track import CHECKPOINT_US, LATE_US, MARGIN_US

KEPT_US: Final = LATE_US + MARGIN_US


class Feed:
    """One series and its tracks. Earlier samples of a batch are judged together, at its end.

    ``merged``: samples come from several points, so two at one time are nothing to be counted as doubled.
    """

    __slots__ = (
        "_earliest_us",
        "_high",
        "_low",
        "_newest_before_us",
        "_others",
        "_remember_us",
        "merged",
        "series",
        "tracks",
    )

    def __init__(self, series: Series, *, merged: bool = False) -> None:
        self.series = series
        self.merged = merged
        self.tracks: list[SeriesTrack] = []
        self._remember_us = -NEVER
        self._earliest_us = NEVER
        self._newest_before_us = -NEVER
        self._others: list[SeriesTrack] = []
        self.stir()

    def stir(self) -> None:
        """Somebody changed the tracks: ask each of them about the next sample."""
        self._low, self._high = inf, -inf

    def take(self, at_us: int, value: float, code: int, received_us: int) -> Put:
        """Take up a sample. ``Put.EARLIER``: ``judge_again`` is due."""
        series = self.series
        before_us = series.newest_us
        put = series.put(at_us, value, code)
        if put is Put.NEWEST:
            if self._earliest_us == NEVER:
                if code == GOOD and self._low <= value <= self._high:
                    for track in self._others:
                        track.follow(at_us, value, code, before_us)
                else:
                    for track in self.tracks:
                        track.follow(at_us, value, code, before_us)
                    self._look_whether_calm(at_us)
                if at_us >= self._remember_us:
                    self._remember(at_us, received_us)
        elif put is Put.EARLIER and any(one.matters(at_us) for one in self.tracks):
            if self._earliest_us == NEVER:
                self._newest_before_us = before_us
            self._earliest_us = min(self._earliest_us, at_us)
        return put

    def judge_again(self) -> int:
        """Judge all from the earliest sample that came late; how many tracks remember less far back."""
        from_us, self._earliest_us = self._earliest_us, NEVER
        self.stir()
        if from_us == NEVER:
            return 0
        return sum(not one.revise(from_us, self._newest_before_us) for one in self.tracks)

    def _look_whether_calm(self, at_us: int) -> None:
        """While no limit is passed or about to be, one comparison answers for all limits of the series."""
        limits = [one for one in self.tracks if type(one) is LimitTrack]
        if not limits or not all(one.calm(at_us) for one in limits):
            return self.stir()
        self._others = [one for one in self.tracks if type(one) is not LimitTrack]
        self._low = max((one.limit for one in limits if not one.upwards), default=-inf)
        self._high = min((one.limit for one in limits if one.upwards), default=inf)
        return None

    def _remember(self, at_us: int, received_us: int) -> None:
        """Now and then: checkpoints ahead, and what no late input can reach any more is forgotten."""
        self._remember_us = at_us + CHECKPOINT_US
        before_us = min(at_us, received_us) - KEPT_US
        for track in self.tracks:
            track.checkpoint(at_us)
            track.settle(before_us)
        if self.tracks:
            self.series.forget_before(min(one.base_us - one.window_us for one in self.tracks))
