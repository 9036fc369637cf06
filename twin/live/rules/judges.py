"""The kinds of rules that judge one point's samples: each says whether its condition holds at a sample."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Final

from twin.live.rules.calendar import Calendar
from twin.live.rules.episodes import NEVER, Episode
from twin.live.rules.series import GOOD, NAMES, OUT_OF_RANGE, Series
from twin.live.rules.settings import (
    AbsenceRule,
    GeofenceRule,
    QualityRule,
    RateRule,
    Rule,
    StuckRule,
    ThresholdRule,
)
from twin.live.rules.track import CHECKPOINT_US, FAILS, HOLDS, NEITHER, SECOND_US, Placed, Track, Voice

HOUR_US: Final = 3600 * SECOND_US


class SeriesTrack(Track):
    """A rule over the samples of one series, which it may share with other rules."""

    __slots__ = ("calendar", "series", "working")

    def __init__(
        self,
        placed: Placed,
        voice: Voice,
        series: Series,
        calendar: Calendar,
        *,
        delay_s: float = 0,
        clear_delay_s: float = 0,
        window_s: float = 0,
    ) -> None:
        super().__init__(placed, voice, delay_s, clear_delay_s, window_s)
        self.series = series
        self.calendar = calendar
        during: str | None = getattr(placed.rule, "during", None)
        self.working = None if during is None else during == "working"

    @abstractmethod
    def judge(self, at_us: int, value: float, code: int, index: int) -> int:
        """Whether the condition holds at this sample, the ``index``-th of the series."""

    def follow(self, at_us: int, value: float, code: int, before_us: int) -> None:
        """Take up the newest sample; ``before_us`` was the newest until now."""
        state = self.state
        if state.decided_us > at_us:  # time alone had changed it, which was too early
            self.revise(at_us, before_us)
            return
        if state.due_us <= at_us:
            self.advance(at_us)
        holds = self.judge(at_us, value, code, len(self.series.times) - 1)
        if holds == FAILS and state.episode is None:  # nearly always: nothing stands, nothing is wrong
            state.due_us = NEVER
            return
        self.weigh(at_us, holds)
        if state.due_us < self.wake_us:
            self.heed_due()

    def matters(self, at_us: int) -> bool:  # noqa: ARG002 - kinds that can tell look at it
        """Whether a sample put in earlier can change a conclusion."""
        return True

    def out_of_hours(self, at_us: int) -> bool:
        """Whether the rule does not apply at this time of the day."""
        return self.working is not None and self.calendar.working(at_us) != self.working

    def _replay(self, after_us: int, until_us: int) -> None:
        times, values, codes = self.series.times, self.series.values, self.series.codes
        remember_us = after_us + CHECKPOINT_US
        for index in range(self.series.after(after_us), self.series.after(until_us)):
            at_us = times[index]
            self.advance(at_us)
            self.weigh(at_us, self.judge(at_us, values[index], codes[index], index))
            if at_us >= remember_us:
                self.checkpoint(at_us)
                remember_us = at_us + CHECKPOINT_US


class LimitTrack(SeriesTrack):
    """A value beyond a limit, with hysteresis. A value that is not good says nothing either way.

    But one out of its point's range that is beyond the limit is beyond it: the smoke may be thicker than the detector
    can tell. It clears nothing.
    """

    __slots__ = ("clear_at", "limit", "upwards")

    def __init__(self, placed: Placed, voice: Voice, series: Series, calendar: Calendar) -> None:
        rule = placed.rule
        assert isinstance(rule, ThresholdRule | RateRule)
        window_s = rule.window_s if isinstance(rule, RateRule) else 0
        super().__init__(
            placed,
            voice,
            series,
            calendar,
            delay_s=rule.delay_s,
            clear_delay_s=rule.clear_delay_s,
            window_s=window_s,
        )
        self.upwards = rule.above is not None
        self.limit = rule.limit
        self.clear_at = self.limit if rule.clear_at is None else rule.clear_at

    def judge(self, at_us: int, value: float, code: int, index: int) -> int:  # noqa: ARG002
        if code not in (GOOD, OUT_OF_RANGE):
            return NEITHER
        holds = self.compare(at_us, value)
        if code == OUT_OF_RANGE and holds != HOLDS:
            return NEITHER
        self.state.value = value
        return holds

    def calm(self, at_us: int) -> bool:
        """Whether nothing stands and nothing is about to: a value that is not beyond the limit changes nothing."""
        state = self.state
        return state.episode is None and state.due_us == NEVER and state.decided_us <= at_us

    def compare(self, at_us: int, value: float) -> int:
        """A value against the limits."""
        if self.working is not None and self.out_of_hours(at_us):
            return FAILS
        if self.upwards:
            return HOLDS if value > self.limit else FAILS if value <= self.clear_at else NEITHER
        return HOLDS if value < self.limit else FAILS if value >= self.clear_at else NEITHER


class RateTrack(LimitTrack):
    """The change per hour since the first good value in the window."""

    __slots__ = ()

    def judge(self, at_us: int, value: float, code: int, index: int) -> int:
        if code != GOOD:
            return NEITHER
        times, codes = self.series.times, self.series.codes
        first = bisect_left(times, at_us - self.window_us)
        while first < index and codes[first] != GOOD:
            first += 1
        span_us = at_us - times[first]
        if span_us * 2 < self.window_us:  # too short a time to speak of a rate
            return NEITHER
        rate = (value - self.series.values[first]) * HOUR_US / span_us
        self.state.value = rate
        return self.compare(at_us, rate)


class StuckTrack(SeriesTrack):
    """The same value for too long, in readings that do come."""

    __slots__ = ("except_values", "for_us", "tolerance")

    def __init__(self, placed: Placed, voice: Voice, series: Series, calendar: Calendar) -> None:
        rule = placed.rule
        assert isinstance(rule, StuckRule)
        super().__init__(placed, voice, series, calendar)
        self.for_us = int(rule.for_s * SECOND_US)
        self.tolerance = rule.tolerance
        self.except_values = frozenset(rule.except_values)

    def judge(self, at_us: int, value: float, code: int, index: int) -> int:  # noqa: ARG002
        if code != GOOD:
            return NEITHER
        state = self.state
        state.value = value
        moved = state.run_value is None or abs(value - state.run_value) > self.tolerance
        if moved or value in self.except_values or self.out_of_hours(at_us):
            state.run_value, state.run_us = value, at_us
            return FAILS
        return HOLDS if at_us - state.run_us >= self.for_us else FAILS

    def _recall(self, at_us: int, announced: Sequence[Episode]) -> None:
        """A run that began before all samples at hand."""
        state = self.state
        coming = next((one for one in announced if one.raised_us > at_us), None)
        if coming is None or coming.value is None:
            return
        since_us = coming.raised_us - self.for_us
        if since_us <= at_us and (state.run_value is None or state.run_us > since_us):
            state.run_value, state.run_us = coming.value, since_us


class QualityTrack(SeriesTrack):
    """Readings of a quality that somebody must look at."""

    __slots__ = ("wanted",)

    def __init__(self, placed: Placed, voice: Voice, series: Series, calendar: Calendar) -> None:
        rule = placed.rule
        assert isinstance(rule, QualityRule)
        super().__init__(placed, voice, series, calendar, delay_s=rule.delay_s, clear_delay_s=rule.clear_delay_s)
        self.wanted = frozenset(rule.qualities)

    def judge(self, at_us: int, value: float, code: int, index: int) -> int:  # noqa: ARG002
        name = NAMES[code]
        if name not in self.wanted:
            return FAILS
        self.state.told = name
        return HOLDS


class AbsenceTrack(SeriesTrack):
    """Nothing heard for too long. Every sign of life ends it and sets the time anew."""

    __slots__ = ("only_good",)

    def __init__(self, placed: Placed, voice: Voice, series: Series, calendar: Calendar) -> None:
        rule = placed.rule
        assert isinstance(rule, AbsenceRule)
        super().__init__(placed, voice, series, calendar, delay_s=rule.for_s)
        self.delay_us += 1  # more than so long: exactly so long is in time
        self.only_good = rule.quality == "good"

    def expect(self, from_us: int) -> None:
        """Begin to wait for a point that was never heard."""
        if self.state.episode is not None or self.state.due_us != NEVER:
            return
        self.checkpoints[0].state.due_us = self.state.due_us = from_us + self.delay_us
        self.heed_due()

    def judge(self, at_us: int, value: float, code: int, index: int) -> int:  # noqa: ARG002
        return NEITHER if self.only_good and code != GOOD else HOLDS

    def weigh(self, at_us: int, holds: int) -> None:
        if holds == NEITHER:
            return
        if self.state.episode is not None:
            self._clear(at_us)
        self.state.due_us = at_us + self.delay_us

    def _recall(self, at_us: int, announced: Sequence[Episode]) -> None:
        """A silence that began before all samples at hand."""
        coming = [one.raised_us for one in announced if one.raised_us > at_us]
        if self.state.episode is None and self.state.due_us == NEVER and coming:
            self.state.due_us = min(coming)

    def matters(self, at_us: int) -> bool:
        """Between two signs of life that are close enough, another one changes nothing."""
        times = self.series.times
        at = bisect_left(times, at_us)
        between = 0 < at < len(times) - 1 and times[at + 1] - times[at - 1] < self.delay_us
        return self.only_good or not between


class FenceTrack(SeriesTrack):
    """Samples are 1 where the moving thing is where it must not be."""

    __slots__ = ()

    def __init__(self, placed: Placed, voice: Voice, series: Series, calendar: Calendar) -> None:
        rule = placed.rule
        assert isinstance(rule, GeofenceRule)
        super().__init__(placed, voice, series, calendar, delay_s=rule.delay_s, clear_delay_s=rule.clear_delay_s)

    def judge(self, at_us: int, value: float, code: int, index: int) -> int:  # noqa: ARG002
        return HOLDS if value and not self.out_of_hours(at_us) else FAILS


Maker = Callable[[Placed, Voice, Series, Calendar], SeriesTrack]
MAKERS: Final[dict[type[Rule], Maker]] = {
    ThresholdRule: LimitTrack,
    RateRule: RateTrack,
    StuckRule: StuckTrack,
    QualityRule: QualityTrack,
    AbsenceRule: AbsenceTrack,
    GeofenceRule: FenceTrack,
}
