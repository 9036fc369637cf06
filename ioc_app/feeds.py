"""How the campus is being fed: what the feeds page shows and the badge on every screen sums up."""

from __future__ import annotations

import shutil
from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from twin.errors import TwinError, in_both
from twin.live.disk_watch import MIN_FREE_BYTES
from twin.live.feeds import FeedState, FeedStatus
from twin.live.running import RunningCampus
from twin.mistakes import Mistake


class Health(TypedDict):
    """``disk_low`` means that nothing more is taken until room is made."""

    feeds: list[dict[str, Any]]
    dead_letters: int
    disk_free_bytes: int
    disk_low: bool
    generation: int
    generation_created_at: str
    points: int
    rules: dict[str, Any]
    now: str


def health_of(running: RunningCampus) -> Health:
    """Asks the disk: call it from a worker thread."""
    letters = running.letters.counts()
    free = shutil.disk_usage(running.campus.folder).free
    generation = running.campus.generation
    return {
        "feeds": [{**_feed(one), "dead_letters": letters.get(one.feed, 0)} for one in running.feeds.status()],
        "dead_letters": sum(letters.values()),
        "disk_free_bytes": free,
        "disk_low": free < MIN_FREE_BYTES,
        "generation": generation.number,
        "generation_created_at": generation.manifest.created_at,
        "points": len(running.points()),
        "rules": _rules(running),
        "now": running.clock.now().isoformat(),
    }


def badge_of(running: RunningCampus) -> dict[str, Any]:
    """In short, for every heartbeat: it must not wait for anything but memory and one look at the disk."""
    status = running.feeds.status()
    return {
        "feeds": {state.value: sum(one.state is state for one in status) for state in FeedState},
        "disk_low": shutil.disk_usage(running.campus.folder).free < MIN_FREE_BYTES,
        "generation": running.campus.generation.number,
        "rules_wrong": _wrong(running),
    }


def _rules(running: RunningCampus) -> dict[str, Any]:
    """Which rules judge, whether they keep up, and what is wrong in files that are therefore not in force."""
    watch = running.watch
    if not watch.ready:
        return {"ready": False}
    in_force = watch.in_force
    faults: list[Mistake | TwinError] = [*in_force.mistakes, *in_force.faults, *running.config.faults]
    faults += running.config.remarks  # to be looked at, and not counted by the badge
    return {
        "ready": True,
        "version": in_force.rules.version,
        "rules": len(in_force.rules.rules),
        "behind": watch.behind,
        "wrong": [in_both(one) for one in faults],
    }


def _wrong(running: RunningCampus) -> int:
    watch = running.watch
    judging = len(watch.in_force.mistakes) + len(watch.in_force.faults) if watch.ready else 0
    return judging + len(running.config.faults)


def _feed(one: FeedStatus) -> dict[str, Any]:
    return {
        "feed": one.feed,
        "title": one.title.to_dict(),
        "state": one.state,
        "rate_per_s": one.rate_per_s,
        "first_at": _text(one.first_at),
        "last_at": _text(one.last_at),
        "silent_s": one.silent_s,
        "lag_s": one.lag_s,
        "accepted": one.accepted,
        "doubled": one.doubled,
        "refused": one.refused,
        "connected": one.connected,
        "fault": one.fault,
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
