"""Who is on duty and who is sent, against a roster written out day by day on the clock of the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.ioc_app.small_campus import small_campus
from tests.live.entries import StandingClock
from tests.live.incidents.desk import us
from twin.live.incidents.dispatch import Dispatcher, DispatchSettings
from twin.live.incidents.duty import Duty
from twin.live.incidents.register_turns import RegisterTurn, RegisterTurns, turns_of
from twin.live.incidents.roster import DutySettings
from twin.live.incidents.setup import load_setup
from twin.live.rules.calendar import WEEKDAYS, Calendar
from twin.model.live import Level
from twin.model.registers import REGISTERS
from twin.model.time import microseconds
from twin.store.campus import Campus
from twin.store.editions import Edition, publish
from twin.store.register_history import take_in
from twin.store.registers import Registers, write_history

ZONE = "Asia/Shanghai"
LIMITS = {"A": {"feedback": 3600.0}}
TITLE = {"zh": "班", "en": "shift"}
HOURS = ("00:00", "02:30", "06:00", "08:00", "20:00", "22:45", "24:00")
FIRST = date(2026, 3, 23)  # Europe/Berlin sets its clocks forward on the 29th
CALENDAR = {
    "holidays": [{"from": date(2026, 3, 26), "to": date(2026, 3, 27)}],
    "make_up_days": [date(2026, 3, 28)],
}
DAYS = st.integers(0, 9).map(lambda n: FIRST + timedelta(days=n))
PEOPLE = ("a", "b", "c")


class Span(NamedTuple):
    begins: datetime
    ends: datetime
    unit: str
    person: str


def written_out(said: dict[str, Any], timezone: str) -> list[Span]:
    """Every turn of every day with its moments, as somebody with a calendar would list them."""
    found = []
    local = ZoneInfo(timezone)
    for offset in range(-2, 13):
        day = FIRST + timedelta(days=offset)
        works = day.weekday() < 5 and not date(2026, 3, 26) <= day <= date(2026, 3, 27)
        works = works or day == date(2026, 3, 28)
        for turn in said["roster"]:
            if WEEKDAYS[day.weekday()] not in turn["weekdays"]:
                continue
            if {"all": False, "working": not works, "off": works}[turn["days"]]:
                continue
            start, end = (said["shifts"][turn["shift"]][one] for one in ("from", "to"))
            later = day + timedelta(days=0 if end > start else 1)
            begins, ends = wall(day, start, local), wall(later, end, local)
            for person in turn["people"]:
                if taker := stands_in(said["away"], person, day):
                    found.append(Span(begins, ends, turn["unit"], taker))
    return found


def wall(day: date, clock: str, local: ZoneInfo) -> datetime:
    minutes = int(clock[:2]) * 60 + int(clock[3:])
    naive = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return naive.replace(tzinfo=local).astimezone(UTC)


def stands_in(away: list[dict[str, Any]], person: str | None, day: date) -> str | None:
    for _ in range(len(PEOPLE) + 1):
        gone = [one for one in away if one["person"] == person and one["from"] <= day <= one["to"]]
        if not gone:
            return person
        person = gone[0].get("instead")
    return None  # they stand in for each other


@st.composite
def rosters(draw: st.DrawFn) -> dict[str, Any]:
    hours = st.tuples(st.sampled_from(HOURS), st.sampled_from(HOURS)).filter(lambda one: one[0] != "24:00")
    shifts = draw(st.lists(hours, min_size=1, max_size=3))
    turn = st.fixed_dictionaries(
        {
            "unit": st.sampled_from(["water", "power"]),
            "shift": st.integers(0, len(shifts) - 1).map(str),
            "people": st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True),
            "weekdays": st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True),
            "days": st.sampled_from(["all", "working", "off"]),
        }
    )
    away = st.tuples(st.sampled_from(PEOPLE), DAYS, st.integers(0, 3), st.sampled_from([None, *PEOPLE])).map(
        lambda one: (
            {"person": one[0], "from": one[1], "to": one[1] + timedelta(days=one[2])}
            | ({"instead": one[3]} if one[3] else {})
        )
    )
    return {
        "unverified": True,
        "shifts": {str(n): {"title": TITLE, "from": one[0], "to": one[1]} for n, one in enumerate(shifts)},
        "units": {"water": {"title": TITLE}, "power": {"title": TITLE}},
        "people": {one: {"name": one.upper()} for one in PEOPLE},
        "roster": draw(st.lists(turn, max_size=4)),
        "away": draw(st.lists(away, max_size=3)),
    }


@given(rosters(), st.integers(0, 10 * 24 * 4), st.sampled_from([ZONE, "Europe/Berlin"]))
@settings(max_examples=examples(300), deadline=None)
def test_the_roster_is_the_list_written_out(said: dict[str, Any], quarters: int, timezone: str) -> None:
    at = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(minutes=15 * quarters)
    calendar = Calendar.model_validate({**CALENDAR, "timezone": timezone})
    duty = Duty(DutySettings.model_validate(said), timezone, calendar)
    expected = [(one.unit, one.person) for one in written_out(said, timezone) if one.begins <= at < one.ends]
    assert sorted((one.unit, one.person) for one in duty.on_duty(microseconds(at))) == sorted(expected)


# --- who of them ---

TURNS = """
[people.east]
name = "东"
[people.all]
name = "全"
[people.high]
name = "高"
[people.spare]
name = "替"

