"""What is wrong with the SQL of a screen, told without data: DuckDB parses and binds it to views that are empty.

Nothing is run. A question is one SELECT that reads views of the campus and nothing else, takes the time from ``$at``
and gives the columns that are needed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import duckdb
import pyarrow as pa

from twin.model.feature import COMMON
from twin.model.registers import REGISTERS
from twin.model.tables import AUXILIARY
from twin.screens.needed import Column, Needed
from twin.screens.view_columns import MACROS, PARAMETERS, VIEWS

Wrong = tuple[str, dict[str, Any]]  # the kind of a mistake, and the words for it


class SqlCheck(Protocol):
    """Who says what is wrong with SQL."""

    def check(self, sql: str, needed: Needed) -> tuple[Wrong, ...]:
        """Every kind of mistake that ``sql`` is."""

    def columns(self, sql: str) -> tuple[Column, ...]:
        """What ``sql`` gives, if nothing is wrong with it."""


ROW_MAKERS: Final = frozenset({"range", "generate_series", "unnest"})
# what is a clock without brackets; those with brackets DuckDB knows itself
CLOCK_WORDS: Final = frozenset({"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"})
_SHAPES: Final = frozenset({"geometry", "bbox"})  # maps draw them, SQL of screens does not ask for them
_MOMENT: Final = datetime(2026, 1, 1, tzinfo=UTC)
_REMEMBERED: Final = 4_000


class EmptyCampus:
    """All views of a campus with these layers, without a row. Threads may share one."""

    def __init__(self, layers: Mapping[str, pa.Schema]) -> None:
        self.views = tuple(sorted({*VIEWS, *REGISTERS, *layers, "features", "relations", "properties"}))
        self._connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "256MB"})
        self._lock = threading.Lock()
        self._told: dict[tuple[str, Needed], tuple[Wrong, ...]] = {}
        self._given: dict[str, tuple[Column, ...]] = {}
        self._make(layers)
        found = self._connection.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'"
        ).fetchall()
        self._unsteady = CLOCK_WORDS | {name for (name,) in found}

    def check(self, sql: str, needed: Needed) -> tuple[Wrong, ...]:
        """Every kind of mistake that ``sql`` is; what was asked before is remembered."""
        with self._lock:
            if (sql, needed) not in self._told:
                if len(self._told) >= _REMEMBERED:
                    self._told.clear()
                    self._given.clear()
                self._told[sql, needed] = tuple(self._wrong(sql, needed))
            return self._told[sql, needed]

    def columns(self, sql: str) -> tuple[Column, ...]:
        """The columns that ``sql`` gives; none where something is wrong with it."""
        self.check(sql, Needed(typed=False))
        return self._given.get(sql, ())

    def _wrong(self, sql: str, needed: Needed) -> Iterator[Wrong]:
        try:
            statements = self._connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                yield "sql_not_one", {}
                return
            names = set(statements[0].named_parameters)
            found = [*self._strangers(sql), *_parameters(names)]
            yield from found
            if not found:
                self._given[sql] = self._columns(sql, names)
                yield from needed.lacking(self._given[sql])
        except (duckdb.Error, RecursionError) as fault:
            yield "sql_wrong", {"detail": _first_line(str(fault))}

    def _strangers(self, sql: str) -> Iterator[Wrong]:
        """What it reads that is no view, and what it asks a clock or a die."""
        answer = self._connection.execute("SELECT json_serialize_sql($sql::VARCHAR)", {"sql": sql}).fetchone()
        tree = json.loads(answer[0]) if answer else {}
        if tree.get("error"):
            yield "sql_wrong", {"detail": _first_line(str(tree.get("error_message", "")))}
            return
        named = _Named(tree)
        if named.shows:
            yield "sql_not_one", {}
        for name in sorted(named.tables - named.given - set(self.views)):
            yield "sql_reads", {"name": name, "known": ", ".join(self.views)}
        for name in sorted(named.row_makers - ROW_MAKERS):
            yield "sql_reads", {"name": f"{name}()", "known": ", ".join(self.views)}
        for name in sorted(named.functions & self._unsteady):
            yield "sql_clock", {"name": name}

    def _columns(self, sql: str, names: set[str]) -> tuple[Column, ...]:
        values = {name: None if name == "place" else _MOMENT for name in names}
        rows = self._connection.execute(f"DESCRIBE {sql}", values).fetchall()
        return tuple(Column(name, kind) for name, kind, *_ in rows)

    def _make(self, layers: Mapping[str, pa.Schema]) -> None:
        connection = self._connection
        for name, columns in VIEWS.items():
            connection.execute(f'CREATE TABLE "{name}" ({columns})')
        tables = {
            **{name: one.delivered for name, one in REGISTERS.items()},
            **{name: AUXILIARY[name] for name in ("relations", "properties")},
            **{name: _without_shapes(one) for name, one in {"features": COMMON, **layers}.items() if name not in VIEWS},
        }
        for name, schema in tables.items():
            connection.register("empty", schema.empty_table())
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM empty')
            connection.unregister("empty")
        for macro in MACROS:
            connection.execute(f"CREATE MACRO {macro}")
        connection.execute("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false")
        connection.execute("SET python_enable_replacements=false; SET enable_external_access=false")
        connection.execute("SET lock_configuration=true")


class _Named:
    """What a parsed statement names."""

    def __init__(self, tree: Any) -> None:
        self.tables: set[str] = set()
        self.given: set[str] = set()  # by WITH
        self.row_makers: set[str] = set()
        self.functions: set[str] = set()
        self.shows = False
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                self._take(node)
                waiting += node.values()
            elif isinstance(node, list):
                waiting += node

    def _take(self, node: Mapping[str, Any]) -> None:
        match node.get("type"):
            case "BASE_TABLE":
                own = str(node.get("schema_name")).lower() in ("", "main") and not node.get("catalog_name")
                path = [node.get("catalog_name"), node.get("schema_name"), node["table_name"]]
                self.tables.add(node["table_name"].lower() if own else ".".join(filter(None, path)))
            case "TABLE_FUNCTION":
                self.row_makers.add(node["function"]["function_name"].lower())
            case "SHOW_REF":
                self.shows = True
            case "FUNCTION":
                self.functions.add(node["function_name"].lower())
            case "COLUMN_REF" if len(node["column_names"]) == 1:
                self.functions |= {node["column_names"][0].lower()} & CLOCK_WORDS
        if "cte_map" in node:
            self.given |= {one["key"].lower() for one in node["cte_map"]["map"]}


def _parameters(names: set[str]) -> Iterator[Wrong]:
    for name in sorted(names - set(PARAMETERS)):
        known = ", ".join(f"${one}" for one in PARAMETERS)
        yield "sql_parameter", {"name": f"${name}", "known": known}


def _without_shapes(schema: pa.Schema) -> pa.Schema:
    return pa.schema([one for one in schema if one.name not in _SHAPES])


def _first_line(text: str) -> str:
    """DuckDB's own words without the drawing below them, and what it would have taken instead."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    instead = [one for one in lines[1:] if one.startswith(("Candidate bindings", "Did you mean"))]
    return " ".join([*lines[:1], *instead])[:300]
