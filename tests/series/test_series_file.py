"""Files of readings in every form, from real ones to broken ones: found = kept + skipped, with reasons."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from twin.errors import PointPatternError, ReadingsFileError, ReadingsTableError
from twin.readers.series.series_file import Series, SeriesOptions, read_series

SHANGHAI = SeriesOptions("Asia/Shanghai")


def rows(found: Series) -> list[tuple[str, str, float | None, str | None]]:
    return [
        (one["point_id"], one["observed_at"].isoformat()[:19], one["value"], one["quality"])
        for one in found.table.to_pylist()
    ]


def written(folder: Path, text: str, name: str = "meter.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


LONG = "point_id,observed_at,value\nEM-1:power,2026-11-26 16:00:00,5\nEM-1:power,2026-11-26T16:15:00+08:00,6.5\n"


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        LONG.replace(",", ";"),
        LONG.replace(",", "\t"),
        LONG.replace("point_id,observed_at,value", "测点,时间,读数"),
        LONG.replace("point_id,observed_at,value", " Point , Time , Value "),
        LONG.replace("2026-11-26 16:00:00", "2026/11/26 16:00:00"),
        LONG.replace("2026-11-26 16:00:00", "2026年11月26日 16:00:00"),
        LONG.replace("\n", "\r\n"),
        "\ufeff" + LONG,
    ],
)
def test_a_point_a_row(tmp_path: Path, text: str) -> None:
    found = read_series(written(tmp_path, text), SHANGHAI)
    assert (found.found, found.skipped) == (2, {})
    assert rows(found) == [
        ("EM-1:power", "2026-11-26T08:00:00", 5.0, None),
        ("EM-1:power", "2026-11-26T08:15:00", 6.5, None),
    ]


def test_gbk_is_read(tmp_path: Path) -> None:
    text = "测点,时间,值\n电表-1:功率,2026-11-26 16:00,5\n"
    assert rows(read_series(written(tmp_path, text, encoding="gbk"), SHANGHAI))[0][0] == "电表-1:功率"


def test_a_point_a_column_takes_its_name_and_unit_from_the_heading(tmp_path: Path) -> None:
    text = "datetime,air temperature [degC],雨量（mm）\n2018-01-01 00:00:00,5.8,0\n2018-01-01 01:00:00,,1.5\n"
    found = read_series(written(tmp_path, text, "weather.csv"), SeriesOptions("UTC", "{stem}:{column}"))
    assert found.units == {"weather:air_temperature": "degC", "weather:雨量": "mm"}
    assert [one[:3] for one in rows(found)] == [
        ("weather:air_temperature", "2018-01-01T00:00:00", 5.8),
        ("weather:air_temperature", "2018-01-01T01:00:00", None),
        ("weather:雨量", "2018-01-01T00:00:00", 0.0),
        ("weather:雨量", "2018-01-01T01:00:00", 1.5),
    ]


@pytest.mark.parametrize("stamp", ["1489020690", "1489020690.0", "1489020690000"])
def test_unix_times_without_headings(tmp_path: Path, stamp: str) -> None:
    found = read_series(written(tmp_path, f"{stamp}\t19.53\n", "Room1_Temperature.csv"), SHANGHAI)
    assert rows(found) == [("Room1_Temperature", "2017-03-09T00:51:30", 19.53, None)]


def test_what_cannot_be_read_is_counted_with_its_row(tmp_path: Path) -> None:
    text = "point_id,observed_at,value\na,2026-11-26 16:00,1\na,soon,2\na,2026-11-26 16:01,warm\n,2026-11-26 16:02,3\n"
    found = read_series(written(tmp_path, text), SHANGHAI)
    assert found.skipped == {"no_time": 1, "no_number": 1, "no_point": 1}
    told = [(one.row, one.reason, one.params["cell"], one.raw) for one in found.refused]
    assert told == [
        (3, "no_time", "soon", "a,soon,2"),
        (4, "no_number", "warm", "a,2026-11-26 16:01,warm"),
        (5, "no_point", "", ",2026-11-26 16:02,3"),
    ]
    assert found.found == found.table.num_rows + sum(found.skipped.values())


def test_a_number_that_stands_for_none_is_none_and_says_so(tmp_path: Path) -> None:
    text = "point_id,observed_at,value\na,2026-11-26 16:00,0\na,2026-11-26 16:01,0.5\n"
    found = read_series(written(tmp_path, text), SeriesOptions("Asia/Shanghai", missing=0.0))
    assert [(one[2], one[3]) for one in rows(found)] == [(None, "offline"), (0.5, None)]


def test_parquet_with_times_of_any_zone(tmp_path: Path) -> None:
    at = datetime(2026, 11, 26, 8, tzinfo=UTC)
    for kind, value in ((pa.timestamp("ms", "Asia/Shanghai"), at), (pa.timestamp("ns"), datetime(2026, 11, 26, 16))):
        table = pa.table({"point_id": ["a"], "observed_at": pa.array([value], kind), "value": [True]})
        pq.write_table(table, tmp_path / "a.parquet")
        assert rows(read_series(tmp_path / "a.parquet", SHANGHAI)) == [("a", "2026-11-26T08:00:00", 1.0, None)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing in the file"),
        ("\n \n", "nothing in the file"),
        ("a,b\n1,2\n", "no column of times. Headings in the file: a, b. Headings understood as time: 时间"),
        ("point_id,observed_at\na,2026-11-26\n", "no column of values. Headings in the file: point_id, observed_at"),
        ("1489020690,1,2\n", "3 columns"),
        ("point_id,time,时间,value\na,2026-11-26,2026-11-26,1\n", "time, 时间 mean the same"),
        ("point_id,time,value,value\na,2026-11-26,2,1\n", "value mean the same"),
    ],
)
def test_what_is_no_file_of_readings_says_what_is_missing(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ReadingsFileError) as fault:
        read_series(written(tmp_path, text), SHANGHAI)
    assert said in str(fault.value)


def test_a_row_of_other_cells_costs_no_other(tmp_path: Path) -> None:
    """Blank lines are no rows, and the rows below them keep their numbers."""
    text = "point_id,observed_at,value,,\n\na,2026-11-26,,,\na,2026-11-26 08:00\n,,,,\na,2026-11-27,x,,\n"
    found = read_series(written(tmp_path, text), SHANGHAI)
    assert (found.rows, found.found, found.skipped) == (3, 3, {"ragged": 1, "no_number": 1})
    assert [(one.row, one.reason) for one in found.refused] == [(4, "ragged"), (6, "no_number")]
    assert rows(found) == [("a", "2026-11-25T16:00:00", None, None)]


def test_a_wrong_pattern_is_said(tmp_path: Path) -> None:
    with pytest.raises(PointPatternError, match="pattern"):
        read_series(written(tmp_path, "1489020690\t1\n"), SeriesOptions("UTC", "{building}"))


def test_no_parquet_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(ReadingsTableError):
        read_series(tmp_path / "x.parquet", SHANGHAI)


def test_the_cambridge_meters(shared_data: Path) -> None:
    """Every hour is there, and the zeros that stand for missing readings are counted as a plain reader counts them."""
    folder = shared_data / "timeseries" / "cambridge_estates"
    files = sorted(folder.glob("UCam_*/*/*.csv"))
    assert len(files) == 40
    for path in files:
        with path.open(encoding="utf-8") as lines:
            plain = [(row[0], float(row[1])) for row in list(csv.reader(lines))[1:]]
        found = read_series(path, SeriesOptions("UTC", "{grandparent}:{parent}", missing=0.0))
        assert (found.found, found.table.num_rows, found.skipped) == (8760, 8760, {})
        name = f"{path.parts[-3]}:{path.parts[-2]}"
        assert found.units == {name: "kWh"}
        assert found.zeros == {name: sum(value == 0 for _, value in plain)}
        assert found.table["quality"].to_pylist().count("offline") == found.zeros[name]
        first = found.table["observed_at"][0].as_py().strftime("%Y-%m-%d %H:%M:%S")
        assert first == plain[0][0]


def test_the_open_smart_home(shared_data: Path) -> None:
    folder = shared_data / "timeseries" / "open_smart_home"
    files = sorted(folder.glob("*.csv"))
    assert len(files) == 37
    for path in files:
        lines = [one for one in path.read_text().splitlines() if one.strip()]
        found = read_series(path, SeriesOptions("UTC"))
        assert found.found == len(lines) == found.table.num_rows
        stamp, value = lines[-1].split("\t")
        last = found.table.slice(found.table.num_rows - 1).to_pylist()[0]
        assert (last["observed_at"].timestamp(), last["value"]) == (float(stamp), float(value))
        assert last["point_id"] == path.stem
