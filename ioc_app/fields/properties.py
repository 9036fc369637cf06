"""IFC property sets and quantities: one row a value in ``tables/properties.parquet``, made once a generation into an
index by feature number, so that a field is a filter and not a search by name."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ioc_app.fields.field import Field, FieldRef, FieldSource, FieldValues, known
from twin.model.text import Title
from twin.store.campus import Generation

_OF_TYPE = "type_property"  # what the type says yields to what the thing itself says


class Properties:
    """The property table of a generation with ``idx``; things that are not in it are left out."""

    def __init__(self, generation: Generation) -> None:
        table = generation.auxiliary("properties")
        idx = pc.index_in(table["feature_id"].combine_chunks(), value_set=generation.feature_ids())
        kept = table.select(["set_name", "name", "value", "number", "unit", "origin"]).append_column("idx", idx)
        said = pc.or_kleene(pc.is_valid(kept["number"]), pc.not_equal(kept["value"], ""))
        kept = kept.filter(pc.and_(pc.is_valid(kept["idx"]), pc.fill_null(said, False)))
        # own values first, so that the first of a feature is the one that counts
        self._table = kept.append_column("inherited", pc.equal(kept["origin"], _OF_TYPE)).sort_by("inherited")

    def list_properties(self, first: int, features: int) -> list[Field]:
        """What the features ``first`` … ``first + features - 1`` have, set by set."""
        counted = (
            self._of(first, features)
            .group_by(["set_name", "name"])
            .aggregate(
                [
                    ("idx", "count_distinct"),
                    ("idx", "count"),
                    ("number", "count"),
                    ("value", "count_distinct"),
                    ("unit", "max"),
                ]
            )
        )
        return [_field(one) for one in counted.sort_by([("set_name", "ascending"), ("name", "ascending")]).to_pylist()]

    def read(self, first: int, features: int, set_name: str, name: str) -> FieldValues | None:
        """A property's value a feature; None where no feature has it."""
        rows = self._of(first, features)
        rows = rows.filter(pc.and_(pc.equal(rows["set_name"], set_name), pc.equal(rows["name"], name)))
        if not rows.num_rows:
            return None
        is_number = rows["number"].null_count == 0
        unit = pc.max(rows["unit"]).as_py() if is_number else None
        one_each = _first_of_each(rows)
        idx, values = known(
            one_each["idx"].cast(pa.uint32()).combine_chunks(),
            one_each["number" if is_number else "value"].combine_chunks(),
        )
        return FieldValues(Title(name, name), unit or "", idx, values)

    def _of(self, first: int, features: int) -> pa.Table:
        idx = self._table["idx"]
        return self._table.filter(pc.and_(pc.greater_equal(idx, first), pc.less(idx, first + features)))


def _first_of_each(rows: pa.Table) -> pa.Table:
    """A row a feature, by ``idx``: its first."""
    numbered = rows.append_column("row", pa.array(range(rows.num_rows), pa.int64()))
    first = numbered.group_by("idx").aggregate([("row", "min")]).sort_by("idx")
    return numbered.take(first["row_min"])


def _field(counted: dict[str, object]) -> Field:
    """Numbers where every value is one; a set in which some files write words is words."""
    name = str(counted["name"])
    is_number = counted["number_count"] == counted["idx_count"]
    return Field(
        FieldRef(FieldSource.PROPERTY, name, str(counted["set_name"])),
        Title(name, name),
        str(counted["unit_max"] or "") if is_number else "",
        is_number,
        int(str(counted["idx_count_distinct"])),
        int(str(counted["value_count_distinct"])),
    )
