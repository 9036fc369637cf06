"""What somebody at a desk has sent to a wall: kept in ``live/walls.json``, so that a restart loses none of it.

It is no part of the history: what stood on a wall is who sent it, in the audit. A file that cannot be read is none.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from twin.live.walls.settings import ScreenId
from twin.model.time import Clock
from twin.store.durable import write_whole

KEPT: Final = Path("live") / "walls.json"

Metres = Annotated[float, Field(allow_inf_nan=False, ge=-1e7, le=1e7)]
FeatureId = Annotated[str, Field(min_length=1, max_length=160)]

log = logging.getLogger(__name__)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class View(_Shape):
    """Where the camera stands and looks, in scene metres; ``plan`` from above, ``height_m`` of the ground in view."""

    position: tuple[Metres, Metres, Metres]
    target: tuple[Metres, Metres, Metres]
    plan: bool = False
    height_m: Metres | None = None


class Wish(_Shape):
    """What shall be seen; what it does not say stays as the wall has it. ``at`` is a moment of the past."""

    screen: ScreenId | None = None
    view: View | None = None
    selection: FeatureId | None = None
    place: FeatureId | None = None
    at: AwareDatetime | None = None
    note: Annotated[str, Field(max_length=200)] = ""


class Sent(_Shape):
    """``by`` is what the sender is called, on the machine's clock."""

    wish: Wish
    by: str
    sent_at: AwareDatetime
    until: AwareDatetime


_FILE: Final = TypeAdapter(dict[str, Sent])


class SentBook:
    """By wall; one that was sent takes the place of the one before. May be used from any thread."""

    def __init__(self, campus_folder: Path, clock: Clock) -> None:
        self._path = campus_folder / KEPT
        self._clock = clock
        self._guard = threading.Lock()
        self._sent = self._read()

    def of(self, wall: str) -> Sent | None:
        one = self._sent.get(wall)
        return one if one is not None and one.until > self._clock.now() else None

    def send(self, wall: str, sent: Sent) -> None:
        """On disk when this returns."""
        with self._guard:
            self._keep({**self._sent, wall: sent})

    def release(self, wall: str) -> Sent | None:
        """What stood there until now."""
        found = self.of(wall)
        with self._guard:
            self._keep({name: one for name, one in self._sent.items() if name != wall})
        return found

    def over(self) -> list[str]:
        """Walls whose time has come since this was asked last."""
        now = self._clock.now()
        ended = [wall for wall, one in self._sent.items() if one.until <= now]
        if ended:  # the loop that asks waits for no disk while there are none
            with self._guard:
                self._sent = dict(_standing(self._sent, now))  # in memory only: a start passes over them, too
        return ended

    def _keep(self, sent: dict[str, Sent]) -> None:
        write_whole(self._path, _FILE.dump_json(sent, indent=1))
        self._sent = sent

    def _read(self) -> dict[str, Sent]:
        try:
            return dict(_standing(_FILE.validate_json(self._path.read_bytes()), self._clock.now()))
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as fault:
            log.warning("%s cannot be read (%s); nothing is sent to a wall", self._path, fault)
            return {}


def _standing(sent: dict[str, Sent], now: datetime) -> Iterator[tuple[str, Sent]]:
    return ((wall, one) for wall, one in sent.items() if one.until > now)
