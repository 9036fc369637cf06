"""What is wrong with a rule file, one line each, with file and line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from tests.live.campus import PLACES
from twin.config_file import Parsed, parse
from twin.live.rules.files import Known, default_files, load_rules
from twin.live.rules.mending import STAND_INS, Mended
from twin.live.rules.places import Places
from twin.live.rules.settings import KINDS, Rule
from twin.mistakes import WORDS

GOOD = """[[rules]]
id = "hot"
kind = "threshold"
title = { zh = "热", en = "hot" }
alarm_type = "hot"
level = "B"
unit = "Cel"
above = 30
[rules.applies_to]
quantities = ["temperature"]
"""


def mistakes(text: str, places: Places | None = PLACES) -> list[str]:
    """Every mistake in English; in Chinese it has words of its own, too."""
    found = load_rules({"a.toml": text.encode()}, Known.of(places)).mistakes
    assert [one for one in found if one.kind not in WORDS] == []
    return [one.text("en") for one in found]


def test_a_good_file_has_none() -> None:
    assert mistakes(GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("above = 30", "aboev = 30", "a.toml, line 8: rules[hot].aboev is not a setting here; remove it or correct"),
        ("above = 30", 'above = "30"', "a.toml, line 8: rules[hot].above should be a number"),
        ("above = 30", "above = nan", "a.toml, line 8: rules[hot].above should be a finite number"),
        ("above = 30", "above = 30\nclear_at = 31", "a.toml, line 1: rules[hot] clear_at 31 lies above 'above' 30"),
        ("above = 30", "above = 30\nbelow = 2", "a.toml, line 1: rules[hot] needs exactly one of 'above' and 'below'"),
        ("above = 30", "above = 30\ndelay_s = -1", "a.toml, line 9: rules[hot].delay_s should be at least 0"),
        ("above = 30", "above = 30\nenabled = 1", "a.toml, line 9: rules[hot].enabled should be true or false"),
        ('unit = "Cel"', 'unit = "K"', "a.toml, line 7: rules[hot].unit is K, but these points are measured in Cel"),
        ('unit = "Cel"\n', "", "a.toml, line 1: rules[hot].unit is missing"),
        ('level = "B"', 'level = "D"', "a.toml, line 6: rules[hot].level should be one of 'major', 'A', 'B', 'C'"),
        ('"threshold"', '"treshold"', "a.toml, line 3: rules[hot].kind is 'treshold'; there are 'threshold', 'rate'"),
        ('["temperature"]', '["warmth"]', "a.toml, line 10: rules[hot].applies_to.quantities names warmth"),
        ('["temperature"]', '["temperature"]\nzones = ["z9"]', "a.toml, line 11: rules[hot].applies_to.zones names z9"),
        (
            'quantities = ["temperature"]',
            'point_ids = ["T9:temperature"]',
            "line 10: rules[hot].applies_to.point_ids names T9",
        ),
        (
            'quantities = ["temperature"]',
            'point_ids = ["T1:level"]',
            "line 10: rules[hot].applies_to.point_ids names T1:level",
        ),
        ('quantities = ["temperature"]', "", "a.toml, line 1: rules[hot] applies_to needs 'quantities' or 'point_ids'"),
        (
            "above = 30",
            'above = 30\ntext = { zh = "{x}", en = "a" }',
            "a.toml, line 9: rules[hot].text text has no word {x}",
        ),
        (
            "above = 30",
            'above = 30\ntext = { zh = "{value.__class__}", en = "a" }',
            "a.toml, line 9: rules[hot].text text has no word {value.__class__}",
        ),
        (
            "above = 30",
            'above = 30\ntext = { zh = "{", en = "a" }',
            "a.toml, line 9: rules[hot].text text '{' cannot be filled",
        ),
        ("above = 30", 'above = 30\ntext = { zh = "{value:>99999999}", en = "a" }', "write {value} without format"),
        ('kind = "threshold"\n', "", "a.toml, line 1: rules[hot].kind is missing"),
        ("above = 30", "above = ", "a.toml, line 8: this is not TOML: Invalid value (at line 8"),
    ],
)
def test_one_mistake_is_one_line(before: str, after: str, expected: str) -> None:
    assert before in GOOD
    [told] = mistakes(GOOD.replace(before, after))
    assert expected in told
    assert "\n" not in told


def test_every_mistake_is_told_at_once() -> None:
    text = GOOD.replace("above = 30", "aboev = 30").replace('level = "B"', 'level = "D"')
    assert len(mistakes(text)) == 2


def test_ids_are_unique_over_all_files() -> None:
    loaded = load_rules({"a.toml": GOOD.encode(), "b.toml": GOOD.encode()}, Known.of())
    assert [str(one) for one in loaded.mistakes] == ["b.toml, line 2: rules[hot].id is used in a.toml already"]


def test_what_is_not_utf8_says_its_line() -> None:
    loaded = load_rules({"a.toml": "# ok\n# 热".encode("gbk")}, Known.of())
    assert [str(one) for one in loaded.mistakes] == ["a.toml, line 2: this is not UTF-8; save the file as UTF-8"]


COMPOSITE = """
[[rules]]
id = "both"
kind = "composite"
title = { zh = "", en = "" }
alarm_type = "x"
level = "A"
at = "space"
"""


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ('["hot", "cold"]', "rules[both].of names cold, which is not known; there are: both, hot"),
        ('["both"]', "rules[both].of names both, which is a composite itself; name its rules instead"),
        ('["hot", "hot"]', "rules[both] 'of' names a rule twice"),
    ],
)
def test_composites_name_other_rules(of: str, expected: str) -> None:
    [told] = mistakes(GOOD + COMPOSITE + f"of = {of}\n")
    assert expected in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'kind = "event"\nevent_types = ["a"]',
            "needs 'clear_types' or 'clear_after_s': otherwise it would stand for ever",
        ),
        ('kind = "event"\nevent_types = ["a"]\nclear_types = ["a"]', "a cannot both raise and clear"),
        ('kind = "schedule"\nevent_types = ["a"]\nclear_after_s = 1', ".during is missing"),
        ('kind = "geofence"\nfence = ["nowhere"]\nwhere = "inside"', ".fence names nowhere"),
        ('kind = "absence"\nfor_s = 0', ".for_s should be greater than 0"),
        ('kind = "rate"\nwindow_s = 60\nunit = "Cel"\nabove = 1', "applies_to needs 'quantities' or 'point_ids'"),
    ],
)
def test_each_kind_asks_for_what_it_needs(text: str, expected: str) -> None:
    head = '[[rules]]\nid = "one"\ntitle = { zh = "", en = "" }\nalarm_type = "x"\nlevel = "A"\n'
    [told] = mistakes(head + text)
    assert expected in told


def test_quantities_of_different_units_need_a_rule_each() -> None:
    text = GOOD.replace('quantities = ["temperature"]', 'quantities = ["temperature", "level"]')
    [told] = mistakes(text)
    assert "measured in Cel, m" in told


def test_the_rules_that_come_with_the_program_hold() -> None:
    loaded = load_rules(default_files(), Known.of())
    assert loaded.mistakes == ()
    assert len(loaded.rules) >= 10
    assert {one.kind for one in loaded.rules.values()} >= {
        "threshold",
        "absence",
        "stuck",
        "event",
        "schedule",
        "composite",
    }


def test_limits_without_a_standard_are_marked() -> None:
    loaded = load_rules(default_files(), Known.of())
    bare = [one.id for one in loaded.rules.values() if hasattr(one, "limit") and not one.unverified and not one.source]
    assert bare == []


def test_the_examples_of_the_manual_hold_and_are_of_every_kind() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
    [example] = [
        one for one in re.findall(r"```toml\n(.*?)```", manual, re.DOTALL) if one.startswith("# config/rules/")
    ]
    loaded = load_rules({"example.toml": example.encode()}, Known.of())
    assert [str(one) for one in loaded.mistakes] == []
    assert {one.kind for one in loaded.rules.values()} == KINDS


HIDDEN = """
[[rules]]
id = "gate"
kind = "event"
title = { zh = "门", en = "gate" }
alarm_type = "gate"
level = "D"
event_types = ["gate.forced"]
applies_to = { zones = ["z9"] }

