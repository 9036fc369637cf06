"""The devices of a finished build that have a code: what has none cannot be told from others."""

from __future__ import annotations

from typing import NamedTuple

from twin.store.campus import Generation


class Device(NamedTuple):
    """``idx`` is its number in the generation."""

    idx: int
    feature_id: str
    device_code: str
    device_type: str | None


def devices_of(generation: Generation) -> list[Device]:
    """In the order of the build."""
    if "devices" not in generation.layer_ids():
        return []
    table = generation.table("devices")
    columns = (table[name].to_pylist() for name in Device._fields)
    return [Device(*row) for row in zip(*columns, strict=True) if row[2]]
