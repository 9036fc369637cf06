"""The answer to "are we all right": sentences chosen by rules, filled with what the report says below."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from ioc_app.reports.alarms import Alarms
from ioc_app.reports.cases import GRAVE, Cases
from ioc_app.reports.figures import Section
from ioc_app.screens.look import Language
from twin.live.rules.text import fill

RULES: Final = Path(__file__).with_name("sentences.toml")
VERDICT: Final = "verdict"
LONGEST: Final = 10_000  # characters of a fact: the names of a hundred figures


@dataclass(frozen=True, slots=True)
class Sentence:
    """Said where no fact is below its ``least`` or above its ``most``."""

    topic: str
    tone: str
    zh: str
    en: str
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)

    def holds(self, facts: Mapping[str, Any]) -> bool:
        return all(facts[name] >= bound for name, bound in self.least.items()) and all(
            facts[name] <= bound for name, bound in self.most.items()
        )


@cache
def rules() -> tuple[Sentence, ...]:
    return tuple(Sentence(**one) for one in tomllib.loads(RULES.read_text("utf-8"))["sentences"])


def sentences(facts: Mapping[str, Any], language: Language) -> list[tuple[str, str, str]]:
    """Topic, tone and words, of each topic at most one."""
    said: dict[str, tuple[str, str, str]] = {}
    for one in rules():
        if one.topic not in said and one.holds(facts):
            said[one.topic] = (one.topic, one.tone, fill(getattr(one, language), facts, LONGEST))
    return list(said.values())


def facts(sections: Sequence[Section], cases: Cases, alarms: Alarms, language: Language) -> dict[str, Any]:
    """What rules may ask about; a figure that stands on several screens counts once."""
    figures = list({one.kpi.id: one for section in sections for one in section.figures}.values())
    sure = [one for one in figures if one.state == "good"]
    states = {name: sum(one.state == name for one in figures) for name in ("waiting", "stale", "broken", "empty")}
    missed = [one for one in sure if one.met is False]
    names = ("、" if language == "zh" else ", ").join(getattr(one.kpi.title, language) for one in missed)
    return {
        "opened": cases.measures.incidents,
        "opened_before": cases.before.incidents,
        "grave": sum(cases.levels.get(one, 0) for one in GRAVE),
        "grave_open": sum(one.state.open and one.state.level in GRAVE for one in cases.listed),
        "closed": cases.closed,
        "open": cases.open,
        "late": cases.late,
        "orders_late": len(cases.orders_late),
        "handovers": len(cases.handovers),
        "unconfirmed": cases.unconfirmed,
        "alarms": len(alarms.opened),
        "alarms_before": alarms.before,
        "unacknowledged": alarms.unacknowledged,
        "floods": len(alarms.floods),
        "targets": sum(one.met is not None for one in sure),
        "missed": len(missed),
        "missed_names": names,
        "measured": len(sure),
        "unsure": sum(states.values()),
        **states,
    }
