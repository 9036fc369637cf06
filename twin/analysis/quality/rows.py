"""What readers said of single rows, as findings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from twin.analysis.quality.naming import Thing, names_of, sheet_and_row
from twin.analysis.quality.subject import Subject
from twin.model.finding import CellChange, Finding, RowPlace, finding_rules
from twin.model.text import Title

FIRST: Final = "first"  # of a remark's values: where a row stands that says the same

Where = tuple[str, str | None, int | None]  # source, sheet, row


def row_findings(subject: Subject) -> Iterator[Finding]:
    """One finding a remark: its layer, and the id of what became of the row, where it became something.

    ``values["skipped"]`` says whether the row is in the twin.
    """
    remarks = subject.generation.auxiliary("remarks").to_pylist()
    values_of = [json.loads(one["said"]) for one in remarks]
    places_of = [_places(one, values) for one, values in zip(remarks, values_of, strict=True)]
    made = _made_of(subject, {place for places in places_of for place in places})
    rules = finding_rules()
    for one, values, (own, *others) in zip(remarks, values_of, places_of, strict=True):
        rule = rules.get(one["rule"])
        if rule is None:
            continue  # a rule of another version: the next build reads the source again
        changes = tuple(CellChange(**cell) for cell in json.loads(one["changes"])) if one["changes"] else ()
        thing = made.get(own)
        things = [found for place in (own, *others) if (found := made.get(place)) is not None]
        yield Finding(
            rule=rule.id,
            severity=rule.severity,
            # generations of earlier versions tell no layer of rows that were skipped
            layer=one.get("layer") if thing is None else thing[0],
            feature_ids=() if thing is None else (_id(subject, thing),),
            source=one["source_key"],
            file=one["file"],
            sheet=one["sheet"],
            row=one["row"],
            values={**values, **({FIRST: _spoken(others[0])} if others else {}), "skipped": one["skipped"]},
            changes=changes,
            safe=rule.safe and bool(changes),
            also=tuple(_also(subject, one["file"], place, made.get(place)) for place in others),
            names=names_of(subject, things),
        )


def _places(remark: dict[str, Any], values: dict[str, Any]) -> list[Where]:
    """Where the row of a remark stands, and where the one does that it repeats."""
    places: list[Where] = [(remark["source_key"], remark["sheet"], remark["row"])]
    if FIRST in values:
        places.append((remark["source_key"], *sheet_and_row(values[FIRST])))
    return places


def _spoken(place: Where) -> Title:
    _, sheet, row = place
    return Title(f"{sheet} 第 {row} 行", f"{sheet} row {row}")


def _also(subject: Subject, file: str, place: Where, thing: Thing | None) -> RowPlace:
    """A row that is repeated stands in the same file."""
    return RowPlace(place[0], file, place[1], place[2], None if thing is None else _id(subject, thing))


def _id(subject: Subject, thing: Thing) -> str:
    layer_id, row = thing
    return str(subject.column(layer_id, "feature_id")[row])


def _made_of(subject: Subject, wanted: set[Where]) -> dict[Where, Thing]:
    """What became of rows of tables."""
    sources = {key for key, _, _ in wanted}
    found: dict[Where, Thing] = {}
    for layer_id in subject.layers if wanted else ():
        columns = (subject.column(layer_id, name) for name in ("source_key", "source_pos"))
        for number, (key, position) in enumerate(zip(*columns, strict=True)):
            if key in sources and position is not None:
                where = (key, *sheet_and_row(position))
                if where in wanted:
                    found[where] = (layer_id, number)
    return found
