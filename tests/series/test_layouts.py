"""How files of readings are laid out, in the headings that people write: understood, or refused with a word."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.series.test_series_file import SHANGHAI, rows, written
from twin.errors import HeadingTwiceError, NotPlainFileError, RowsAlikeError, UnclearLayoutError
from twin.readers.series.headings import WORDS
from twin.readers.series.series_file import SeriesOptions, read_series

TWO = "{point},{time},{value}\nEM-B01:power,2026-11-26 15:00:00,1.5\nEM-B02:power,2026-11-26 15:00:00,77\n"
BOTH = [("EM-B01:power", "2026-11-26T07:00:00", 1.5, None), ("EM-B02:power", "2026-11-26T07:00:00", 77.0, None)]


def words(role: str) -> list[str]:
    return " ".join(WORDS[role]).split()


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("point", words("point"))
def test_every_word_for_a_point(tmp_path: Path, point: str, encoding: str) -> None:
    text = TWO.format(point=point, time="时间", value="数值")
    found = read_series(written(tmp_path, text, "两点.csv", encoding), SHANGHAI)
    assert (found.rows, found.found, rows(found)) == (2, 2, BOTH)


@pytest.mark.parametrize("time", words("time") + words("day"))
def test_every_word_for_a_time(tmp_path: Path, time: str) -> None:
    assert rows(read_series(written(tmp_path, TWO.format(point="点位", time=time, value="值")), SHANGHAI)) == BOTH


@pytest.mark.parametrize("value", [*words("value"), "数值（kW）", "Value [kW]"])
def test_every_word_for_a_value(tmp_path: Path, value: str) -> None:
    found = read_series(written(tmp_path, TWO.format(point="点位", time="时间", value=value)), SHANGHAI)
    assert rows(found) == BOTH
    assert found.units == (dict.fromkeys([one[0] for one in BOTH], "kW") if "kW" in value else {})


def test_no_word_means_two_things() -> None:
    every = [one.casefold() for role in WORDS for one in words(role)]
    assert len(every) == len(set(every))


def test_quality_unit_remark_and_day_beside_the_time(tmp_path: Path) -> None:
    text = (
        "序号,测点编号,设备编号,日期,时间,读数,单位,质量,备注\n"
        "1,a:t,a,2026-11-26,15:00:00,1,℃,正常,\n"
        "2,a:t,a,2026-11-26,15:15:00,,℃,离线,停电\n"
        "3,a:t,a,2026-11-26,15:30:00,3,℃,很好,\n"
    )
    found = read_series(written(tmp_path, text), SHANGHAI)
    assert rows(found) == [("a:t", "2026-11-26T07:00:00", 1.0, "good"), ("a:t", "2026-11-26T07:15:00", None, "offline")]
    assert (found.units, found.skipped) == ({"a:t": "℃"}, {"no_quality": 1})


def test_one_column_of_values_is_of_the_point_that_the_file_is_called_by(tmp_path: Path) -> None:
    found = read_series(written(tmp_path, "时间,读数(kWh)\n2026-11-26,5\n", "EM-1:energy.csv"), SHANGHAI)
    assert (rows(found)[0][0], found.units) == ("EM-1:energy", {"EM-1:energy": "kWh"})


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        ("位置,时间,数值\n东门,2026-11-26,1.5\n西门,2026-11-26,77\n", "数值, 位置"),
        ("位置,时间,功率\n东门,2026-11-26,1.5\n西门,2026-11-26,77\n", "位置"),
        ("时间,数值,湿度\n2026-11-26,1.5,3\n", "数值"),
        ("时间,功率,质量\n2026-11-26,1.5,好\n", "质量"),
        ("时间,1,2\n2026-11-26,1.5,3\n", "1, 2"),
        ("时间,备注\n2026-11-26,好\n", ""),
    ],
)
def test_what_could_be_either_is_refused_with_what_was_found_and_what_is_understood(
    tmp_path: Path, text: str, unclear: str
) -> None:
    with pytest.raises(UnclearLayoutError) as fault:
        read_series(written(tmp_path, text), SHANGHAI)
    assert fault.value.params["unclear"] == unclear
    assert fault.value.params["found"] == ", ".join(text.partition("\n")[0].split(","))
    for word in ("点位", "时间", "数值", "point_id", "observed_at"):
        assert word in fault.value.text("zh")
    assert "--" not in fault.value.text("zh")


def test_columns_of_numbers_are_points_even_where_a_cell_is_none(tmp_path: Path) -> None:
    text = "采集时间,东门功率,西门功率,空\n2026-11-26 8:00,1,2,\n2026-11-26 9:00,故障,3,\n"
    found = read_series(written(tmp_path, text, "门.csv"), SHANGHAI)
    assert (found.rows, found.found, found.skipped) == (2, 6, {"no_number": 1})
    assert [one[:3] for one in rows(found)][:3] == [
        ("门:东门功率", "2026-11-26T00:00:00", 1.0),
        ("门:西门功率", "2026-11-26T00:00:00", 2.0),
        ("门:西门功率", "2026-11-26T01:00:00", 3.0),
    ]


def test_rows_that_only_a_strange_column_tells_apart_are_no_repeats(tmp_path: Path) -> None:
    text = "设备编号,量,时间,数值\nEM-1,功率,2026-11-26,1.5\nEM-2,功率,2026-11-26,2\nEM-1,电量,2026-11-26,{}\n"
    for value in ("77", "1.5"):
        with pytest.raises(RowsAlikeError) as fault:
            read_series(written(tmp_path, text.format(value)), SHANGHAI)
        assert fault.value.params | {"path": ""} == {"path": "", "first": 2, "second": 4, "heading": "量"}


def test_the_same_row_again_is_a_repeat_and_another_value_is_a_contradiction(tmp_path: Path) -> None:
    text = (
        "点位,时间,数值,备注\na,2026-11-26,1,\na,2026-11-26,1,\na,2026-11-26,2,\na,2026-11-26,1,复核\na,2026-11-27,1,\n"
    )
    found = read_series(written(tmp_path, text), SHANGHAI)
    assert [one[2] for one in rows(found)] == [1.0, 1.0, 1.0]
    assert found.skipped == {"contradicts": 2}
    assert [(one.row, one.params) for one in found.refused] == [
        (4, {"first": 2, "cell": "2.0 ≠ 1.0"}),
        (5, {"first": 2, "cell": "备注"}),
    ]


def test_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    text = "point_id;observed_at;value\na;26.11.2026 16:00;1,5\na;26.11.2026 17:00;-1,234\na;26.11.2026 18:00;2.5\n"
    assert [one[1:3] for one in rows(read_series(written(tmp_path, text), SHANGHAI))] == [
        ("2026-11-26T08:00:00", 1.5),
        ("2026-11-26T09:00:00", -1.234),
        ("2026-11-26T10:00:00", 2.5),
    ]
    perhaps = read_series(written(tmp_path, "point_id;observed_at;value\na;2026-11-26;1,234\n"), SHANGHAI)
    assert perhaps.skipped == {"no_number": 1}  # a thousand, or one and a bit


@pytest.mark.parametrize(
    ("stamp", "read"),
    [
        ("20261126160000", True),
        ("20261126", True),
        ("2026/11/26 8:05", True),
        ("1795708800", True),
        ("1795708800000", True),
        ("1795708800000000", True),
        ("1795708800000000000", True),
        ("1795708", False),
        ("179570", False),
        ("17957088000", False),
        ("4102444800", False),
        ("0", False),
        ("-1795708800", False),
        ("1899-12-31", False),
        ("2200-01-02", False),
    ],
)
def test_a_number_is_a_time_only_of_this_century(tmp_path: Path, stamp: str, read: bool) -> None:
    """Alone in its column, in a column with written times, as a number in Parquet: the same."""
    alone = read_series(written(tmp_path, f"点位,时间,数值\na,{stamp},1\n"), SHANGHAI)
    mixed = read_series(written(tmp_path, f"点位,时间,数值\na,{stamp},1\nb,2026-11-27,1\n"), SHANGHAI)
    assert (alone.table.num_rows, mixed.table.num_rows) == (int(read), int(read) + 1)
    assert alone.skipped == ({} if read else {"no_time": 1})
    if read:
        assert alone.table["observed_at"][0] == mixed.table["observed_at"][0]
        assert alone.table["observed_at"][0].as_py().year == 2026
    if stamp.isdigit() and len(stamp) not in (8, 14):
        table = pa.table({"点位": ["a"], "时间": pa.array([int(stamp)], pa.int64()), "数值": [1.0]})
        pq.write_table(table, tmp_path / "a.parquet")
        kept = read_series(tmp_path / "a.parquet", SHANGHAI).table
        assert kept["observed_at"].to_pylist() == alone.table["observed_at"].to_pylist()


@pytest.mark.parametrize("name", ["~own", "x" * 161, "a\tb"])
def test_a_file_can_name_no_point_that_a_message_could_not(tmp_path: Path, name: str) -> None:
    found = read_series(written(tmp_path, f'点位,时间,数值\n"{name}",2026-11-26,1\n'), SHANGHAI)
    assert found.skipped == {"no_point": 1}


def test_a_point_beside_its_device_is_the_point_but_two_points_are_not_clear(tmp_path: Path) -> None:
    text = "设备编号,点位,时间,数值\nEM,EM:p,2026-11-26,1\n"
    assert rows(read_series(written(tmp_path, text), SHANGHAI))[0][0] == "EM:p"
    with pytest.raises(HeadingTwiceError, match="点位"):
        read_series(written(tmp_path, text.replace("设备编号", "测点")), SHANGHAI)


def test_without_links_only_a_plain_file_is_opened(tmp_path: Path) -> None:
    secret = written(tmp_path, "secret,heading\n1,2\n", "secret.csv")
    link = tmp_path / "link.csv"
    link.symlink_to(secret)
    for path in (link, tmp_path):
        with pytest.raises(NotPlainFileError) as fault:
            read_series(path, SeriesOptions("UTC", links=False))
        assert "heading" not in str(fault.value)
