"""Registers from workbooks and CSV files."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.readers.reading import read_with
from twin.errors import BadOptionError, TableUnclearError
from twin.model.registers import REGISTERS
from twin.readers import load_reader
from twin.readers.tables.register import register_of
from twin.readers.tables.register_headings import HEADINGS, KEYS


def test_the_headings_cover_every_register() -> None:
    assert {name: tuple(columns) for name, columns in HEADINGS.items()} == {
        name: one.columns for name, one in REGISTERS.items()
    }
    assert all(set(KEYS[name]) | set(REGISTERS[name].key) <= set(REGISTERS[name].columns) for name in REGISTERS)


@pytest.mark.parametrize("name", REGISTERS)
@pytest.mark.parametrize("language", [0, 1])
def test_each_register_is_known_by_its_headings(name: str, language: int) -> None:
    headings = tuple(aliases[language] for aliases in HEADINGS[name].values())
    assert register_of(headings) == [name]


def test_a_staff_list_as_offices_write_it(tmp_path: Path) -> None:
    path = tmp_path / "花名册.csv"
    path.write_bytes(
        "工号,姓名,单位,职级,电话,民族\r\n007,张三,保卫处,正科,0591-1,汉\r\n,李四,保卫处,,,\r\n".encode("gb18030")
    )
    assert load_reader("register").supports(path)
    found = read_with("register", path, tmp_path / "out", crs=None)
    staff = found.tables["register.staff"]
    assert staff.staff_id.tolist() == ["007"]  # leading zeros are part of a number on a badge
    assert staff["name"].tolist() == ["张三"]
    assert found.report.skipped == {"no_key": 1}
    assert "not part of the register: 民族" in found.notes()


def test_sheets_of_a_workbook_are_told_apart(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    rooms = book.active
    rooms.title = "用房"
    rooms.append(["办公用房分配表"])
    rooms.append(["房间号", "使用单位", "使用人工号", "使用面积（㎡）"])
    rooms.append(["A-301", "财务处", "P1", 17.5])
    leases = book.create_sheet("出租")
    leases.append(["合同编号", "房间号", "承租人", "月租金", "到期日"])
    import datetime

    leases.append(["C1", "B-101", "某公司", 3000, datetime.datetime(2027, 6, 30)])
    book.create_sheet("说明").append(["仅供测试"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    found = read_with("register", path, tmp_path / "out", crs=None)
    assert found.tables["register.room_assignments"].area_m2.tolist() == [17.5]
    lease = found.tables["register.leases"].iloc[0]
    assert (lease.rent_cny_month, lease.ends_on) == (3000.0, datetime.date(2027, 6, 30))
    assert "说明: not a register" in found.notes()


def test_a_table_with_coordinates_is_no_register(tmp_path: Path) -> None:
    path = tmp_path / "devices.csv"
    path.write_text("编号,姓名,单位,X,Y\n1,a,b,1,2\n")
    assert not load_reader("register").supports(path)


def test_what_headings_do_not_say_a_person_must(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("工号,甲,乙\n1,2,3\n")
    with pytest.raises(TableUnclearError, match=r"options\.register"):
        read_with("register", path, tmp_path / "a", crs=None)
    with pytest.raises(BadOptionError, match=r'options\.register is "people" and must be one of "staff", '):
        read_with("register", path, tmp_path / "b", crs=None, register="people")
    found = read_with("register", path, tmp_path / "c", crs=None, register="staff")
    assert found.tables["register.staff"].staff_id.tolist() == ["1"]
