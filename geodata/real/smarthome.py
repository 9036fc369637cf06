"""Open Smart Home: a real flat as BIM, and the sensors in its rooms as linked data."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

_STEPS: Final = "http://linkedbuildingdata.net/ifc/resources20180427_085111/"
_RELATED: Final = "http://www.w3.org/2004/02/skos/core#related"


def smarthome(data: Path) -> dict[str, Any]:
    """The flat stands at the site origin; 01_LinkOsh says which of its rooms the sensors' rooms are."""
    folder = data / "ifc" / "open_smart_home"
    links = {"models": {_STEPS: "flat"}, "same": [_RELATED]}
    return {
        "schema_version": 1,
        "name": {"zh": "开放智能家居", "en": "Open Smart Home"},
        "crs": "local",
        "vertical_datum": "local",
        "timezone": "Europe/Berlin",
        "notice": {
            "zh": "纽伦堡一套真实住宅的公开数据（CC BY-SA 4.0）",
            "en": "Open data of a real flat in Nuremberg (CC BY-SA 4.0, Fraunhofer IBP, W3C LBD CG)",
        },
        "buildings": [{"code": "FLAT", "name": {"zh": "住宅", "en": "Flat"}, "models": ["flat"]}],
        "sources": [
            {"key": "flat", "path": str(folder / "04_Flat.ifc"), "reader": "ifc", "placement": {"to": [0, 0, 0]}},
            {"key": "sensors", "path": str(folder / "00_OpenSmartHomeData.ttl"), "reader": "turtle"},
            {"key": "links", "path": str(folder / "01_LinkOsh.ttl"), "reader": "turtle", "options": links},
            {"key": "topology", "path": str(folder / "02_BotFromRevit.ttl"), "reader": "turtle"},
        ],
    }
