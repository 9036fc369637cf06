"""Each kind of rule against cases worked out by hand. Seconds count from 10:00 on a Thursday in Shanghai."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.campus import START, Campus, S, event, reading, rule_set, told
from twin.live.rules.book import RuleSet

HEAD = """
[[rules]]
id = "one"
title = { zh = "规则", en = "rule" }
alarm_type = "odd"
level = "B"
"""


def one_rule(text: str) -> RuleSet:
    return rule_set(HEAD + text)


HOT = one_rule("""
kind = "threshold"
applies_to = { quantities = ["temperature"] }
unit = "Cel"
above = 30
clear_at = 25
delay_s = 60
clear_delay_s = 90
""")
T1 = "T1:temperature"


def test_a_threshold_waits_for_its_delay_and_names_why() -> None:
    campus = Campus(HOT)
    assert campus.arrive(reading(T1, 0, 31)) == []
    assert campus.tick(59) == []
    [raised] = campus.tick(61)
    assert told([raised]) == [("raised", T1, 60)]
    assert raised.body["text"] == {
        "zh": "规则：一号温度 31 Cel，限值 30 Cel",
        "en": "rule: 一号温度 31 Cel, limit 30 Cel",
    }
    assert (raised.body["value"], raised.body["limit"], raised.body["rule_version"]) == (31, 30, 1)
    assert raised.body["place"]["space_id"] == "r101"


def test_a_dip_within_the_delay_begins_it_anew() -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 31))
    campus.arrive(reading(T1, 50, 29))  # between the limits counts as a dip while nothing stands
    campus.arrive(reading(T1, 55, 32))
    assert campus.tick(114) == []
    assert told(campus.tick(116)) == [("raised", T1, 115)]


def test_hysteresis_and_the_delay_of_clearing() -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 31))
    campus.tick(60)
    assert campus.arrive(reading(T1, 100, 26)) == []  # not yet back at 25
    campus.arrive(reading(T1, 200, 25))
    campus.arrive(reading(T1, 250, 26))  # between the limits: the way back begins anew
    campus.arrive(reading(T1, 300, 24))
    assert campus.tick(389) == []
    [cleared] = campus.tick(390)
    assert told([cleared]) == [("cleared", T1, 390)]
    assert cleared.body["raised_us"] == START + 60 * S
    assert cleared.body["cleared_value"] == 24


def test_exactly_at_the_limit_is_not_beyond_it() -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 30))
    assert campus.tick(1000) == []


def test_below() -> None:
    campus = Campus(
        one_rule('kind = "threshold"\napplies_to = { quantities = ["pressure"] }\nunit = "kPa"\nbelow = 150\n')
    )
    assert told(campus.arrive(reading("P9:pressure", 0, 149))) == [("raised", "P9:pressure", 0)]
    assert told(campus.arrive(reading("P9:pressure", 10, 150))) == [("cleared", "P9:pressure", 10)]


def test_a_value_beyond_its_range_is_beyond_the_limit_and_clears_nothing() -> None:
    """Smoke thicker than the detector can tell is smoke; a value below all that can be is no end of it."""
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 99, "out_of_range"))
    (raised,) = campus.tick(60)
    assert told([raised]) == [("raised", T1, 60)]
    assert raised.body["value"] == 99
    campus.arrive(reading(T1, 100, -99, "out_of_range"))
    assert campus.tick(3000) == []
    campus.arrive(reading(T1, 3000, 20))
    assert told(campus.tick(4000)) == [("cleared", T1, 3090)]


def test_out_of_range_without_a_number_is_below_nothing() -> None:
    below = 'kind = "threshold"\napplies_to = { quantities = ["temperature"] }\nunit = "Cel"\nbelow = 1\n'
    bad = 'kind = "quality"\nqualities = ["out_of_range"]\n'
    low, wrong = Campus(one_rule(below)), Campus(one_rule(bad))
    for campus in (low, wrong):
        campus.arrive(reading(T1, 0, None, "out_of_range"))
    assert low.tick(1000) == []
    assert wrong.book.standing(START + S)


@pytest.mark.parametrize("quality", ["stale", "offline", "nonsense"])
def test_a_value_that_is_not_good_neither_raises_nor_clears(quality: str) -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 99, quality))
    assert campus.tick(1000) == []
    campus.arrive(reading(T1, 1000, 99))
    assert told(campus.tick(1060)) == [("raised", T1, 1060)]
    campus.arrive(reading(T1, 1100, 0, quality))
    assert campus.tick(3000) == []


def test_a_bad_value_interrupts_a_pending_raise() -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 31))
    campus.arrive(reading(T1, 30, 31, "offline"))
    assert campus.tick(1000) == []


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_is_no_number_raises_nothing(value: float | None) -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, value))
    assert campus.tick(1000) == []


def test_zero_is_a_value() -> None:
    campus = Campus(
        one_rule('kind = "threshold"\napplies_to = { quantities = ["temperature"] }\nunit = "Cel"\nbelow = 1\n')
    )
    assert told(campus.arrive(reading(T1, 0, 0.0))) == [("raised", T1, 0)]


def test_rate_of_change_per_hour_over_its_window() -> None:
    campus = Campus(
        one_rule("""
