"""A moment as screens are told it: all that the stream's snapshot held then, made by what makes the stream's frames."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from ioc_app.alarms import alarm_dict, flood_dict
from ioc_app.api.reads import Reads
from ioc_app.casework import Casework
from ioc_app.stream.alarm_states import AlarmStates
from ioc_app.stream.device_values import shown
from ioc_app.stream.events import event_shown
from ioc_app.stream.frames import Value
from twin.live.moment import Told
from twin.live.past import Books
from twin.live.point_book import PointBook
from twin.live.running import RunningCampus
from twin.model.entries import StoredEntry
from twin.model.time import AsOf, microseconds


def moment_shown(
    running: RunningCampus, reads: Reads, casework: Casework, as_of: AsOf, *, cleared: bool
) -> dict[str, Any]:
    """``idx`` counts in ``generation``, which is in use now; ``generation_then`` was in force then."""
    at, at_us = as_of.at, microseconds(as_of.at)
    alarms, incidents = books = running.past.at(at, as_of.known_seq)
    told, points = running.moments.at(at), running.points()
    directory = reads.directory(reads.generation)
    standing = alarms.standing(at_us)
    return {
        "at": at.isoformat(),
        "generation": points.generation,
        "generation_then": running.campus.generation_at(as_of).number,
        "known_seq": as_of.known_seq,
        "values": _columns(_values(points, told, books, at)),
        "alarms": [alarm_dict(one, incidents.case_of(one.key), points, directory) for one in standing],
        "flood": flood_dict(alarms.flood(at_us)),
        "incidents": casework.summaries(incidents.open(at_us), at_us, alarms),
        **_happened(running, points, told, as_of.known_seq, cleared=cleared),
    }


def _values(points: PointBook, told: Told, books: Books, at: datetime) -> list[Value]:
    states = AlarmStates()
    states.take(books[0].standing(microseconds(at)))
    return shown(points, told.latest.values(), states.devices(), states, told.latest.get, at)


def _columns(values: Sequence[Value]) -> dict[str, Any]:
    idx = np.fromiter((one.idx for one in values), "<u4", len(values))
    state = np.fromiter((one.state for one in values), "u1", len(values))
    value = np.fromiter((np.nan if one.value is None else one.value for one in values), "<f4", len(values))
    encoded = {
        name: b64encode(one.tobytes()).decode() for name, one in (("idx", idx), ("state", state), ("value", value))
    }
    return {"n": len(values), **encoded}


def _happened(
    running: RunningCampus, points: PointBook, told: Told, known_seq: int | None, *, cleared: bool
) -> dict[str, Any]:
    """Events as in the stream's snapshot, and the ways of what moved: x, y, z, UNIX ms."""
    manifest = running.campus.generation.manifest

    def of(stored: Iterable[StoredEntry]) -> list[dict[str, Any]]:
        heard = (one for one in stored if known_seq is None or one.seq <= known_seq)
        return [event_shown(one, points, manifest, cleared=cleared) for one in heard]

    trails: dict[str, list[list[float]]] = {}
    for one, event in zip(told.trails, of(told.trails), strict=True) if known_seq is None else ():
        if scene := event.get("scene"):
            trails.setdefault(one.entry.subject, []).append([*scene, microseconds(one.entry.occurred_at) / 1000])
    return {"events": of([*told.events, *told.moves]), "trails": trails}
