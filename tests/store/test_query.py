"""SQL from people: one SELECT over the tables, and nothing else whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from twin.errors import QueryFailedError, QueryRefusedError, QueryTimeoutError, QueryTooLargeError, TwinError
from twin.store.query import run_sql


@pytest.fixture
def generation(tmp_path: Path) -> Path:
    folder = tmp_path / "it's 0001"
    (folder / "tables").mkdir(parents=True)
    pq.write_table(pa.table({"a": [1, 2, 3], "名称": ["甲", "乙", "丙"]}), folder / "tables" / "relations.parquet")
    return folder


def test_select_answers(generation: Path) -> None:
    assert run_sql(generation, 'SELECT sum(a) AS n, max("名称") AS x FROM relations').to_pylist() == [
        {"n": 6, "x": "甲"}
    ]
    assert run_sql(generation, "SELECT a FROM relations WHERE a = $n", {"n": 2}).to_pylist() == [{"a": 2}]
    assert run_sql(generation, "WITH t AS (SELECT 1 AS x) SELECT * FROM t").num_rows == 1


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{folder}/tables/relations.parquet'",
        "COPY relations TO '{folder}/x.csv'",
        "SELECT 1; SELECT 2",
        "DROP VIEW relations",
        "CREATE TABLE t AS SELECT 1",
        "ATTACH '{folder}/x.db'",
        "INSTALL spatial",
        "LOAD httpfs",
        "SET enable_external_access=true",
        "PRAGMA database_list",
        "EXPORT DATABASE '{folder}/x'",
        "CALL pragma_version()",
        "VACUUM",
    ],
)
def test_anything_but_a_select_is_refused(generation: Path, sql: str) -> None:
    with pytest.raises(QueryRefusedError):
        run_sql(generation, sql.format(folder=str(generation).replace("'", "''")))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_blob('{folder}/../secret')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
        "SELECT * FROM generation",  # no Python variable is a table
        "SELEC 1",
        "SELECT nothing FROM relations",
    ],
)
def test_no_file_no_network_no_python(generation: Path, sql: str) -> None:
    (generation.parent / "secret").write_text("secret")
    with pytest.raises(QueryFailedError) as caught:
        run_sql(generation, sql.format(folder=str(generation).replace("'", "''")))
    assert "secret" not in str(caught.value).replace("../secret", "")
    assert "\n" not in str(caught.value)


def test_a_long_query_is_stopped(generation: Path) -> None:
    with pytest.raises(QueryTimeoutError):
        run_sql(generation, "SELECT count(*) FROM range(100000000000) a, range(1000) b", timeout_s=0.5)


def test_memory_is_bounded(generation: Path) -> None:
    with pytest.raises(TwinError):
        run_sql(generation, "SELECT list(a) FROM range(400000000) t(a)", timeout_s=20)


def test_an_answer_that_would_fill_the_memory_is_stopped(generation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin.store.query.ANSWER_MB", 1)
    assert run_sql(generation, "SELECT * FROM range(1000)").num_rows == 1000
    with pytest.raises(QueryTooLargeError, match="1 MB"):
        run_sql(generation, "SELECT * FROM range(10000000)")


def test_no_advice_that_cannot_be_followed(generation: Path) -> None:
    with pytest.raises(QueryFailedError) as fault:
        run_sql(generation, "SELECT ST_Area(a) FROM relations")
    assert "INSTALL" not in str(fault.value)