kind = "rate"
applies_to = { quantities = ["temperature"] }
unit = "Cel"
above = 12
clear_at = 6
window_s = 600
""")
    )
    campus.arrive(reading(T1, 0, 20))
    assert campus.arrive(reading(T1, 240, 30)) == []  # 150 an hour, but less than half the window is covered
    [raised] = campus.arrive(reading(T1, 600, 22.1))  # 2.1 in ten minutes: 12.6 an hour
    assert raised.body["value"] == pytest.approx(12.6)
    assert "12.6 Cel" in raised.body["text"]["zh"]
    # at 1200 the window begins with the 22.1 at 600; 23.0 is 5.4 an hour
    assert told(campus.arrive(reading(T1, 1200, 23.0))) == [("cleared", T1, 1200)]


def test_absence_of_a_point_and_its_return() -> None:
    campus = Campus(one_rule('kind = "absence"\napplies_to = { quantities = ["concentration"] }\nfor_s = 100\n'))
    campus.tick(0)
    point = "G1:concentration"
    campus.arrive(reading(point, 50, 1))
    assert campus.tick(150) == []  # exactly a hundred seconds is not more
    [raised] = campus.tick(151)
    assert (raised.kind, raised.occurred_us) == ("alarm.raised", START + 150 * S + 1)
    assert told(campus.arrive(reading(point, 400, 1))) == [("cleared", point, 400)]


GAS_SILENT = 'kind = "absence"\napplies_to = { device_types = ["gas"] }\nfor_s = 100\n'


def test_a_known_device_that_was_never_heard_is_missed_only_where_the_rule_says_so() -> None:
    campus = Campus(one_rule(GAS_SILENT + "never_heard = true\n"))
    campus.tick(0)
    assert campus.tick(100) == []
    assert [one.subject for one in campus.tick(101)] == ["G1"]
    quiet = Campus(one_rule(GAS_SILENT))
    quiet.tick(0)
    assert quiet.tick(10_000) == []


def test_a_device_that_was_heard_before_the_restart_is_missed_after_it() -> None:
    campus = Campus(one_rule(GAS_SILENT))
    assert campus.engine.restore([], [], START, heard={"G1"}) == []
    assert campus.tick(100) == []
    assert [one.subject for one in campus.tick(101)] == ["G1"]


def test_any_sign_of_a_device_ends_its_absence() -> None:
    campus = Campus(one_rule('kind = "absence"\napplies_to = { device_types = ["smoke"] }\nfor_s = 100\n'))
    campus.tick(0)
    campus.arrive(reading("K1:obscuration", 90, 0))
    campus.arrive(event("K1", 180, "test.button"))
    assert campus.tick(280) == []
    assert [one.subject for one in campus.tick(281)] == ["K1"]
    assert told(campus.arrive(reading("K1:battery", 300, 80))) == [("cleared", "K1", 300)]


def test_an_absence_that_counts_good_readings_only() -> None:
    rules = 'kind = "absence"\nquality = "good"\napplies_to = { quantities = ["concentration"] }\nfor_s = 100\n'
    campus = Campus(one_rule(rules))
    campus.tick(0)
    campus.arrive(reading("G1:concentration", 50, 1))
    campus.arrive(reading("G1:concentration", 120, 1, "stale"))
    assert [one.subject for one in campus.tick(151)] == ["G1:concentration"]


def test_stuck_value() -> None:
    campus = Campus(
        one_rule("""
kind = "stuck"
applies_to = { quantities = ["energy"] }
for_s = 300
tolerance = 0.5
except_values = [0]
""")
    )
    point = "E1:energy"
    for at_s in (0, 100, 200):
        assert campus.arrive(reading(point, at_s, 7.0 + at_s / 1000)) == []
    assert told(campus.arrive(reading(point, 300, 7.4))) == [("raised", point, 300)]
    assert told(campus.arrive(reading(point, 400, 7.6))) == [("cleared", point, 400)]
    for at_s in (500, 900, 1500):
        assert campus.arrive(reading(point, at_s, 0)) == []


def test_silence_is_not_being_stuck() -> None:
    campus = Campus(one_rule('kind = "stuck"\napplies_to = { quantities = ["energy"] }\nfor_s = 300\n'))
    campus.arrive(reading("E1:energy", 0, 7))
    assert campus.tick(5000) == []


def test_quality_has_rules_of_its_own() -> None:
    campus = Campus(one_rule('kind = "quality"\nqualities = ["offline"]\ndelay_s = 30\n'))
    campus.arrive(reading(T1, 0, None, "offline"))
    [raised] = campus.tick(30)
    assert raised.body["text"]["en"] == "rule: readings of 一号温度 are offline"
    assert told(campus.arrive(reading(T1, 50, 20))) == [("cleared", T1, 50)]


BOTH = """
[[rules]]
id = "hot"
kind = "threshold"
title = { zh = "热", en = "hot" }
alarm_type = "hot"
level = "B"
applies_to = { quantities = ["temperature"] }
unit = "Cel"
above = 30

