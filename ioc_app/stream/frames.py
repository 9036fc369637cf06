"""What is on the wire.

A batch is one binary frame of values and one text frame of events, of one layer. Binary, little-endian::

u32 magic 0x31425754 ("TWB1") · u32 bytes of head · head (JSON, padded with spaces to 4) · u32 idx[n] · f32 value[n] ·
u8 state[n]

with head ``{"seq", "generation", "at", "layer", "n", "snapshot"}``. NaN is no value. ``state`` is the table below.
Text frames are ``{"type": "events" | "alarms" | "incidents" | "beat" | "wall" | "resync", …}``. Sequence numbers count
batches; ``epoch`` names the run of the server they count in.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any, Final, Self

import numpy as np

from twin.model.live import Quality

MAGIC: Final = 0x31425754
STATE_OF_QUALITY: Final = {Quality.GOOD: 0, Quality.OUT_OF_RANGE: 0, Quality.OFFLINE: 5, Quality.STALE: 6}


@dataclass(frozen=True, slots=True)
class Value:
    """What a device shows now."""

    idx: int
    value: float | None
    state: int


@dataclass(frozen=True, slots=True)
class Head:
    """Where a batch stands: in the stream, in the generation, in time."""

    seq: int
    generation: int
    at: datetime
    layer: str

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat(timespec="milliseconds")
        return {"seq": self.seq, "generation": self.generation, "at": at, "layer": self.layer}


def values_frame(head: Head, values: Sequence[Value], *, snapshot: bool = False) -> bytes:
    said = json.dumps({**head.to_dict(), "n": len(values), "snapshot": snapshot}, ensure_ascii=False).encode()
    said += b" " * (-len(said) % 4)
    idx = np.fromiter((one.idx for one in values), "<u4", len(values))
    numbers = np.fromiter((np.nan if one.value is None else one.value for one in values), "<f4", len(values))
    states = np.fromiter((one.state for one in values), "u1", len(values))
    return b"".join((struct.pack("<II", MAGIC, len(said)), said, idx.tobytes(), numbers.tobytes(), states.tobytes()))


def events_frame(head: Head, events: Sequence[dict[str, Any]], *, snapshot: bool = False) -> str:
    return text_frame("events", **head.to_dict(), snapshot=snapshot, events=events)


def alarms_frame(head: Head, alarms: Sequence[dict[str, Any]], flood: dict[str, Any], *, snapshot: bool = False) -> str:
    """Alarms as they stand now, each whole; one that is closed leaves the lists of what stands."""
    return text_frame("alarms", **head.to_dict(), snapshot=snapshot, alarms=alarms, flood=flood)


def incidents_frame(head: Head, incidents: Sequence[dict[str, Any]], *, snapshot: bool = False) -> str:
    """Incidents as the board shows them; docs/incidents.md describes the summary."""
    return text_frame("incidents", **head.to_dict(), snapshot=snapshot, incidents=incidents)


def text_frame(kind: str, **said: Any) -> str:
    """NaN and infinity go out as null: one of them, wherever it came from, would make the whole frame unreadable."""
    return _Encoded(text_of({"type": kind, **said}))


def text_of(said: dict[str, Any]) -> str:
    """JSON of what we made; NaN and infinity are null."""
    try:
        return _json(said)
    except ValueError:
        return _json(_finite(said))


def _json(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=str, allow_nan=False)


def _finite(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _finite(one) for name, one in said.items()}
    if isinstance(said, list | tuple):
        return [_finite(one) for one in said]
    return None if isinstance(said, float) and not isfinite(said) else said


class _Encoded(str):
    """A text that is encoded once and not once a browser: the server asks each frame for its bytes when it sends it."""

    __slots__ = ("_bytes",)
    _bytes: bytes

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        made._bytes = str.encode(text, "utf-8", "replace")
        return made

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return self._bytes if encoding == "utf-8" else super().encode(encoding, errors)
