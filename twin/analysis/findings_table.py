"""Findings as a table, and which of them tell where things underground lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.model.finding import Finding, finding_rules
from twin.store.campus import Generation

_PLAIN: Final = ("rule", "severity", "layer", "source", "sheet", "row")
NO_LAYER: Final = "-"
TABLE: Final = pa.schema(
    [
        pa.field("finding", pa.int64()),
        *(pa.field(name, pa.string()) for name in ("rule", "severity", "layer")),
        pa.field("feature_ids", pa.list_(pa.string())),
        *(pa.field(name, pa.string()) for name in ("source", "file", "sheet")),
        pa.field("row", pa.int64()),
        *(pa.field(name, pa.string()) for name in ("message", "message_en", "fix", "fix_en")),
        pa.field("safe", pa.bool_()),
        pa.field("masked", pa.bool_()),
        pa.field("geometry", pa.binary()),
    ]
)


def secret_findings(generation: Generation, findings: Sequence[Finding]) -> NDArray[np.bool_]:
    """(n,) which tell of what lies underground: about a layer there, or about a whole source that has one.

    A layer that has no row here may be one; where nothing lies underground no whole source is secret, else one of which
    nothing became anything, or that the manifest does not know, may tell of anything.
    """
    open_layers = {name for name, one in generation.definitions.items() if not one.underground}
    is_any = len(open_layers) < len(generation.definitions)
    layers_of = {one.key: set(one.layers) for one in generation.manifest.sources}

    def is_secret(one: Finding) -> bool:
        if one.layer is not None:
            return one.layer not in open_layers
        layers = layers_of.get(one.source or "")
        return is_any and (not layers or not layers <= open_layers)

    return np.array([is_secret(one) for one in findings], dtype=bool)


def facet(one: Finding, name: str) -> str:
    """What a finding is chosen by: ``rule``, ``severity`` or ``layer``; ``NO_LAYER`` of a whole source."""
    return getattr(one, name) or NO_LAYER


def choose(findings: Sequence[Finding], wanted: Mapping[str, str | None]) -> NDArray[np.bool_]:
    """(n,) which have all these facets; None: any."""
    asked = [(name, value) for name, value in wanted.items() if value is not None]
    return np.array([all(facet(one, name) == value for name, value in asked) for one in findings], dtype=bool)


def findings_table(rows: Iterable[tuple[int, Finding, bool]], files: Mapping[str, str]) -> pa.Table:
    """(number, finding, whether it is masked) as rows: both languages, evidence as WKB in the campus CRS.

    ``files``: of sources, by key, for findings that name none. Masked: the title of the rule in place of what was
    measured, no fix, no evidence.
    """
    return pa.Table.from_pylist([_row(*one, files) for one in rows], schema=TABLE)


def _row(number: int, one: Finding, masked: bool, files: Mapping[str, str]) -> dict[str, Any]:
    title = finding_rules()[one.rule].title
    return {
        "finding": number,
        **{name: getattr(one, name) for name in _PLAIN},
        "file": one.file if one.file is not None else files.get(one.source or ""),
        "feature_ids": list(one.feature_ids),
        "message": title.zh if masked else one.message("zh"),
        "message_en": title.en if masked else one.message("en"),
        "fix": None if masked else one.fix("zh"),
        "fix_en": None if masked else one.fix("en"),
        "safe": one.safe and not masked,
        "masked": masked,
        "geometry": None if masked else one.shape,
    }
