"""Where the devices of a campus are."""

from __future__ import annotations

from twin.live.rules.places import Place, Places
from twin.store.campus import Generation


def places_of(generation: Generation) -> Places:
    if "devices" not in generation.layer_ids():
        return Places()
    rows = generation.table("devices").to_pylist()
    return Places(
        {
            one["device_code"]: Place(
                one["device_code"],
                one["device_type"],
                one["name"],
                one["space_id"],
                one["storey_id"],
                one["building_id"],
            )
            for one in rows
            if one["device_code"]
        }
    )
