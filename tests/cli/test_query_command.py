"""``twin query`` prints valid JSON and CSV whatever DuckDB answers."""

from __future__ import annotations

import csv
import io
import json

import pyarrow as pa
import pytest

from twin.cli.answers import write_answer


def said(table: pa.Table, form: str, capsys: pytest.CaptureFixture[str]) -> str:
    write_answer(table, form)
    return capsys.readouterr().out


def strict(text: str) -> object:
    def refuse(name: str) -> object:
        raise AssertionError(f"{name} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_json_knows_no_infinity(capsys: pytest.CaptureFixture[str]) -> None:
    table = pa.table({"a": [float("inf")], "b": [{"x": float("nan")}], "c": [[1.5, float("-inf")]]})
    assert strict(said(table, "json", capsys)) == [{"a": None, "b": {"x": None}, "c": [1.5, None]}]


def test_json_keeps_columns_of_one_name(capsys: pytest.CaptureFixture[str]) -> None:
    table = pa.table([pa.array([1]), pa.array([2])], names=["n", "n"])
    assert strict(said(table, "json", capsys)) == [{"n": 1, "n_2": 2}]


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_values_python_has_no_room_for(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = pa.table(
        {
            "d": pa.array([-2_147_483_646], pa.date32()),
            "i": pa.array([pa.MonthDayNano([0, 1, 0])]),
        }
    )
    assert "<date32[day]>" in said(table, form, capsys)


def test_csv_is_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    table = pa.table({"名称": ['甲"乙\n丙', None], "好": [True, False], "b": [b"\x01", None]})
    rows = list(csv.reader(io.StringIO(said(table, "csv", capsys))))
    assert rows == [["名称", "好", "b"], ['甲"乙\n丙', "true", "AQ=="], ["", "false", ""]]


def test_many_columns_are_a_block_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"column_{n}" for n in range(40)]
    write_answer(pa.table({name: [f"{name}-a", f"{name}-b"] for name in names}), "table")
    lines = [[cell.strip() for cell in line.split("│")] for line in capsys.readouterr().out.splitlines()]
    assert [one for one in lines if len(one) == 1] == [["1"], ["2"]]
    assert [one for one in lines if len(one) == 2] == [[name, f"{name}-{row}"] for row in "ab" for name in names]
    write_answer(pa.table({name: pa.array([], pa.string()) for name in names}), "table")
    assert [line.split("│")[0].strip() for line in capsys.readouterr().out.splitlines()] == ["0", *names]