[[roster]]
unit = "power"
shift = "day"
people = ["all"]

[[roster]]
unit = "power"
shift = "day"
people = ["high"]
kinds = ["power"]
days = "working"

[[roster]]
unit = "power"
shift = "day"
people = ["east"]
zones = ["z:east"]
"""


def proposed(config: Path, place: dict[str, Any], hour: float = 0, registered: tuple[RegisterTurn, ...] = ()) -> Any:
    calendar = Calendar.model_validate({"holidays": [{"from": date(2026, 11, 30), "to": date(2026, 11, 30)}]})
    setup = load_setup(config, ZONE, {"z:east": "东区"}, calendar, registered)
    return setup.dispatcher.propose("power", Level.A, place, us(hour * 3600), LIMITS)


@pytest.mark.parametrize(
    ("zones", "hour", "who", "zh", "en"),
    [
        (["z:east"], 0, "east", "东（负责 东区）", "东, who answers for 东区"),
        (["z:west"], 0, "high", "值班：高", "(Day shift): 高"),  # his turn names the kind
        ([], 48, "all", "值班：全", "(Day shift): 全"),  # Saturday
        ([], 96, "all", "值班：全", "(Day shift): 全"),  # Monday, a holiday
        ([], 12, None, "派给整个班组", "goes to the whole group"),  # 22:00
    ],
)
def test_who_goes_first(tmp_path: Path, zones: list[str], hour: float, who: str | None, zh: str, en: str) -> None:
    (tmp_path / "duty.toml").write_text(TURNS, encoding="utf-8")
    found = proposed(tmp_path, {"zone_ids": zones}, hour)
    assert (found["unit"], found["assignee"]) == ("power", who)
    assert found["reason"]["zh"].endswith(zh)
    assert found["reason"]["en"].endswith(en)


def test_a_turn_of_other_kinds_and_a_person_of_another_zone(tmp_path: Path) -> None:
    turns = TURNS.replace('kinds = ["power"]', 'kinds = ["flood"]')
    only = turns.replace('people = ["all"]', 'people = ["east"]\nzones = ["z:north"]')
    (tmp_path / "duty.toml").write_text(only, encoding="utf-8")
    found = proposed(tmp_path, {"zone_ids": ["z:west"]})
    assert found["assignee"] == "east"
    assert "其他网格支援" in found["reason"]["zh"]


def test_on_leave(tmp_path: Path) -> None:
    away = '[[away]]\nperson = "east"\nfrom = 2026-11-26\nto = 2026-11-26\n'
    (tmp_path / "duty.toml").write_text(TURNS + away + 'instead = "spare"\n', encoding="utf-8")
    found = proposed(tmp_path, {"zone_ids": ["z:east"]})
    assert (found["assignee"], found["assignee_title"]) == ("spare", "替")
    assert "替（代 东）" in found["reason"]["zh"]
    (tmp_path / "duty.toml").write_text(TURNS + away, encoding="utf-8")
    assert proposed(tmp_path, {"zone_ids": ["z:east"]})["assignee"] == "high"


# --- the register of rosters ---


def row(**more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("valid_from", "valid_to", "starts_at", "ends_at", "zone_id", "role", "phone", "unit_id"))
    return {**empty, **more}


def at(hour: int) -> datetime:
    return datetime(2026, 11, 26, hour, tzinfo=UTC)


def test_the_register_of_rosters_names_people_too(tmp_path: Path) -> None:
    (tmp_path / "duty.toml").write_text('[units.power]\nregister_units = ["U08"]\n', encoding="utf-8")
    turns = turns_of(
        [
            row(roster_id="R2", staff_id="P2", zone_id="z:east", role="电工", starts_at=at(2), ends_at=at(3)),
            row(roster_id="R1", staff_id="P1", starts_at=at(0), ends_at=at(10)),
            row(roster_id="R0", staff_id="P3", zone_id="z:east", starts_at=at(0), ends_at=at(10)),  # not of the unit
            row(roster_id="R4", staff_id="P2", zone_id="z:east", starts_at=at(0), ends_at=at(1)),  # over
            row(roster_id="R5", staff_id="P2", zone_id="z:east", valid_to=at(2), ends_at=at(9)),  # was taken back
        ],
        [
            row(staff_id="P1", name="赵", unit_id="U08"),
            row(staff_id="P2", name="旧", unit_id="U01", valid_to=at(1)),
            row(staff_id="P2", name="钱", unit_id="U08", valid_from=at(1), phone="8002"),
            row(staff_id="P2", name="新", unit_id="U01", valid_from=at(9)),
            row(staff_id="P3", name="孙", unit_id="U01"),
        ],
        microseconds(at(2)),
    )
    assert [one.roster_id for one in turns] == ["R0", "R1", "R2"]
    east = proposed(tmp_path, {"zone_ids": ["z:east"]}, 0, turns)
    assert (east["assignee"], east["assignee_title"], east["phone"]) == ("P2", "钱", "8002")
    assert east["reason"]["zh"].endswith("电工 10:00–11:00 值班：钱（负责 东区）")
    assert proposed(tmp_path, {"zone_ids": ["z:east"]}, 1, turns)["assignee"] == "P1"  # at 11:00 her turn is over
    assert proposed(tmp_path, {"zone_ids": ["z:west"]}, 0, turns)["assignee"] == "P1"
    assert proposed(tmp_path, {"zone_ids": []}, 8, turns)["assignee"] is None


def deliver(campus: Path, number: int, when: datetime, **tables: list[dict[str, Any]]) -> None:
    """A new edition of the registers, as ``twin registers`` makes one."""
    files, before = {}, Registers.open(campus)
    for name, rows in tables.items():
        register = REGISTERS[name]
        columns = register.delivered.names
        whole = [{**dict.fromkeys(columns), "source_key": name, **one} for one in rows]
        delivered = pa.Table.from_pylist(whole, schema=register.delivered)
        history = take_in(register, before.history(name), delivered, {name}, number, when)
        files[name] = write_history(campus, name, number, history)
    publish(campus, Edition(number, when, files))


def test_the_register_of_a_campus_is_read_anew_when_it_changes(tmp_path: Path) -> None:
    folder = small_campus().write(tmp_path / "campus")
    clock = StandingClock(at(2))
    turns = RegisterTurns(Campus.open(folder), clock.now)
    assert (turns.look(), turns.turns) == (False, ())
    staff = [{"staff_id": "P1", "name": "赵", "unit_id": "power"}, {"staff_id": "P2", "name": "钱", "unit_id": "power"}]
    night = {"roster_id": "R1", "staff_id": "P1", "starts_at": at(1), "ends_at": at(9), "zone_id": "zone:lib:Z1"}
    deliver(folder, 1, at(1), staff=staff, rosters=[night])
    assert turns.look()
    [one] = turns.turns
    assert (one.name, one.zone_id, one.end_us) == ("赵", "zone:lib:Z1", microseconds(at(9)))
    assert turns.look() is False
    deliver(folder, 2, at(2), staff=staff, rosters=[{**night, "staff_id": "P2"}])
    assert turns.look()
    assert [one.name for one in turns.turns] == ["钱"]
    for table in (folder / "registers").glob("rosters-*.parquet"):
        table.write_bytes(b"damaged")
    deliver_nothing = Edition(3, at(2), {"rosters": "rosters-0002.parquet"})
    publish(folder, deliver_nothing)
    assert turns.look() is False  # those of before hold on, and why is said
    assert turns.fault is not None
    assert [one.name for one in turns.turns] == ["钱"]


def test_on_the_next_day_the_rows_of_that_day_count(tmp_path: Path) -> None:
    folder = small_campus().write(tmp_path / "campus")
    clock = StandingClock(at(2))
    turns = RegisterTurns(Campus.open(folder), clock.now)
    tomorrow = datetime(2026, 11, 27, tzinfo=UTC)
    staff = [
        {"staff_id": "P1", "name": "赵", "unit_id": "power", "valid_to": tomorrow},
        {"staff_id": "P1", "name": "赵", "unit_id": "water", "valid_from": tomorrow},
    ]
    deliver(folder, 1, at(1), staff=staff, rosters=[{"roster_id": "R1", "staff_id": "P1"}])
    turns.look()
    assert [one.staff_unit for one in turns.turns] == ["power"]
    clock.pass_time(timedelta(days=1))
    turns.look()
    assert [one.staff_unit for one in turns.turns] == ["water"]


@given(st.permutations(range(4)))
def test_the_order_of_rows_does_not_decide(order: list[int]) -> None:
    rows = [row(roster_id=f"R{n}", staff_id=f"P{n}") for n in range(4)]
    staff = [row(staff_id=f"P{n}", name=f"n{n}", unit_id="power") for n in range(4)]
    turns = turns_of([rows[n] for n in order], [staff[n] for n in order], us(0))
    calendar, title = Calendar(timezone=ZONE), {"zh": "a", "en": "b"}
    said = {"unverified": True, "shifts": {}, "units": {"power": {"title": title}}}
    duty = Duty(DutySettings.model_validate(said), ZONE, calendar, turns)
    rules = DispatchSettings.model_validate({"rules": [{"id": "rest", "unit": "power"}]})
    found = Dispatcher(rules, duty, {}).propose("power", Level.A, {}, us(0), LIMITS)
    assert found is not None
    assert found["assignee"] == "P0"
