"""Configuration of incidents: what is shipped holds together, what a campus says is checked line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.incidents.desk import SETUP, us
from twin.errors import ConfigMistakesError
from twin.live.incidents.setup import load_setup
from twin.model.live import Level

ZONE = "Asia/Shanghai"
DUTY = """[people."li.wei"]
name = "李伟"
phone = "13800001111"

[people.zhao]
name = "赵敏"

[[roster]]
unit = "water"
shift = "day"
people = ["zhao"]

[[roster]]
unit = "water"
shift = "day"
people = ["li.wei"]
zones = ["zone:grid:Z01"]

[[roster]]
unit = "water"
shift = "night"
people = ["zhao"]
weekdays = ["thu"]
"""
LIMITS = {"A": {"feedback": 3600.0}}


def test_what_is_shipped_is_whole() -> None:
    for kind in SETUP.settings.kinds:
        limits = SETUP.sla.to_dict(kind)["limits"]
        assert set(limits) == {one.value for one in Level}
        plan = SETUP.plans.of(kind)
        assert plan is not None
        for level in Level:
            proposal = SETUP.dispatcher.propose(kind, level, {}, us(0), limits)
            assert proposal is not None
            assert "无人值班" in proposal["reason"]["zh"]
    assert SETUP.unverified
    assert all(plan.unverified for plan in SETUP.plans.plans.values())
    assert SETUP.plans.of("fire") is SETUP.plans.plans["fire"]
    assert SETUP.plans.of("facility") is SETUP.plans.plans["generic"]
    wanted = {"fire", "burst_main", "intrusion", "power", "flood", "lift", "generic"}
    assert wanted <= set(SETUP.plans.plans)


def test_kinds_with_times_of_their_own() -> None:
    assert SETUP.sla.to_dict("fire")["limits"]["major"]["accept"] == 60
    assert (
        SETUP.sla.to_dict("fire")["limits"]["major"]["close"] == SETUP.sla.to_dict("flood")["limits"]["major"]["close"]
    )


def test_who_goes_and_why(tmp_path: Path) -> None:
    (tmp_path / "duty.toml").write_text(DUTY, encoding="utf-8")
    (tmp_path / "dispatch.toml").write_text(
        '[[rules]]\nid = "east-water"\nkinds = ["burst_main"]\nzones = ["zone:grid:Z01"]\nunit = "water"\n',
        encoding="utf-8",
    )
    setup = load_setup(tmp_path, ZONE, {"zone:grid:Z01": "东区"})
    east = {"zone_ids": ["zone:grid:Z01"]}
    found = setup.dispatcher.propose("burst_main", Level.A, east, us(0), LIMITS)  # Thursday, 10:00
    assert found is not None
    assert (found["unit"], found["assignee"], found["assignee_title"]) == ("water", "li.wei", "李伟")
    assert (found["phone"], found["rule"], found["auto"]) == ("13800001111", "east-water", False)
    assert found["reason"] == {
        "zh": "网格 东区 + 种类 爆管、漏水 → 水务班；白班 08:00–20:00 值班：李伟（负责 东区）",
        "en": "zone 东区 + kind Burst main, leak → Water team; "
        "on duty 08:00–20:00 (Day shift): 李伟, who answers for 东区",
    }
    elsewhere = setup.dispatcher.propose("burst_main", Level.A, {}, us(0), LIMITS)
    assert elsewhere is not None
    assert (elsewhere["rule"], elsewhere["assignee"]) == ("water", "zhao")  # shipped rule, first in the roster


@pytest.mark.parametrize(
    ("hours", "people", "shift"),
    [
        (-2.001, [], "night"),  # 07:59 on Thursday: the night of Wednesday
        (-2, ["zhao", "li.wei"], "day"),
        (9.999, ["zhao", "li.wei"], "day"),
        (10, ["zhao"], "night"),
        (21.999, ["zhao"], "night"),  # 07:59 on Friday: still the night of Thursday
        (22, ["zhao", "li.wei"], "day"),
        (34, [], "night"),
    ],
)
def test_a_night_belongs_to_the_day_it_begins(tmp_path: Path, hours: float, people: list[str], shift: str) -> None:
    (tmp_path / "duty.toml").write_text(DUTY, encoding="utf-8")
    duty = load_setup(tmp_path, ZONE).duty
    at_us = us(hours * 3600)
    assert [one.person for one in duty.on_duty(at_us, "water")] == people
    now = duty.shift_at(at_us)
    assert now is not None
    assert now[0] == shift
    assert duty.on_duty(at_us, "power") == []


def test_a_file_of_a_campus_replaces_a_plan(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "fire.toml").write_text(
        'id = "fire"\ntitle = { zh = "本园区", en = "Ours" }\nkinds = ["fire"]\n'
        '[[items]]\nid = "a"\nzh = "一"\nen = "one"\n',
        encoding="utf-8",
    )
    plans = load_setup(tmp_path, ZONE).plans
    fire, flood = plans.of("fire"), plans.of("flood")
    assert fire is not None
    assert flood is not None
    assert (fire.title.zh, fire.unverified, flood.id) == ("本园区", False, "flood")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("sla.toml", "[levels.A]\naccept_min = 500\n", "levels.A accept, dispatch, feedback, close"),
        ("sla.toml", "[levels.A]\naccept = 5\n", "line 2: levels.A.accept is not a setting here"),
        ("sla.toml", "[kinds.fire.major]\naccept_min = 99\n", "each must have at least the time of the one before"),
        ("incidents.toml", '[kinds.mine]\ntitle = { zh = "a", en = "b" }\n', "kinds.mine.level is missing"),
        (
            "incidents.toml",
            '[kinds.mine]\ntitle = { zh = "a", en = "b" }\nlevel = "C"\nalarm_types = ["fire"]\n',
            "fire is of two kinds, fire, mine",
        ),
        ("incidents.toml", '[opening.group]\nkinds = { equipment = "pwr" }\n', "names pwr, which is not known"),
        ("duty.toml", '[[roster]]\nunit = "water"\nshift = "day"\npeople = ["x"]\n', "turn 1 of the roster names x"),
        ("duty.toml", '[[away]]\nperson = "x"\nfrom = 2026-01-02\nto = 2026-01-02\n', "entry 1 of 'away' names x"),
        ("duty.toml", '[[away]]\nperson = "x"\nfrom = 2026-01-02\nto = 2026-01-01\n', "'to' lies before 'from'"),
        (
            "dispatch.toml",
            '[[rules]]\nid = "a"\nunit = "water"\nzone = "x"\n',
            "line 4: rules[a].zone is not a setting",
        ),
        ("plans/fire.toml", 'id = "fire"\n', "fire.toml: title is missing"),
    ],
)
def test_mistakes(tmp_path: Path, name: str, text: str, expected: str) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigMistakesError) as fault:
        load_setup(tmp_path, ZONE)
    assert expected in fault.value.text("en")
    assert fault.value.text("zh") != fault.value.text("en")
