"""Electricity and gas meters of the composed campus: whose readings they are, and where they stand.

The readings are those of three real Cambridge buildings (``timeseries/cambridge_estates``), an hour's use each. They
are taken up after the build, as any building's old readings are:
``twin import readings CAMPUS FOLDER/UCam_Building_b24/electricity --point "{grandparent}:{parent}" --missing 0``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

PATH: Final = "sources/meters.csv"
# building of the composed campus -> that of Cambridge, chosen by how large they are
CAMBRIDGE: Final = {
    "duplex": "UCam_Building_b1",
    "largebuilding": "UCam_Building_b24",
    "samplehouse": "UCam_Building_b20",
}
HOURS_S: Final = 7200  # an hourly reading that is two hours old is late

_HEAD: Final = "device_code,device_type,name,X,Y,Z,building_id"
_KINDS: Final = {"EM": ("electricity_meter", "electricity"), "GM": ("gas_meter", "gas")}


def device_code(kind: str, building: str) -> str:
    """``EM`` of electricity, ``GM`` of gas."""
    return f"{kind}-{building.upper()}"


def meters_csv(sites: Mapping[str, tuple[str, Sequence[float], float]], titles: Mapping[str, str]) -> str:
    """Both meters of a building side by side where its model begins, a metre above the ground."""
    rows = [_HEAD]
    for building in CAMBRIDGE:
        east, north, level = sites[building][1]
        for metres, (kind, (device_type, what)) in enumerate(_KINDS.items()):
            place = f"{east + metres:.3f},{north:.3f},{level + 1:.3f}"
            rows.append(f"{device_code(kind, building)},{device_type},{titles[building]} {what},{place},{building}")
    return "\n".join(rows) + "\n"


def meter_source(crs: str) -> dict[str, Any]:
    """The entry in campus.toml."""
    place = {"crs": crs, "vertical_datum": "local", "key_column": "device_code"}
    return {"key": "meters", "path": PATH, "reader": "csv_points", "layer": "devices", **place}


def meter_points() -> list[dict[str, Any]]:
    """``config/points.toml``: what loggers of Cambridge call these meters, and that they send what each hour used."""
    hourly = {"unit": "kW.h", "kind": "delta", "stale_after_s": HOURS_S}
    gas = {"name": {"zh": "燃气热量", "en": "gas, as heat"}}
    return [
        {"point_id": f"{theirs}:{what}", "device_code": device_code(kind, ours), "quantity": "energy", **hourly, **more}
        for ours, theirs in CAMBRIDGE.items()
        for kind, what, more in (("EM", "electricity", {}), ("GM", "gas", gas))
    ]
