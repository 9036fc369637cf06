"""The texts of the viewer, of all its parts, by key."""

from __future__ import annotations

import json
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "ioc_app" / "viewer" / "src"


def viewer_texts(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(SOURCES.glob(f"*/i18n/{language}.json")):
        found |= json.loads(path.read_text(encoding="utf-8"))
    return found