[[rules]]
id = "smoke"
kind = "threshold"
title = { zh = "烟", en = "smoke" }
alarm_type = "smoke"
level = "A"
applies_to = { quantities = ["obscuration"] }
unit = "%/m"
above = 5

[[rules]]
id = "fire"
kind = "composite"
title = { zh = "火", en = "fire" }
alarm_type = "fire"
level = "major"
of = ["hot", "smoke"]
need = "NEED"
at = "AT"
"""


def _fires(campus: Campus, *lines: tuple[str, float, float]) -> list[tuple[str, str, float]]:
    made = [one for line in lines for one in campus.arrive(reading(*line))]
    return told(one for one in made if one.body["rule_id"] == "fire")


def test_a_composite_of_all_at_one_space() -> None:
    campus = Campus(rule_set(BOTH.replace("NEED", "all").replace("AT", "space")))
    found = _fires(campus, (T1, 0, 31), ("K1:obscuration", 10, 6), (T1, 20, 20), ("K1:obscuration", 30, 0))
    assert found == [("raised", "r101", 10), ("cleared", "r101", 20)]
    line = next(one for one in campus.journal if one.entry.subject == "r101")
    assert line.entry.body is not None
    assert r"\u70ed\u3001\u70df" in line.entry.body  # 热、烟
    # T2 stands in another room, on the same storey
    assert _fires(campus, ("T2:temperature", 40, 31), ("K1:obscuration", 50, 6)) == []
    storey = Campus(rule_set(BOTH.replace("NEED", "all").replace("AT", "storey")))
    assert _fires(storey, ("T2:temperature", 40, 31), ("K1:obscuration", 50, 6)) == [("raised", "s1", 50)]


def test_a_composite_of_any_lasts_as_long_as_one_of_them() -> None:
    campus = Campus(rule_set(BOTH.replace("NEED", "any").replace("AT", "zone")))
    found = _fires(campus, (T1, 0, 31), ("K1:obscuration", 10, 6), (T1, 20, 20), ("K1:obscuration", 30, 0))
    assert found == [("raised", "z1", 0), ("cleared", "z1", 30)]


def test_what_ends_as_the_other_begins_was_not_there_together() -> None:
    campus = Campus(rule_set(BOTH.replace("NEED", "all").replace("AT", "space")))
    assert _fires(campus, (T1, 0, 31), (T1, 10, 20), ("K1:obscuration", 10, 6)) == []


FORCED = one_rule('kind = "event"\nevent_types = ["door.forced"]\nclear_types = ["door.closed"]\n')


def test_an_event_raises_refreshes_and_its_counterpart_clears() -> None:
    campus = Campus(FORCED)
    assert told(campus.arrive(event("D1", 0, "door.forced", "东门被撬"))) == [("raised", "D1", 0)]
    [again] = campus.arrive(event("D1", 5, "door.forced", "又一次"))
    assert (again.kind, again.body["count"], again.body["text"]["zh"]) == ("alarm.refreshed", 2, "规则：东门 又一次")
    assert told(campus.arrive(event("D1", 9, "door.closed"))) == [("cleared", "D1", 9)]
    assert campus.arrive(event("D1", 10, "door.closed")) == []
    assert campus.arrive(event("D1", 11, "door.opened")) == []


def test_an_event_that_nothing_clears_ends_by_time() -> None:
    campus = Campus(one_rule('kind = "event"\nevent_types = ["knock"]\nclear_after_s = 100\n'))
    campus.arrive(event("D1", 0, "knock"))
    campus.arrive(event("D1", 80, "knock"))
    assert campus.tick(179) == []
    assert told(campus.tick(180)) == [("cleared", "D1", 180)]


def test_what_may_not_happen_outside_working_hours() -> None:
    campus = Campus(one_rule('kind = "schedule"\nduring = "off"\nevent_types = ["door.entry"]\nclear_after_s = 60\n'))
    assert campus.arrive(event("D1", 2 * 3600 - 1, "door.entry")) == []  # 11:59:59
    assert told(campus.arrive(event("D1", 2 * 3600, "door.entry"))) == [("raised", "D1", 7200)]  # noon
    assert told(campus.tick(7260)) == [("cleared", "D1", 7260)]
    assert campus.arrive(event("D1", 4 * 3600, "door.entry")) == []  # two o'clock: work again


def test_a_threshold_only_in_working_hours() -> None:
    rules = HOT.rules["one"].model_copy(update={"during": "working", "delay_s": 0.0, "clear_delay_s": 0.0})
    campus = Campus(RuleSet(1, "", {"one": rules}))
    assert told(campus.arrive(reading(T1, 7190, 40))) == [("raised", T1, 7190)]
    assert told(campus.arrive(reading(T1, 7210, 40))) == [("cleared", T1, 7210)]


@pytest.mark.parametrize(
    ("quality", "zh", "en"),
    [("out_of_range", "超量程", "out of range"), ("offline", "离线", "offline"), ("stale", "已过期", "stale")],
)
def test_a_quality_is_told_in_words(quality: str, zh: str, en: str) -> None:
    campus = Campus(one_rule(f'kind = "quality"\nqualities = ["{quality}"]\ndelay_s = 0\n'))
    [raised] = campus.arrive(reading(T1, 0, 99, quality))
    assert raised.body["text"]["zh"].endswith(f"数据质量为 {zh}")
    assert raised.body["text"]["en"].endswith(f"are {en}")


@pytest.mark.parametrize(("where", "raised_s"), [("inside", 20), ("outside", 0)])
def test_a_geofence(where: str, raised_s: float) -> None:
    campus = Campus(one_rule(f'kind = "geofence"\nfence = ["yard"]\nwhere = "{where}"\n'))
    made = [
        *campus.arrive(event("V1", 0, "position", position=[150, 50, 0])),
        *campus.arrive(event("V1", 20, "position", position=[100, 50, 0])),  # on the line: inside
    ]
    assert told(made)[0] == ("raised", "V1", raised_s)


@pytest.mark.parametrize("position", [None, "x", [1], ["a", "b"], [float("nan"), 1], [10**400, 1], {"x": 1}])
def test_a_position_that_is_none_is_passed_over(position: object) -> None:
    campus = Campus(one_rule('kind = "geofence"\nfence = ["yard"]\nwhere = "outside"\n'))
    assert campus.arrive(event("V1", 0, "position", position=position)) == []


def test_all_of_applies_to_must_hold() -> None:
    campus = Campus(
        one_rule(
            """
