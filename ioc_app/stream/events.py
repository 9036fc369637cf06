"""Events as screens are told them."""

from __future__ import annotations

from typing import Any

from twin.live.messages_out import event_dict
from twin.live.point_book import PointBook
from twin.live.rules.entries import position_in
from twin.model.entries import StoredEntry
from twin.model.scene import Manifest


def event_shown(stored: StoredEntry, points: PointBook, manifest: Manifest, *, cleared: bool) -> dict[str, Any]:
    """With where it is drawn: at its device, or at the position that it names, in scene axes."""
    event = event_dict(stored, cleared=cleared)
    event["idx"] = points.idx_of_device(stored.entry.subject)
    position = position_in(event, 3)
    event.pop("position", None)
    if position:
        event["scene"] = manifest.to_scene(position)
    return event
