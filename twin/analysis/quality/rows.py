"""What readers said of single rows, as findings."""

from __future__ import annotations

import json
from collections.abc import Iterator

from twin.model.finding import CellChange, Finding, finding_rules
from twin.store.campus import Generation


def row_findings(generation: Generation) -> Iterator[Finding]:
    """One finding a remark: its layer, and the id of what became of the row, where it became something.

    ``values["skipped"]`` says whether the row is in the twin.
    """
    made = _made_of(generation)
    rules = finding_rules()
    for one in generation.auxiliary("remarks").to_pylist():
        rule = rules.get(one["rule"])
        if rule is None:
            continue  # a rule of another version: the next build reads the source again
        changes = tuple(CellChange(**cell) for cell in json.loads(one["changes"])) if one["changes"] else ()
        told = one.get("layer")  # generations of earlier versions have no such column
        layer, feature = made.get((one["source_key"], one["sheet"], one["row"]), (told, None))
        yield Finding(
            rule=rule.id,
            severity=rule.severity,
            layer=layer,
            feature_ids=(feature,) if feature is not None else (),
            source=one["source_key"],
            file=one["file"],
            sheet=one["sheet"],
            row=one["row"],
            values={**json.loads(one["said"]), "skipped": one["skipped"]},
            changes=changes,
            safe=rule.safe and bool(changes),
        )


def _made_of(generation: Generation) -> dict[tuple[str, str, int], tuple[str, str]]:
    """Source, sheet and row -> layer and feature id."""
    remarks = generation.auxiliary("remarks")
    wanted = set(
        zip(remarks["source_key"].to_pylist(), remarks["sheet"].to_pylist(), remarks["row"].to_pylist(), strict=True)
    )
    if not wanted:
        return {}
    sources = {key for key, _, _ in wanted}
    found: dict[tuple[str, str, int], tuple[str, str]] = {}
    for layer_id in generation.layer_ids():
        table = generation.table(layer_id)
        columns = (table[name].to_pylist() for name in ("source_key", "source_pos", "feature_id"))
        for key, place, feature in zip(*columns, strict=True):
            if key not in sources or place is None:
                continue
            sheet, _, row = place.rpartition("!")
            if row.isdigit() and (key, sheet, int(row)) in wanted:
                found[key, sheet, int(row)] = (layer_id, feature)
    return found
