"""What each device shows on the screens: the value of its main point, and the worst of its alarms and its silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from ioc_app.stream.alarm_states import AlarmStates, worse
from ioc_app.stream.frames import STATE_OF_QUALITY, Value
from twin.live.alarms.state import AlarmKey, AlarmState
from twin.live.latest import Latest
from twin.live.point_book import PointBook
from twin.live.running import RunningCampus


class DeviceValues:
    """On one event loop."""

    def __init__(self, running: RunningCampus) -> None:
        self._running = running
        self._alarms = AlarmStates()
        self._told: dict[int, int] = {}  # idx -> state

    def of(
        self, points: PointBook, changed: Sequence[Latest], alarms: Sequence[AlarmState], gone: Sequence[AlarmKey]
    ) -> list[Value]:
        """What is news after these changes, in the numbers of ``points``."""
        values = self._values(points, changed, self._alarms.take(alarms, gone))
        self._told.update((one.idx, one.state) for one in values)
        return values

    def all(self, points: PointBook) -> list[Value]:
        """All that is known now."""
        return self._values(points, list(self._running.latest.all().values()), self._alarms.devices())

    def renumber(self) -> None:
        """Another generation is in use: what was told was told in other numbers."""
        self._told = {}

    def grown_old(self, points: PointBook) -> list[Latest]:
        """Values that nothing new came for, and that are worth less by now: that is news, too."""
        latest = list(self._running.latest.all().values())
        told = {one.idx: one.state for one in self._values(points, latest)}
        old = {idx for idx, state in told.items() if self._told.get(idx, state) != state}
        self._told = {**self._told, **{idx: state for idx, state in told.items() if idx not in old}}
        return [one for one in latest if (known := points.get(one.point_id)) and known.main and known.idx in old]

    def _values(self, points: PointBook, changed: Iterable[Latest], devices: Iterable[str] = ()) -> list[Value]:
        latest, now = self._running.latest, self._running.clock.now()
        return shown(points, changed, devices, self._alarms, latest.get, now)


def shown(
    points: PointBook,
    changed: Iterable[Latest],
    devices: Iterable[str],
    alarms: AlarmStates,
    latest: Callable[[str], Latest | None],
    now: datetime,
) -> list[Value]:
    """What devices show at ``now``: those whose main point is among ``changed``, and those named."""
    main = {known.point.device_code: one for one in changed if (known := points.get(one.point_id)) and known.main}
    found: list[Value] = []
    for device in {*main, *devices}:
        idx, point_id = points.idx_of_device(device), points.main_of(device)
        if idx is None:
            continue
        newest = main.get(device) or (latest(point_id) if point_id else None)
        known = points.get(point_id) if point_id else None
        state = alarms.of(device)
        if newest is not None and known is not None:
            state = worse(state, STATE_OF_QUALITY[newest.quality_at(now, known.stale_after_s)])
        found.append(Value(idx, newest.value if newest is not None else None, state))
    return found
