"""What stands otherwise than before, as screens are told it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ioc_app.alarms import alarms_shown
from ioc_app.api.reads import Reads
from ioc_app.casework import Casework
from twin.live.running import RunningCampus
from twin.live.situation import News


@dataclass
class Told:
    """JSON of alarms and incidents; one that is over leaves the lists of what stands (``closed``)."""

    alarms: list[dict[str, Any]] = field(default_factory=list)
    incidents: list[dict[str, Any]] = field(default_factory=list)


def teller(running: RunningCampus, reads: Reads, casework: Casework) -> Callable[[News], Told]:
    """Made in the thread that judges: names are looked up there, not on the event loop."""

    def told(news: News) -> Told:
        points, directory = running.points(), reads.directory(reads.generation)
        alarms = alarms_shown(news.alarms, running.watch, points, directory)
        alarms += [{"originator": key.originator, "alarm_type": key.alarm_type, "closed": True} for key in news.gone]
        return Told(alarms, casework.summaries(news.incidents, running.watch.now_us()) if news.incidents else [])

    return told