kind = "threshold"
applies_to = { device_types = ["temperature"], quantities = ["temperature"], zones = ["z1"], buildings = ["b2"] }
unit = "Cel"
above = 30
""".replace('zones = ["z1"], ', "")
        )
    )
    assert campus.arrive(reading(T1, 0, 99)) == []  # it is in b1
    elsewhere = Campus(
        one_rule('kind = "threshold"\napplies_to = { point_ids = ["T2:temperature"] }\nunit = "Cel"\nabove = 30\n')
    )
    assert elsewhere.arrive(reading(T1, 0, 99)) == []
    assert told(elsewhere.arrive(reading("T2:temperature", 0, 99))) == [("raised", "T2:temperature", 0)]


def test_a_rule_that_is_switched_off_is_silent() -> None:
    campus = Campus(one_rule('enabled = false\nkind = "event"\nevent_types = ["knock"]\nclear_after_s = 1\n'))
    assert campus.arrive(event("D1", 0, "knock")) == []


def _by_the_second(samples: dict[int, float], until_s: int) -> list[tuple[int, int | None]]:
    """HOT again, in the plainest way: look at every second."""
    episodes: list[tuple[int, int | None]] = []
    value: float | None = None
    above_s = back_s = 0
    standing = False
    for second in range(until_s + 1):
        # the second that has passed counts with the value it had
        above_s = above_s + 1 if value is not None and value > 30 else 0
        back_s = back_s + 1 if value is not None and value <= 25 else 0
        if not standing and above_s >= 60:
            episodes.append((second, None))
            standing, back_s = True, 0
        elif standing and back_s >= 90:
            episodes[-1] = (episodes[-1][0], second)
            standing, above_s = False, 0
        value = samples.get(second, value)
    return episodes


@settings(max_examples=examples(200), deadline=None)
@given(st.dictionaries(st.integers(0, 900), st.sampled_from((20.0, 25.0, 27.0, 30.0, 31.0, 40.0)), max_size=25))
def test_a_threshold_agrees_with_looking_at_every_second(samples: dict[int, float]) -> None:
    campus = Campus(HOT)
    campus.tick(0)
    for at_s, value in sorted(samples.items()):
        campus.arrive(reading(T1, at_s, value))
        campus.tick(at_s)
    campus.tick(1200)
    found = [
        (
            (one.episode.raised_us - START) // S,
            None if one.episode.cleared_us is None else (one.episode.cleared_us - START) // S,
        )
        for one in campus.book.announced()
        if not one.taken_back
    ]
    assert found == _by_the_second(samples, 1200)
