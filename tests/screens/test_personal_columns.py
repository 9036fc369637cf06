"""Screens mask the columns of registers that a handover leaves blank: the same table tells both."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest

from twin.model.registers import REGISTERS, personal_columns
from twin.screens import views
from twin.screens.views import Scene


@pytest.mark.parametrize("name", [one for one in REGISTERS if personal_columns(one)])
def test_who_may_not_read_names_reads_no_column_of_persons(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = REGISTERS[name].fields
    row = {one.name: "闽A12345" if str(one.type) == "string" else None for one in fields}
    table = pa.Table.from_pylist([row], schema=pa.schema(fields))
    monkeypatch.setattr(views, "register_table", lambda *_: table)
    used: dict[bool, dict[str, Any]] = {}
    for cleared in (True, False):

        def use(_: str, told: pa.Table, cleared: bool = cleared) -> str:
            used[cleared] = told.to_pylist()[0]
            return "t"

        scene = SimpleNamespace(asking=SimpleNamespace(campus=None), span=None, cleared=cleared, use=use)
        views._register(cast("Scene", scene), name)
    assert used[True] == row
    assert {one for one, value in used[False].items() if value != row[one]} == set(personal_columns(name))
