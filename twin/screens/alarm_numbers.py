"""Numbers of all that was said about alarms in a year, taken out of its texts at once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from itertools import groupby
from typing import Any, Final

import pyarrow as pa

from twin.live.alarms.acts import Act
from twin.live.alarms.state import AlarmKey
from twin.live.rules.entries import DECISIONS
from twin.model.levels import LEVELS
from twin.screens.quiet import EVER_US, Said, What
from twin.screens.small_duckdb import small_duckdb
from twin.store.query import sql_literal

_WHOLE: Final = ("BIGINT", "UBIGINT")
_ANY: Final = (*_WHOLE, "DOUBLE", "BOOLEAN", "VARCHAR", "NULL", "ARRAY", "OBJECT")
_LACKING: Final = "-"
# the types, as DuckDB calls them, that a field of a decision of ours may have
_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("rule_id", "level"), ("VARCHAR",)),
    **dict.fromkeys(("title", "text", "place"), ("OBJECT",)),
    **dict.fromkeys(("raised_us", "count", "last_us", "revision"), _WHOLE),
    **dict.fromkeys(("value", "cleared_value", "told"), _ANY),
    "cleared_us": (*_WHOLE, "NULL"),
    "replaces": (*_WHOLE, "NULL", _LACKING),
    "correction": ("VARCHAR", "NULL", _LACKING),
}
_TIMES: Final = ("raised_us", "cleared_us", "replaces")
_DECIDES: Final = f"kind IN {sql_literal(sorted(DECISIONS))}"


_FIELDS: Final = ("alarm_type", "author", *_TYPES)
_PATHS: Final = sql_literal([f"$.{name}" for name in _FIELDS])


def _type(name: str) -> str:
    return f"coalesce(types[{_FIELDS.index(name) + 1}], '{_LACKING}')"


def _text(name: str) -> str:
    return f"texts[{_FIELDS.index(name) + 1}]"


def _time(name: str) -> str:
    return f"CASE WHEN {_type(name)} IN {_WHOLE} THEN try_cast({_text(name)} AS BIGINT) ELSE {EVER_US} END"


_IS_DECISION: Final = " AND ".join(
    [
        *(f"{_type(name)} IN {sql_literal(list(types))}" for name, types in _TYPES.items()),
        f"{_text('level')} IN {sql_literal([one.value for one in LEVELS])}",
        *(f"{_time(name)} BETWEEN -{EVER_US} AND {EVER_US}" for name in _TIMES),
    ]
)
_IS_OURS: Final = f"""
{_type("alarm_type")} = 'VARCHAR' AND CASE WHEN {_DECIDES} THEN {_IS_DECISION} ELSE {_type("author")} = 'VARCHAR' END
"""
_SAID: Final = f"""
SELECT subject, {_text("alarm_type")} AS alarm_type, {_text("rule_id")} AS rule_id,
       row, seq, epoch_us(occurred_at) AS occurred_us,
       CASE WHEN NOT {_DECIDES} THEN if(kind = '{Act.ACKNOWLEDGED}', {What.ACKNOWLEDGED:d}, {What.OTHER:d})
            WHEN {_text("correction")} = 'withdrawn' THEN {What.WITHDRAWN:d} ELSE {What.DECISION:d} END AS what,
       {", ".join(f"{_time(name)} AS {name}" for name in _TIMES)},
       coalesce({_IS_OURS}, false) AS is_ours
FROM (
    SELECT seq, kind, subject, occurred_at, row_number() OVER () - 1 AS row,
           json_type(body, {_PATHS}) AS types, json_extract_string(body, {_PATHS}) AS texts
    FROM acts WHERE json_valid(body)
)
ORDER BY subject, alarm_type, row
"""


def said_by_key(table: pa.Table, first: int, rules: dict[str, int]) -> list[tuple[AlarmKey, list[Said]]] | None:
    """What rows in the columns of the journal say of each alarm; the first of them has the number ``first``.

    ``rules`` are numbered on. None where there is a body that none of our programs wrote: Python looks at those.
    """
    with closing(small_duckdb()) as sql:
        sql.execute("SET python_enable_replacements=false; SET preserve_insertion_order=true")
        sql.register("acts", table)
        rows = sql.execute(_SAID).fetchall()
    if len(rows) < len(table) or not all(row[-1] for row in rows):
        return None
    return [(AlarmKey(*key), [_said(one, first, rules) for one in some]) for key, some in groupby(rows, _key)]


def _key(row: tuple[Any, ...]) -> tuple[str, str]:
    return row[0], row[1]


def _said(row: tuple[Any, ...], first: int, rules: dict[str, int]) -> Said:
    _, _, rule_id, number, seq, occurred_us, what, *times, _ = row
    rule = rules.setdefault(rule_id, len(rules)) if what in (What.DECISION, What.WITHDRAWN) else 0
    return Said(first + number, seq, occurred_us, what, rule, *times)