[[rules]]
id = "both"
kind = "composite"
title = { zh = "", en = "" }
alarm_type = "x"
level = "A"
of = ["hot", "cold", "odd"]
at = "spaec"

[[rules]]
id = "odd"
kind = "treshold"
title = { zh = "" }
alarm_type = "x"
level = "E"
applies_to = { buildings = ["b9"] }
"""


def test_one_look_tells_what_mistakes_hide() -> None:
    """Cross-references, and what fields say together, though other fields are wrong, in this rule and in others."""
    found = mistakes(
        GOOD.replace('unit = "Cel"', 'unit = "K"').replace("above = 30", "above = 30\nclear_at = 31") + HIDDEN
    )
    for part in (
        "rules[hot] clear_at 31 lies above",
        "rules[hot].unit is K",
        "rules[gate].level should be one of",
        "rules[gate] needs 'clear_types' or 'clear_after_s'",
        "rules[gate].applies_to.zones names z9",
        "rules[both].at should be one of",
        "rules[both].of names cold",
        "rules[odd].kind is 'treshold'",
        "rules[odd].title.en is missing",
        "rules[odd].level should be one of",
        "rules[odd].applies_to.buildings names b9",
    ):
        assert len([one for one in found if part in one]) == 1, part
    assert len(found) == 11


@pytest.mark.parametrize(
    ("before", "after"),
    [("above = 30", "aboev = 30"), ("above = 30", 'above = "30"'), ("quantities", "quantitys"), ("above", "aboveall")],
)
def test_a_mistake_is_not_told_again_as_what_is_lacking(before: str, after: str) -> None:
    assert len(mistakes(GOOD.replace(before, after))) == 1


def test_mending_ends_whatever_is_wrong() -> None:
    """Each setting of each kind wrong by itself, and all at once: every time the rest is still read."""
    for kind in sorted(KINDS):
        for name in (*STAND_INS, "id", "applies_to", "above", "text", "enabled"):
            text = GOOD.replace('"threshold"', f'"{kind}"') + f"[[rules]]\nkind = '{kind}'\n{name} = [[1]]\n"
            parsed = parse("a.toml", text.encode())
            assert isinstance(parsed, Parsed)
            mended = Mended("a.toml", parsed)
            assert len(mended.rules.rules) == 2, (kind, name)
            assert mended.mistakes


def test_every_required_setting_has_a_stand_in() -> None:
    for kind in get_args(get_args(Rule)[0]):
        required = {name for name, one in kind.model_fields.items() if one.is_required()}
        assert required - {"id", "kind"} <= set(STAND_INS), kind
