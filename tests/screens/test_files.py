"""What is wrong with files of KPIs and screens: file, line, setting, cure, each mistake once, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.screens.small import KPIS, SCREEN, known
from twin.live.config_book import Loaded
from twin.mistakes import WORDS
from twin.screens.files import ScreenSet, load_screens, shipped_files
from twin.screens.needed import Column, Needed, of_panel
from twin.screens.panel import COLUMNS
from twin.screens.sql_check import EmptyCampus

NOTHING: dict[str, dict[str, bytes]] = {"kpis": {}, "screens": {}}
GOOD_SQL = "SELECT count(*) AS value FROM latest WHERE quantity = 'power' AND stale"


def load(
    screen: str = SCREEN, kpis: str = KPIS, shipped: Mapping[str, Mapping[str, bytes]] = NOTHING, second: str = ""
) -> Loaded[ScreenSet]:
    contents = {
        "kpis": {"a.toml": kpis.encode()},
        "screens": {"a.toml": screen.encode()} | ({"b.toml": second.encode()} if second else {}),
    }
    return load_screens(contents, known(), shipped)


def mistakes(screen: str = SCREEN, kpis: str = KPIS, second: str = "") -> list[str]:
    """All of them in English; in Chinese each has words of its own, too."""
    found = load(screen, kpis, second=second).mistakes
    assert [one for one in found if one.kind not in WORDS] == []
    assert all(re.search("[一-鿿]", one.what("zh")) and "\n" not in one.text("zh") for one in found)
    return [one.text("en") for one in found]


def test_good_files_have_none() -> None:
    found = load()
    assert [str(one) for one in found.mistakes] == []
    assert list(found.value.screens) == ["meters"]
    assert list(found.value.kpis) == ["meters.power_now", "meters.silent"]


def test_what_comes_with_the_program_has_none() -> None:
    assert [str(one) for one in load_screens(NOTHING, known()).mistakes] == []
    assert shipped_files().keys() == {"kpis", "screens"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("order = 40", "ordre = 40", "screens/a.toml, line 2: ordre is not a setting here"),
        ('kind = "trend"', 'kind = "tredn"', "line 43: panels[day].kind should be one of 'trend', 'ranking'"),
        ('"meters.silent"]', '"meters.slient"]', "line 7: kpis names meters.slient, which is not known; there are: me"),
        ('"meters.silent"]', '"meters.power_now"]', "line 7: kpis meters.power_now is there twice"),
        ('id = "day"', 'id = "open"', "line 53: panels[open].id open is there twice"),
        ('window = "day"', 'window = "fortnight"', "line 46: panels[day].window should be one of 'now', 'day', 'week'"),
        ('window = "day"', 'needs = ["power"]', "line 46: panels[day].needs[1] should be quantity:, event:, register:"),
        ('window = "day"', 'needs = ["layer:moon"]', "line 46: panels[day].needs names layer:moon, which is not known"),
        ('window = "day"', 'needs = ["quantity:pwoer"]', "panels[day].needs names quantity:pwoer, which is not known"),
        ('window = "day"', 'needs = ["register:lease"]', "names register:lease, which is not known; there are: "),
        ("buildings = 1,", "bildings = 1,", "line 11: map.layers names bildings, which is not known; there are: build"),
        ('layer = "buildings"', 'layer = "bildings"', "line 15: map.colour.layer names bildings, which is not known"),
        ('layer = "buildings"', 'layer = "city"', "line 15: map.colour.layer names city, which is not known"),
        ("below = 1000", "below = 50", "line 22: map.colour.steps[2].below is 50, not above 50 of the step before"),
        ("below = 1000", 'below = 1000, value = "x"', "map.colour.steps[2] needs exactly one of 'below' and 'value'"),
        ("below = 1000, ", "", "map.colour.steps[2] needs exactly one of 'below' and 'value'"),
        ("below = 1000", 'value = "x"', "line 22: map.colour.steps have 'below' here and 'value' there"),
        ("below = 50, title", 'value = "a", title', "line 22: map.colour.steps have 'below' here and 'value' there"),
        ('accent = "green"', 'accent = "alarm"', "line 5: accent should be one of 'azure', 'cyan', 'teal', 'green'"),
        (
            "unit = \"kW\"\nsql = '''\nSELECT p.",
            "needs = [\"layer:moon\"]\nsql = '''\nSELECT p.",
            "map.colour.needs names lay",
        ),
        (
            "count(DISTINCT building_id)",
            "count(DISTINCT bilding_id)",
            "panels[by_building].title_sql is not understood",
        ),
        ("AS feature_id", "AS feature", "map.colour.sql does not give the columns feature_id"),
        ("{buildings} buildings", "{bildings} buildings", ".title.en text has no word {bildings}; there are buildings"),
        (
            "{buildings} buildings",
            "{buildings",
            "panels[by_building].title.en text '{buildings draw power' cannot be filled in",
        ),
        ("{buildings} buildings", "{buildings:,} b", "title.en text: write {buildings} without format"),
        ('en = "Power today"', 'en = "{kW} today"', "panels[day].title.en has the word {kW} and no 'title_sql'"),
        (
            '[[panels.columns]]\nname = "title"',
            '[[panels.column]]\nname = "title"',
            "panels[open].column is not a sett",
        ),
        ('name = "raised_at"', 'name = "raised"', "panels[open].sql does not give the columns raised"),
        ('name = "raised_at"', 'name = "title"', "panels[open].columns[title].name title is there twice"),
        ('window = "day"', "columns = [{ name = 'at', title = { zh = '', en = '' } }]", "is for panels of the kind 't"),
        ('kind = "trend"', 'kind = "table"', "line 41: panels[day].columns is missing: say which columns the table"),
        ("FROM hours", "FROM huors", "line 47: panels[day].sql reads huors, which is not there to be read; there are"),
        ("$from", "$since", "line 47: panels[day].sql uses $since, which is no parameter; there are $at, $from, $to"),
        ("sum(mean) AS value", "sum(mean) AS val", "panels[day].sql does not give the columns value"),
        ("sum(mean) AS value", "max(from_at) AS value", ".sql gives value as TIMESTAMP WITH TIME ZONE; it should be"),
        ('local(from_at) AS "at"', '1 AS "at"', "panels[day].sql gives at as INTEGER; it should be a time or date"),
        ("sum(mean) AS value", "sum(mean) AS value, 1 AS lwo", "gives the columns lwo, which nobody reads; there are"),
        ("sum(mean) AS value", "sum(maen) AS value", 'is not understood by DuckDB: Binder Error: Referenced column "'),
        ("sum(mean) AS value", "sum(mean AS value", "is not understood by DuckDB: Parser Error"),
    ],
)
def test_one_mistake_is_one_line(before: str, after: str, expected: str) -> None:
    assert SCREEN.count(before) == 1
    told = mistakes(SCREEN.replace(before, after))
    assert len([one for one in told if expected in one]) == 1, told


def test_a_side_takes_four_panels() -> None:
    def panel(number: int) -> str:
        return (
            f'\n[[panels]]\nid = "more{number}"\nkind = "ranking"\nside = "left"\ntitle = {{ zh = "一", en = "one" }}\n'
            """sql = "SELECT 'a' AS label, 1 AS value"\n"""
        )

    there = SCREEN.count('side = "left"')
    full = SCREEN + "".join(panel(number) for number in range(4 - there))
    assert mistakes(full) == []
    [said] = mistakes(full + panel(9))
    line = (full + panel(9)).count("\n") - 2
    assert said.startswith(f"screens/a.toml, line {line}: panels[more9].side is the panel number 5 of the left side")


def test_classes_of_the_map_are_there_once() -> None:
    screen = SCREEN.replace("below = 50,", 'value = "on",').replace("below = 1000,", 'value = "on",')
    assert mistakes(screen) == ["screens/a.toml, line 22: map.colour.steps[2].value on is there twice"]
    assert mistakes(screen.replace('"on"', '"off"', 1)) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('"meters.silent"', '"silent"', "kpis/a.toml, line 18: kpis[silent].id should be a theme and a name"),
        ('"meters.silent"', '"meters.power_now"', "line 18: kpis[meters.power_now].id is used in kpis/a.toml already"),
        ("target = 0", 'target = "0"', "line 23: kpis[meters.silent].target should be a number"),
        ("target = 0", 'compare = "tomorrow"', "kpis[meters.silent].compare should be one of 'no', 'yesterday'"),
        (
            "count(*) AS value FROM",
            "count(*) AS number FROM",
            "kpis[meters.silent].sql does not give the columns value",
        ),
        (
            "last_value,",
            "last_vlaue,",
            "line 25: kpis[meters.silent].rows_sql is not understood by DuckDB: Binder Error: Ref",
        ),
        (
            'rows_sql = "SELECT device',
            'more_sql = "SELECT device',
            "kpis[meters.silent].more_sql is not a setting here",
        ),
        ("count(*) AS samples", "'many' AS samples", "sql gives samples as VARCHAR; it should be a number"),
    ],
)
def test_one_mistake_of_a_kpi_is_one_line(before: str, after: str, expected: str) -> None:
    assert KPIS.count(before) == 1
    told = mistakes(kpis=KPIS.replace(before, after))
    assert len([one for one in told if expected in one]) == 1, told


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1 AS value; SELECT 2 AS value", "should be one SELECT"),
        ("-- nothing at all", "should be one SELECT"),
        ("COPY (SELECT 1 AS value) TO 'x.csv'", "should be one SELECT"),
        ("CREATE TABLE t AS SELECT 1 AS value", "should be one SELECT"),
        ("SET memory_limit = '9GB'", "should be one SELECT"),
        ("PRAGMA version", "should be one SELECT"),
        ("DESCRIBE latest", "should be one SELECT"),
        ("ATTACH 'x.db' AS x", "should be one SELECT"),
        ("SELECT 1 AS value FROM 'x.parquet'", "reads x.parquet,"),
        ("SELECT 1 AS value FROM read_csv('/etc/passwd')", "reads read_csv(),"),
        ("SELECT 1 AS value FROM duckdb_settings()", "reads duckdb_settings(),"),
        ("SELECT 1 AS value FROM information_schema.tables", "reads information_schema.tables,"),
        ("SELECT 1 AS value WHERE EXISTS (SELECT 1 FROM x.latest)", "reads x.latest,"),
        ("SELECT count(*) AS value FROM events WHERE occurred_at > now()", "uses now, which says something else"),
        ("SELECT count(*) AS value FROM events WHERE occurred_at > current_date", "uses current_date,"),
        ("SELECT random() AS value", "uses random,"),
        ("SELECT ? AS value", "uses $1, which is no parameter"),
        ("SELECT " + "(" * 3000 + "1" + ")" * 3000 + " AS value", "is not understood by DuckDB"),
        ("SELEC 1 AS value", "is not understood by DuckDB: Parser Error"),
    ],
)
def test_sql_reads_the_campus_and_nothing_else(sql: str, expected: str) -> None:
    assert GOOD_SQL in KPIS
    [told] = mistakes(kpis=KPIS.replace(f'"{GOOD_SQL}"', f"'''{sql}'''"))
    assert told.startswith(f"kpis/a.toml, line 24: kpis[meters.silent].sql {expected}"), told


@pytest.mark.parametrize(
    "sql",
    [
        "WITH q AS (SELECT * FROM days), Q2 AS (SELECT * FROM q) SELECT sum(used) AS value FROM Q2",
        "FROM range(24) t(h) SELECT count(*) AS value;",
        "SELECT NULL AS value -- nobody knows",
        "SELECT value FROM factors WHERE name = 'x' AND since <= local($at)",
        "SELECT count(*) AS value FROM devices WHERE online AND NOT in_place($place, building_id, NULL, NULL, NULL)",
        "SELECT count(*) AS value FROM staff WHERE rank IS NOT NULL AND $to > $from",
        "SELECT count(*) AS value FROM Main.Features",
        "SELECT count(*) AS value FROM events WHERE attributes->>'$.lane' = '2'",
        "SELECT sum(value) AS value FROM (SELECT unnest([1, 2]) AS value)",
    ],
)
def test_what_sql_may_do(sql: str) -> None:
    assert mistakes(kpis=KPIS.replace(f'"{GOOD_SQL}"', f"'''{sql}'''")) == []


def test_nothing_is_run() -> None:
    """Neither what would take for ever nor what would fail at its first row."""
    for sql in (
        "SELECT count(*) AS value FROM range(1000000000000)",
        "SELECT repeat('x', 1000000000000)::INT AS value",
    ):
        assert mistakes(kpis=KPIS.replace(GOOD_SQL, sql)) == []


def test_every_mistake_is_told_at_once() -> None:
    """In both files, though shapes are wrong beside, and what is broken is there for others all the same."""
    screen = SCREEN.replace("order = 40", 'order = "x"').replace("FROM hours", "FROM huors")
    screen = screen.replace("below = 1000", "below = 5").replace("below = 50,", "below = 50, clour = 1,")
    screen = screen.replace("below = 5,", "below = 5, value = 'x',")
    kpis = KPIS.replace("target = 0", "targte = 0").replace('["quantity:power"]', '["quantity:pwoer"]')
    told = mistakes(screen, kpis, second=SCREEN.replace("kpis = [", 'kpis = ["no.such", '))
    for part in (
        "order should be a whole number",
        "panels[day].sql reads huors",
        "map.colour.steps[1].clour is not a setting",
        "map.colour.steps[2] needs exactly one",
        "kpis[meters.silent].targte is not a setting",
        "needs names quantity:pwoer",
        "screens/b.toml, line 1: id is used in screens/a.toml already",
        "screens/b.toml, line 7: kpis names no.such",
    ):
        assert len([one for one in told if part in one]) == 1, (part, told)
    assert len(told) == 8


def test_a_campus_replaces_and_hides_ours() -> None:
    shipped = {
        "kpis": {"ours.toml": KPIS.encode()},
        "screens": {"meters.toml": SCREEN.encode(), "b.toml": SCREEN.replace('"meters"', '"second"').encode()},
    }
    own = KPIS[: KPIS.index("\n[[kpis]]", 10)].replace('unit = "kW"', 'unit = "MW"')
    found = load(SCREEN.replace("order = 40", "order = 900"), own, shipped)
    assert [str(one) for one in found.mistakes] == []
    assert list(found.value.screens) == ["second", "meters"]
    assert (found.value.kpis["meters.power_now"].unit, found.value.kpis["meters.silent"].unit) == ("MW", "")
    whole = SCREEN.replace('"meters"', '"second"').replace("order = 40", "enabled = false")
    for hiding in ('id = "second"\nenabled = false', whole):
        found = load(hiding, "", shipped)
        assert [str(one) for one in found.mistakes] == []
        assert list(found.value.screens) == ["meters"]


def test_hiding_what_is_not_there_is_a_mistake() -> None:
    assert mistakes('id = "energie"\nenabled = false') == [
        "screens/a.toml, line 1: id is 'energie'; there is no such screen to hide"
    ]


def test_what_is_right_beside_a_mistake_is_there() -> None:
    found = load(SCREEN, KPIS.replace("target = 0", 'target = "0"'), second=SCREEN.replace('"meters"', '"b"') + "x = 1")
    assert len(found.mistakes) == 2
    assert list(found.value.kpis) == ["meters.power_now"]
    assert found.value.screens["meters"].kpis == ("meters.power_now",)
    assert "b" not in found.value.screens


def test_every_kind_of_panel_asks_for_its_columns() -> None:
    for kind, (must, may) in COLUMNS.items():
        if kind == "table":
            continue
        types = {"at": "DATE", "since": "DATE", "until": "DATE"}
        whole = [Column(one, types.get(one, "DOUBLE")) for one in (*must, *may)]
        assert list(of_panel(kind, ()).lacking(whole)) == [], kind
        for one in must:
            less = [each for each in whole if each.name != one]
            assert list(of_panel(kind, ()).lacking(less)) == [("sql_lacks", {"names": one})], kind
            both = [*less, Column(f"{one}_zh", "VARCHAR"), Column(f"{one}_en", "VARCHAR")]
            assert list(of_panel(kind, ()).lacking(both)) == [], kind


def test_half_of_a_column_in_two_languages_is_none() -> None:
    assert list(Needed(("label",), ()).lacking([Column("label_zh", "VARCHAR")])) == [("sql_lacks", {"names": "label"})]


def test_threads_may_share_a_check() -> None:
    campus = EmptyCampus({})
    assert campus.check(GOOD_SQL, Needed(("value",))) == campus.check(GOOD_SQL, Needed(("value",))) == ()
    assert [one.name for one in campus.columns(GOOD_SQL)] == ["value"]
    assert campus.columns("SELECT nothing AS value") == ()


@given(st.binary(max_size=400))
def test_any_bytes_are_mistakes_and_never_more(content: bytes) -> None:
    found = load_screens({"kpis": {"a.toml": content}, "screens": {"a.toml": content}}, known(), NOTHING)
    assert found.mistakes  # a screen without an id, at least


odd: st.SearchStrategy[Any] = st.sampled_from(
    [
        "{}", "[]", "[[]]", "[{}]", "[1, 'x', {}]", "''", "'{'", "'{}'", "'{0}'", "-1", "nan", "1e400", "9" * 400,
        "9" * 5000, "true", "2026-10-01", "'SELECT 1'", "'SELECT $at AS value'", "{ zh = 1 }", "[['a']]", "'\\u0000'",
        '"\\u0000"', "{ a = { b = {} } }", "'SELECT * FROM latest'", "[{ below = 1 }, { below = 1 }, { value = '' }]",
    ]
)  # fmt: skip


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_setting_may_be_anything(data: st.DataObject) -> None:
    """Good files in which some values are others: mistakes or none, in words, and never an exception."""
    texts = []
    for text in (SCREEN, KPIS):
        lines = text.split("\n")
        places = [number for number, line in enumerate(lines) if re.match(r"[a-z_]+ = [^']*$", line)]
        for number in data.draw(st.lists(st.sampled_from(places), max_size=4)):
            lines[number] = f"{lines[number].partition(' = ')[0]} = {data.draw(odd)}"
        texts.append("\n".join(lines))
    screen, kpis = texts
    found = load(screen, kpis)
    for one in found.mistakes:
        assert one.text("zh")
        assert one.text("en")
