"""SQL over a generation: one SELECT, read-only, no files, no network, bounded in time and memory.

DuckDB lives in memory and sees exactly the Parquet files of the generation, each as a view, and the registers, which
are in memory. What a person types is
parsed by DuckDB itself and runs only if it is a single SELECT (``COPY (SELECT 1) TO …`` is not).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from twin.errors import QueryFailedError, QueryRefusedError, QueryTimeoutError

TIMEOUT_S: Final = 10.0
MEMORY: Final = "1GB"
THREADS: Final = 2


def tables_of(generation: Path) -> dict[str, Path]:
    """View name -> Parquet file: layers and auxiliary tables."""
    found: dict[str, Path] = {}
    for folder in ("layers", "tables"):
        for path in sorted((generation / folder).glob("*.parquet")):
            found[path.stem] = path
    return found


def open_sql(generation: Path, extra: Mapping[str, pa.Table] | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB with a view per table, locked down. ``extra`` are tables that are in memory already."""
    connection = duckdb.connect(":memory:", config={"threads": THREADS, "memory_limit": MEMORY})
    tables = tables_of(generation)
    connection.execute("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false")
    connection.execute("SET python_enable_replacements=false")
    connection.execute("SET allowed_paths=" + _literal([str(path) for path in tables.values()]))
    for name, path in tables.items():
        connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet({_literal(str(path))})')
    for name, table in (extra or {}).items():
        connection.register(name, table)
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")
    return connection


def _literal(value: str | list[str]) -> str:
    """A SQL string or list literal. Paths are ours, but a campus folder may be called ``it's``."""
    if isinstance(value, list):
        return "[" + ", ".join(_literal(one) for one in value) + "]"
    return "'" + value.replace("'", "''") + "'"


def run_sql(
    generation: Path,
    sql: str,
    parameters: dict[str, Any] | None = None,
    *,
    extra: Mapping[str, pa.Table] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> pa.Table:
    """The answer to one SELECT as an Arrow table; geometry comes as WKB."""
    connection = open_sql(generation, extra)
    try:
        _require_select(connection, sql)
        return _bounded(connection, sql, parameters or {}, timeout_s)
    finally:
        connection.close()


def _require_select(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as fault:
        raise QueryFailedError(detail=_first_lines(fault)) from fault
    if len(statements) != 1:
        raise QueryRefusedError(detail=f"{len(statements)} statements")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise QueryRefusedError(detail=f"{statements[0].type.name} is not a SELECT")


def _bounded(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any], timeout_s: float) -> pa.Table:
    timer = threading.Timer(timeout_s, connection.interrupt)
    timer.start()
    try:
        answer = connection.sql(sql, params=parameters).to_arrow_table()
    except duckdb.InterruptException as fault:
        raise QueryTimeoutError(seconds=timeout_s) from fault
    except duckdb.Error as fault:
        raise QueryFailedError(detail=_first_lines(fault)) from fault
    finally:
        timer.cancel()
    return answer


def _first_lines(fault: Exception) -> str:
    """DuckDB's own words without the caret drawing."""
    lines = [
        line.strip() for line in str(fault).splitlines() if line.strip() and not line.strip().startswith(("^", "LINE"))
    ]
    return " ".join(lines[:3])
