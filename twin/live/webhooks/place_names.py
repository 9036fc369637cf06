"""What people call the buildings, storeys and rooms of the generation in use, for messages that say where."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from twin.errors import TwinError
from twin.store.campus import Campus, Generation

LAYERS: Final = ("buildings", "storeys", "spaces")


class PlaceNames:
    """Read once a generation. May be used from any thread."""

    def __init__(self, campus_folder: Path) -> None:
        self._folder = campus_folder
        self._guard = threading.Lock()
        self._number: int | None = None
        self._names: dict[str, str] = {}

    def name_of(self, feature_id: str) -> str | None:
        """None where nobody calls it anything, or there is no generation."""
        with self._guard:
            try:
                generation = Campus.open(self._folder).generation
                if generation.number != self._number:
                    self._names, self._number = _names(generation), generation.number
            except TwinError:
                return None
            return self._names.get(feature_id)


def _names(generation: Generation) -> dict[str, str]:
    """Feature id -> number and name, as a card shows them."""
    found: dict[str, str] = {}
    for layer in LAYERS:
        if layer not in generation.layer_ids():
            continue
        table = generation.table(layer)
        columns = [one for one in ("feature_id", "number", "name") if one in table.column_names]
        for row in table.select(columns).to_pylist():
            words = dict.fromkeys(str(one) for one in (row.get("number"), row.get("name")) if one)
            if words:
                found[row["feature_id"]] = " ".join(words)
    return found
