"""The buildingSMART PCERT sample scene: one house in four models and bridges, map coordinates in millimetres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_HOUSE = ("Architecture", "Hvac", "Structural")


def pcert(data: Path) -> dict[str, Any]:
    """Every file places itself (IfcMapConversion to EPSG:32760); the three models of the house are one building."""
    folder = data / "ifc" / "pcert_scene"
    files = [*(f"Building-{name}" for name in (*_HOUSE, "Landscaping")), "Infra-Bridge"]
    return {
        "schema_version": 1,
        "name": {"zh": "PCERT 样例场景", "en": "PCERT sample scene"},
        "crs": "EPSG:32760",
        "vertical_datum": "local",
        "timezone": "Asia/Shanghai",
        "notice": {
            "zh": "buildingSMART 样例模型（CC BY 4.0），并非真实建筑",
            "en": "buildingSMART sample models (CC BY 4.0), not a real place",
        },
        "buildings": [
            {
                "code": "HOUSE",
                "name": {"zh": "样例住宅", "en": "Sample house"},
                "models": [f"Building-{name}" for name in _HOUSE],
            }
        ],
        "sources": [
            {"key": name, "path": str(folder / f"{name}.ifc"), "reader": "ifc", "vertical_datum": "local"}
            for name in files
        ],
    }
