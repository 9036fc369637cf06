"""Gas, district heating and power of one German town: a datum shift, swapped axes, three coordinate systems."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def networks(data: Path) -> list[dict[str, Any]]:
    """The three sources as the files need them, without a place in any particular campus."""
    folder = data / "pipes" / "schutterwald"
    geodata = {"reader": "pandapipes", "crs": "EPSG:31467", "vertical_datum": "local"}
    return [
        {
            "key": "gas",
            "path": str(folder / "gas_net_schutterwald_1bar.json"),
            "layer": "gas",
            **geodata,
            "options": {"depth_m": 1.0},
        },
        {
            "key": "heat",
            "path": str(folder / "sw_heat.json"),
            "layer": "heat",
            **geodata,
            "options": {"depth_m": 1.2, "pipe_geo": "lat_lon"},
        },
        {
            "key": "power",
            "path": str(folder / "lv_schutterwald.json"),
            "reader": "pandapower",
            "layer": "power",
            "crs": "EPSG:4326",
            "options": {"depth_m": 0.7},
        },
    ]


def schutterwald(data: Path) -> dict[str, Any]:
    """All three where they belong, in EPSG:25832."""
    return {
        "schema_version": 1,
        "name": {"zh": "舒特瓦尔德三网", "en": "Schutterwald utilities"},
        "crs": "EPSG:25832",
        "vertical_datum": "local",
        "timezone": "Europe/Berlin",
        "notice": {
            "zh": "沿真实街道绘制的研究管网，并非运营商资料（BSD-3，pandapipes/pandapower）",
            "en": "Research networks along real streets, not the operators' registers (BSD-3, pandapipes/pandapower)",
        },
        "sources": networks(data),
    }
