"""A layer that somebody computed and wrote back: what it is, and where it came from.

Each writing is a version of its own beside the generations, ``derived/<layer_id>/0003.parquet`` with ``0003.json``;
nothing there is ever changed. A build takes the newest version of each into the new generation and names it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from twin.model.layer import Column, LayerDefinition, LayerKind, column_of
from twin.model.text import Title

LAYER_ID: Final = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")
COLUMN_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
COLOUR: Final = re.compile(r"#[0-9a-f]{6}\Z")
READER: Final = "derived"  # what stands as the reader of its rows
PROVENANCE: Final = ("version", "made_at", "made_by", "method", "generation", "inputs", "sha256")
USUAL_COLOUR: Final = "#e0a458"


@dataclass(frozen=True, slots=True)
class DerivedLayer:
    """One version. ``generation`` is the one it was computed from; ``inputs`` name what else went into it."""

    layer_id: str
    version: int
    title: Title
    kind: LayerKind
    columns: tuple[Column, ...]
    colour: str
    rows: int
    made_at: str  # ISO, UTC
    made_by: str
    method: str
    generation: int
    inputs: tuple[str, ...] = ()
    underground: bool = False  # tells where things underground are: masked like them
    sha256: str = ""  # of the table's file
    withdrawn: bool = False  # from this version on there is no such layer

    def definition(self) -> LayerDefinition:
        """As a layer like any other."""
        said = asdict(self)
        return LayerDefinition(
            id=self.layer_id,
            title=self.title,
            kind=self.kind,
            columns=self.columns,
            colour=self.colour,
            underground=self.underground,
            provenance={name: said[name] for name in PROVENANCE},
        )

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_dict(said: Mapping[str, Any]) -> DerivedLayer:
        return DerivedLayer(
            **{
                **said,
                "title": Title(**said["title"]),
                "kind": LayerKind(said["kind"]),
                "columns": tuple(column_of(one) for one in said["columns"]),
                "inputs": tuple(said["inputs"]),
            }
        )


def source_key(layer_id: str) -> str:
    """What stands for its source in tables and in the manifest."""
    return f"derived-{layer_id}"
