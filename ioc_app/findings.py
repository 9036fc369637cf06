"""Findings of the inspection as screens take them: chosen, counted, named, placed in scene axes; masked by right.

Of what lies underground whoever may not know it exactly is told the rule, the things and the row of the source: no
place, no measured value, and in place of the sentence the title of the rule.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from ioc_app.directory import Directory
from ioc_app.scene_axes import SceneAxes
from twin.analysis.findings_table import choose, facet, findings_table, secret_findings
from twin.analysis.inspected import inspected
from twin.model.finding import SEVERITIES, Finding, FindingRule, RowPlace, finding_rules
from twin.model.source_path import shown_path
from twin.store.campus import Generation

MOST_NAMED: Final = 50  # features of one finding
FACETS: Final = ("rule", "severity", "layer")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is wanted; None: any. ``layer`` may be ``NO_LAYER``. ``box``: xmin, ymin, xmax, ymax in scene axes."""

    rule: str | None = None
    severity: str | None = None
    layer: str | None = None
    box: tuple[float, float, float, float] | None = None


class Findings:
    """Those of one generation; a finding's number is its place among them, worst first."""

    def __init__(self, generation: Generation, directory: Directory) -> None:
        self._generation, self._directory = generation, directory
        self.all: tuple[Finding, ...] = inspected(generation).findings
        self._columns = {name: [facet(one, name) for one in self.all] for name in FACETS}
        self._secret = secret_findings(generation, self.all)

    def __len__(self) -> int:
        return len(self.all)

    def rows(self, chosen: Chosen, *, exactly: bool, without: str = "") -> NDArray[np.int64]:
        """Numbers of what is chosen, whatever is chosen of the facet ``without``. What has no place is in no box."""
        kept = choose(self.all, {name: getattr(chosen, name) for name in FACETS if name != without})
        if chosen.box is not None:
            xmin, ymin, xmax, ymax = chosen.box
            west, south, east, north = self._boxes[:, [0, 1, 3, 4]].T
            kept &= (west <= xmax) & (east >= xmin) & (south <= ymax) & (north >= ymin)  # NaN is nowhere
            kept &= exactly | ~self._secret
        return np.flatnonzero(kept)

    def counts(self, chosen: Chosen, *, exactly: bool) -> dict[str, dict[str, int]]:
        """How many there would be for each value of a facet, all else chosen as it is; the most first."""
        found = {}
        for name in FACETS:
            rows = self.rows(chosen, exactly=exactly, without=name)
            found[name] = dict(Counter(self._columns[name][row] for row in rows).most_common())
        return {**found, "severity": {one: found["severity"].get(one, 0) for one in SEVERITIES}}

    def said(self, number: int, language: str, *, exactly: bool) -> dict[str, Any]:
        """One finding with what a list shows, links need, and its evidence in scene axes."""
        one, rule = self.all[number], finding_rules()[self.all[number].rule]
        masked = bool(self._secret[number]) and not exactly
        about = list(one.feature_ids if masked else dict.fromkeys((*one.feature_ids, *self._mentioned(one))))
        return {
            "finding": number,
            **{name: getattr(one, name) for name in ("rule", "severity", "layer", "source", "sheet", "row")},
            "title": rule.title.to_dict(),
            "file": self._file(one),
            "also": [{**asdict(place), "file": self._file(place)} for place in one.also],
            "features": [self._named(feature, placed=not masked) for feature in about[:MOST_NAMED]],
            "features_total": len(about),
            "masked": masked,
            **(_masked(rule, language) if masked else self._told(number, language)),
        }

    def marks(self, rows: NDArray[np.int64], most: int, *, exactly: bool) -> dict[str, Any]:
        """Where the first ``most`` of ``rows`` that have a place are; the others are counted with the reason."""
        hidden = self._secret[rows] & (not exactly)
        placed = rows[~hidden & ~np.isnan(self.positions[rows, 0])]
        drawn = placed[:most]
        return {
            "total": len(rows),
            "masked": int(hidden.sum()),
            "without_place": len(rows) - int(hidden.sum()) - len(placed),
            "not_drawn": len(placed) - len(drawn),
            "finding": drawn.tolist(),
            "severity": [SEVERITIES.index(self.all[row].severity) for row in drawn],
            "position": np.round(self.positions[drawn], 3).tolist(),
        }

    def table(self, rows: NDArray[np.int64], *, exactly: bool) -> pa.Table:
        """As notebooks take them: both languages, evidence as WKB in the campus CRS."""
        masked = self._secret & (not exactly)
        told = [one if one.file is None else replace(one, file=shown_path(one.file)) for one in self.all]
        chosen = ((int(row), told[row], bool(masked[row])) for row in rows)
        return findings_table(chosen, self._directory.source_files)

    def rules(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """What these rules look for, in the order of the rules."""
        return [_rule(one) for one in finding_rules().values() if one.id in ids]

    def _told(self, number: int, language: str) -> dict[str, Any]:
        one = self.all[number]
        said = one.to_dict(language)
        shape = self._shapes[number]
        placed = not np.isnan(self.positions[number, 0])
        return {
            **{name: said[name] for name in ("message", "fix", "values", "changes", "safe")},
            "position": np.round(self.positions[number], 3).tolist() if placed else None,
            "bbox": np.round(self._boxes[number], 3).tolist() if placed else None,
            "shape": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }

    def _mentioned(self, one: Finding) -> list[str]:
        """Things that the sentence of a finding names by their ids."""
        values = [each for value in one.values.values() for each in (value if isinstance(value, list) else [value])]
        return [each for each in values if isinstance(each, str) and each in self._directory.idx_by_id]

    def _named(self, feature_id: str, *, placed: bool) -> dict[str, Any]:
        found = self._directory.named(feature_id, "label", "building_id", "storey_id")
        return found if placed else {**found, "position": None, "bbox": None}

    def _file(self, one: Finding | RowPlace) -> str | None:
        return self._directory.source_files.get(one.source or "") if one.file is None else shown_path(one.file)

    @cached_property
    def _shapes(self) -> NDArray[np.object_]:
        """Evidence in scene axes, heights that nobody measured on the ground; a millimetre."""
        shapes: NDArray[np.object_] = shapely.from_wkb(np.array([one.shape for one in self.all], dtype=object))
        return SceneAxes.of(self._generation).shapes(shapes)

    @cached_property
    def _boxes(self) -> NDArray[np.float64]:
        """(n, 6) scene axes; NaN without evidence."""
        boxes: NDArray[np.float64] = np.full((len(self.all), 6), np.nan)
        coordinates, owner = shapely.get_coordinates(self._shapes, include_z=True, return_index=True)
        if len(owner):
            starts = np.flatnonzero(np.r_[True, np.diff(owner) > 0])
            low, high = np.minimum.reduceat(coordinates, starts), np.maximum.reduceat(coordinates, starts)
            boxes[owner[starts]] = np.hstack([low, high])
        return boxes

    @cached_property
    def positions(self) -> NDArray[np.float64]:
        """(n, 3) a place on or in the evidence, at the middle of its heights; NaN without evidence."""
        middle: NDArray[np.float64] = self._boxes.reshape(-1, 2, 3).mean(axis=1)
        on = shapely.point_on_surface(self._shapes)
        known = ~shapely.is_missing(on) & ~shapely.is_empty(on)
        middle[known, :2] = shapely.get_coordinates(on[known])[:, :2]
        return middle


def _masked(rule: FindingRule, language: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("position", "bbox", "shape", "fix"))
    return {**nothing, "message": rule.title.text(language), "values": {}, "changes": [], "safe": False}


def _rule(one: FindingRule) -> dict[str, Any]:
    said = {name: getattr(one, name) for name in ("id", "about", "severity", "unverified")}
    return {**said, "title": one.title.to_dict()}
