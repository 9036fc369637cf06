"""What colour alarms give to devices: the worst of those that stand and are not shelved or suppressed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from twin.live.alarms.state import AlarmKey, AlarmState
from twin.model.live import Level

NORMAL: Final = 0
STATE_OF_LEVEL: Final = {Level.C: 1, Level.B: 2, Level.A: 3, Level.MAJOR: 4}
ACKNOWLEDGED: Final = 6  # a level that somebody has acknowledged is its state and this
# by state (frames.py): the larger is the worse; what is acknowledged comes just below its like
RANKS: Final = (0, 4, 6, 8, 10, 2, 1, 3, 5, 7, 9)


def worse(one: int, other: int) -> int:
    """The worse of two states."""
    return max(one, other, key=RANKS.__getitem__)


class AlarmStates:
    """By device."""

    def __init__(self) -> None:
        self._by_device: dict[str, dict[AlarmKey, int]] = {}
        self._device_of: dict[AlarmKey, str] = {}

    def take(self, alarms: Iterable[AlarmState], gone: Iterable[AlarmKey] = ()) -> set[str]:
        """Take up how alarms stand now; the devices that may look otherwise."""
        touched = {device for key in gone if (device := self._drop(key))}
        for one in alarms:
            if one.device is None:
                continue
            touched.add(one.device)
            if one.closed or one.shelved or one.suppressed_by:
                self._drop(one.key)
            else:
                state = STATE_OF_LEVEL[one.level] + ACKNOWLEDGED * one.acknowledged
                self._by_device.setdefault(one.device, {})[one.key] = state
                self._device_of[one.key] = one.device
        return touched

    def _drop(self, key: AlarmKey) -> str | None:
        device = self._device_of.pop(key, None)
        if device is not None:
            mine = self._by_device[device]
            del mine[key]
            if not mine:
                del self._by_device[device]
        return device

    def devices(self) -> list[str]:
        """Those that are not normal."""
        return list(self._by_device)

    def of(self, device_code: str) -> int:
        """1 to 4 for what nobody has acknowledged, 7 to 10 for what somebody has, 0 without an alarm."""
        found = NORMAL
        for state in self._by_device.get(device_code, {}).values():
            found = worse(found, state)
        return found
