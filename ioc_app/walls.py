"""The walls of a campus as the desk sees them, and what their browsers are told over the stream."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from ioc_app.stream.frames import text_frame
from twin.errors import UnknownScreenError, UnknownWallError
from twin.live.walls.sent import Sent, SentBook, Wish
from twin.live.walls.settings import CONFIG, WallSettings, load_wall_settings
from twin.live.watched import Watched
from twin.people.registry import People
from twin.screens.book import ScreenBook

VIEWER: Final = Path(__file__).with_name("_viewer") / "component.js"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What a wall last said of itself: what it shows and why, and what it had to cure."""

    at: datetime
    showing: str
    screen: str | None
    fault: str | None
    detail: str


class Walls:
    """On the machine's clock: those who stand before a wall are real, whatever time the campus has."""

    def __init__(self, campus_folder: Path, people: People, book: ScreenBook) -> None:
        self._people = people
        self._book = book
        self._clock = people.clock
        load = partial(load_wall_settings, campus_folder, lambda: book.screens)
        none: Mapping[str, WallSettings] = {}
        self.watched = Watched([campus_folder / CONFIG], load, none, settled=True)
        self.watched.look()
        self._sent = SentBook(campus_folder, self._clock)
        self._reports: dict[str, Report] = {}
        self._turn = 0
        self._told = self.watched.value
        # names what the engine and its chunks are: a wall whose page is older is loaded anew
        self._viewer = hashlib.sha256(VIEWER.read_bytes()).hexdigest()[:12]

    def names(self) -> list[str]:
        """Those that are set up, and those that have a link."""
        return sorted({*self.watched.value, *(one.wall for one in self._people.kiosks.all())})

    def require(self, wall: str) -> None:
        """Raises UnknownWallError."""
        if wall not in self.names():
            raise UnknownWallError(wall=wall)

    def settings(self, wall: str) -> WallSettings:
        return self.watched.value.get(wall) or WallSettings(name=wall)

    def show(self, wall: str, wish: Wish, by: str) -> Sent:
        """Until it is released, or the wall's limit has passed. Raises UnknownScreenError."""
        if wish.screen is not None and wish.screen not in self._book.screens:
            raise UnknownScreenError(screen=wish.screen)
        now = self._clock.now()
        sent = Sent(wish=wish, by=by, sent_at=now, until=now + timedelta(seconds=self.settings(wall).sent_most_s))
        self._sent.send(wall, sent)
        self._turn += 1
        return sent

    def release(self, wall: str) -> Sent | None:
        """What was sent there until now."""
        found = self._sent.release(wall)
        self._turn += 1
        return found

    def report(self, wall: str, showing: str, screen: str | None, fault: str | None, detail: str) -> None:
        self._reports[wall] = Report(self._clock.now(), showing, screen, fault, detail)
        if fault is not None:
            log.warning("wall %r: %s, %r", wall, fault, detail)

    # --- what is told ---

    def turn(self) -> int:
        """Goes on when anything is otherwise: sent, released, over, or set up anew."""
        if self._sent.over():
            self._turn += 1
        if self._told is not self.watched.value:
            self._told = self.watched.value
            self._turn += 1
        return self._turn

    def frame_of(self, wall: str) -> str:
        """For the browsers on this wall; whole each time, so that it does not matter which they have seen."""
        return text_frame("wall", viewer=self._viewer, **self.told(wall))

    def told(self, wall: str) -> dict[str, Any]:
        return {"wall": wall, "settings": self.settings(wall).model_dump(mode="json"), "sent": self._sent_dict(wall)}

    def described(self, wall: str, connected: int) -> dict[str, Any]:
        """For a desk."""
        report = self._reports.get(wall)
        said = None if report is None else {**_fields(report), "at": report.at.isoformat()}
        return {
            **self.told(wall),
            "configured": wall in self.watched.value,
            "connected": connected,
            "report": said,
        }

    def _sent_dict(self, wall: str) -> dict[str, Any] | None:
        """``left_s`` and no end: a browser's clock may be wrong, its seconds are not."""
        sent = self._sent.of(wall)
        if sent is None:
            return None
        left_s = (sent.until - self._clock.now()).total_seconds()
        return {
            **sent.wish.model_dump(mode="json"),
            "by": sent.by,
            "sent_at": sent.sent_at.isoformat(),
            "left_s": round(max(left_s, 0.0), 3),
        }


def _fields(report: Report) -> dict[str, Any]:
    return {name: getattr(report, name) for name in ("showing", "screen", "fault", "detail")}
