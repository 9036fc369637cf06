"""SQL over a generation: one SELECT, read-only, no files, no network, bounded in time and memory.

DuckDB lives in memory and sees exactly the Parquet files of the generation, each as a view, and the registers, which
are in memory. What a person types is
parsed by DuckDB itself and runs only if it is a single SELECT (``COPY (SELECT 1) TO …`` is not).
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from twin.errors import QueryFailedError, QueryRefusedError, QueryTimeoutError, QueryTooLargeError

TIMEOUT_S: Final = 10.0
MEMORY: Final = "1GB"
ANSWER_MB: Final = 512
_BATCH_ROWS: Final = 100_000
THREADS: Final = 2


def tables_of(generation: Path) -> dict[str, Path]:
    """View name -> Parquet file: layers and auxiliary tables."""
    found: dict[str, Path] = {}
    for folder in ("layers", "tables"):
        for path in sorted((generation / folder).glob("*.parquet")):
            found[path.stem] = path
    return found


def open_sql(
    generation: Path, extra: Mapping[str, pa.Table] | None = None, without: Collection[str] = ()
) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB with a view per table, locked down.

    ``extra`` are tables that are in memory already; they stand in for those of the generation of the same name.
    ``without`` are tables of the generation that are not there: a SELECT may put a name together as it runs.
    """
    connection = duckdb.connect(":memory:", config={"threads": THREADS, "memory_limit": MEMORY})
    tables = {name: path for name, path in tables_of(generation).items() if name not in {*(extra or {}), *without}}
    connection.execute("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false")
    connection.execute("SET python_enable_replacements=false")
    connection.execute("SET allowed_paths=" + sql_literal([str(path) for path in tables.values()]))
    for name, path in tables.items():
        connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet({sql_literal(str(path))})')
    for name, table in (extra or {}).items():
        connection.register(name, table)
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")
    return connection


def sql_literal(value: str | list[str]) -> str:
    """A SQL string or list literal. Paths are ours, but a campus folder may be called ``it's``."""
    if isinstance(value, list):
        return "[" + ", ".join(sql_literal(one) for one in value) + "]"
    return "'" + value.replace("'", "''") + "'"


def run_sql(
    generation: Path,
    sql: str,
    parameters: dict[str, Any] | None = None,
    *,
    extra: Mapping[str, pa.Table] | None = None,
    without: Collection[str] = (),
    timeout_s: float = TIMEOUT_S,
) -> pa.Table:
    """The answer to one SELECT as an Arrow table; geometry comes as WKB."""
    connection = open_sql(generation, extra, without)
    try:
        return answer_select(connection, sql, parameters, timeout_s)
    finally:
        connection.close()


def answer_select(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: dict[str, Any] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> pa.Table:
    """Run what a person typed on a locked connection: one SELECT, in bounded time, with a bounded answer."""
    parameters_of_select(connection, sql)
    return _bounded(connection, sql, parameters or {}, timeout_s, None)


def answer_first(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any], timeout_s: float, most_rows: int
) -> pa.Table:
    """The same, of the answer no more than its first ``most_rows``; ``sql`` need not use all ``parameters``."""
    used = parameters_of_select(connection, sql)
    bound = {name: value for name, value in parameters.items() if name in used}
    return _bounded(connection, sql, bound, timeout_s, most_rows)


def parameters_of_select(connection: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    """The parameters that one SELECT names. Raises QueryRefusedError for anything else, QueryFailedError."""
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as fault:
        raise QueryFailedError(detail=_first_lines(fault)) from fault
    if len(statements) != 1:
        raise QueryRefusedError(detail=f"{len(statements)} statements")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise QueryRefusedError(detail=f"{statements[0].type.name} is not a SELECT")
    return set(statements[0].named_parameters)


def _bounded(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: dict[str, Any],
    timeout_s: float,
    most_rows: int | None,
) -> pa.Table:
    timer = threading.Timer(timeout_s, connection.interrupt)
    timer.start()
    try:
        batch_rows = _BATCH_ROWS if most_rows is None else min(_BATCH_ROWS, max(1, most_rows))
        return _collect(connection.sql(sql, params=parameters).to_arrow_reader(batch_rows), most_rows)
    except (duckdb.Error, pa.ArrowException, OSError) as fault:
        if isinstance(fault, duckdb.InterruptException) or "INTERRUPT" in str(fault):
            raise QueryTimeoutError(seconds=timeout_s) from fault
        raise QueryFailedError(detail=_first_lines(fault)) from fault
    finally:
        timer.cancel()


def _collect(answer: pa.RecordBatchReader, most_rows: int | None) -> pa.Table:
    """The answer, unless it grows past what one process may hold: DuckDB's own limit ends where Arrow begins."""
    batches, size_bytes, rows = [], 0, 0
    for batch in answer:
        size_bytes, rows = size_bytes + batch.nbytes, rows + batch.num_rows
        if size_bytes > ANSWER_MB * 2**20:
            raise QueryTooLargeError(limit_mb=ANSWER_MB)
        batches.append(batch)
        if most_rows is not None and rows >= most_rows:
            break
    return pa.Table.from_batches(batches, answer.schema).slice(0, most_rows)


def _first_lines(fault: Exception) -> str:
    """DuckDB's own words without the caret drawing, and without advice that cannot be followed here."""
    lines = [line.strip() for line in str(fault).splitlines()]
    told = [one for one in lines if one and not one.startswith(("^", "LINE", "*", "Possible solutions"))]
    text = " ".join(told[:3])
    if "extension" in text and "INSTALL" in text:
        text = text.partition(", but it exists")[0] + "; extensions are not available, lengths and areas are columns"
    return text
