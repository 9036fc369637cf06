"""Which columns of registers tell of persons: one table for screens and for what leaves the house."""

from __future__ import annotations

import re

from twin.model.registers import REGISTERS, personal_columns

# by which people are named or reached, whatever the register
TELLING = re.compile(r"phone|tenant|plate|mobile|email|person_name|id_card")


def test_personal_columns_are_columns_that_hold_text() -> None:
    for name, one in REGISTERS.items():
        types = {field.name: str(field.type) for field in one.fields}
        assert all(types[column] == "string" for column in personal_columns(name))
        assert not set(personal_columns(name)) & set(one.key), "what a row is about cannot be left out"


def test_no_column_that_sounds_like_a_person_was_forgotten() -> None:
    told = {(name, one) for name, register in REGISTERS.items() for one in register.columns if TELLING.search(one)}
    assert told <= {(name, one) for name in REGISTERS for one in personal_columns(name)}
    assert {"name", "phone"} <= set(personal_columns("staff"))
    assert personal_columns("a register of another version") == ()
