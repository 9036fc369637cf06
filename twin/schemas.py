"""The shared shapes as JSON Schema: ``docs/schemas/``, written by ``python -m twin.schemas docs/schemas``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from twin.model.live import Alarm, Event, Incident, Point, Reading, WorkOrder
from twin.model.scene import Manifest
from twin.model.time import AsOf
from twin.screens.factors import FactorsFile
from twin.screens.files import KpiFile
from twin.screens.screen import Screen
from twin.settings import CampusSettings

SHAPES: Final[dict[str, Any]] = {
    "campus-toml": CampusSettings,
    "manifest": Manifest,
    "as-of": AsOf,
    "point": Point,
    "reading": Reading,
    "event": Event,
    "alarm": Alarm,
    "incident": Incident,
    "work-order": WorkOrder,
    "screen": Screen,
    "kpis": KpiFile,
    "factors": FactorsFile,
}


def json_schemas() -> dict[str, dict[str, Any]]:
    """Name -> JSON Schema (draft 2020-12)."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {name: dialect | TypeAdapter(shape).json_schema(by_alias=True) for name, shape in SHAPES.items()}


def write_schemas(folder: Path) -> None:
    """One file a shape."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in json_schemas().items():
        (folder / f"{name}.json").write_text(json.dumps(schema, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
