"""Invented registers of car parks, bays, charging piles and the official fleet."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from geodata.demo.devices import CHARGERS, Device
from geodata.demo.register_rows import Rows, days_from, write_register, zone_id
from geodata.demo.surveys import zone_of, zone_polygons

FLEET: Final = 24
# id, name, kind, longest stay in hours; the rows of bays that it has, as devices call them
LOTS: Final = (
    ("TC-01", "访客停车场", "visitor", 4, ("访客1排", "访客2排", "访客3排", "访客4排")),
    ("TC-02", "职工停车场", "staff", None, ("职工5排", "职工6排")),
)
RATED_KW: Final = 7.0
KINDS: Final = (("sedan", 5, 0.6), ("van", 7, 0.3), ("bus", 22, 0.1))
_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def write_traffic(folder: Path, devices: list[Device], units: int, rng: np.random.Generator) -> None:
    """parking_lots, parking_bays, charging_piles, fleet."""
    bays = [one for one in devices if one.device_type == "parking"]
    piles = [one for one in devices if one.device_type == "charger"]
    charging = [one for one in bays if one.name.startswith("职工5排")][:CHARGERS]
    write_register(folder, "parking_lots", _lots(bays))
    write_register(
        folder,
        "parking_bays",
        [
            (one.code, lot, "charging" if one in charging else kind)
            for lot, _, kind, _, rows in LOTS
            for one in bays
            if one.name.startswith(rows)
        ],
    )
    pairs = zip(piles, charging, strict=True)
    write_register(folder, "charging_piles", [(one.code, one.name, "TC-02", bay.code, RATED_KW) for one, bay in pairs])
    write_register(folder, "fleet", _fleet(units, rng))


def _lots(bays: list[Device]) -> Rows:
    zones = zone_polygons()
    for lot, name, kind, most_h, rows in LOTS:
        own = [one for one in bays if one.name.startswith(rows)]
        yield lot, name, kind, len(own), most_h, zone_id(zone_of(own[0].u, own[0].v, zones))


def _fleet(units: int, rng: np.random.Generator) -> Rows:
    """A plate of signs that no authority gives out in this form."""
    kinds, shares = [one[0] for one in KINDS], [one[2] for one in KINDS]
    seats = {one[0]: one[1] for one in KINDS}
    for n in range(1, FLEET + 1):
        kind = str(rng.choice(kinds, p=shares))
        plate = "闽A·" + "".join(_SIGNS[k] for k in rng.integers(len(_SIGNS), size=5))
        yield (f"GW-{n:02d}", plate, kind, "electric" if rng.random() < 0.4 else "petrol",
               f"U{rng.integers(units) + 1:02d}", seats[kind], days_from(rng.uniform(-6, 360)),
               days_from(rng.uniform(4, 360)))  # fmt: skip
