"""Conclusions written down: a change of an episode becomes the decisions that the journal keeps.

Every decision carries the episode whole, as it is concluded at that moment, so that folding needs no arithmetic: the
latest decision about an episode is what holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from twin.live.rules.entries import CLEARED, CORRECTED, RAISED, REFRESHED, Decision, entry_id
from twin.live.rules.episodes import Announced, Change, Episode
from twin.live.rules.settings import (
    AbsenceRule,
    CompositeRule,
    GeofenceRule,
    QualityRule,
    RateRule,
    Rule,
    StuckRule,
    ThresholdRule,
)
from twin.live.rules.text import DEFAULTS, NOTES, fill
from twin.live.rules.track import Placed, Track
from twin.model.qualities import QUALITIES, UNKNOWN_QUALITY

QUALITY_WORDS: Final = {quality.value: title for quality, title in QUALITIES.items()}


class Told(NamedTuple):
    """What all that a set of rules says is told with: its version, the titles of its rules, the names of places."""

    version: int
    titles: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]


def decisions(track: Track, change: Change, told: Told, *, correction: bool, ended: bool) -> Iterator[Decision]:
    """What to write for one change. ``ended``: because the rule is no more."""
    old, new = change
    if correction:
        yield _corrected(track, change, told)
    elif old is None:
        assert new is not None
        opened = replace(new, cleared_us=None, cleared_value=None)
        yield _decision(RAISED, new.raised_us, track, opened, told)
        if new.cleared_us is not None:
            yield _decision(CLEARED, new.cleared_us, track, new, told, _note("cleared"))
    elif new is not None and new.cleared_us is not None:
        note = _note("rule_changed" if ended else "cleared")
        yield _decision(CLEARED, new.cleared_us, track, new, told, note)
    elif new is not None:
        yield _decision(REFRESHED, new.last_us, track, new, told)


def _corrected(track: Track, change: Change, told: Told) -> Decision:
    old, new = change
    about = new or old
    assert about is not None
    for one in (old, new):
        if one is not None:
            track.revisions[one.raised_us] = track.revisions.get(one.raised_us, 0) + 1
    if old is None:
        what = "raised"
    elif new is None:
        what = "withdrawn"
    else:
        what = "moved" if old.raised_us != new.raised_us else "changed"
    said = _note(what) | {"correction": what, "replaces": old.raised_us if old else None}
    return _decision(CORRECTED, about.raised_us, track, about, told, said)


def _note(what: str) -> dict[str, Any]:
    return {"note": NOTES[what]}


def _decision(
    kind: str,
    occurred_us: int,
    track: Track,
    episode: Episode,
    told: Told,
    more: Mapping[str, Any] | None = None,
) -> Decision:
    placed = track.placed
    rule = placed.rule
    revision = track.revisions.get(episode.raised_us, 0)
    more = more or {}
    facts = (episode.raised_us, episode.cleared_us, episode.last_us, episode.count, episode.value, episode.told)
    name = entry_id(kind, rule.id, placed.subject, facts, more.get("correction"), more.get("replaces"), revision)
    body: dict[str, Any] = {
        "alarm_type": rule.alarm_type,
        "level": rule.level.value,
        "rule_id": rule.id,
        "rule_kind": rule.kind,
        "rule_version": told.version,
        "title": rule.title.model_dump(),
        "raised_us": episode.raised_us,
        "cleared_us": episode.cleared_us,
        "value": episode.value,
        "cleared_value": episode.cleared_value,
        "count": episode.count,
        "last_us": episode.last_us,
        "told": episode.told,
        "unit": getattr(rule, "unit", None),
        "limit": rule.limit if isinstance(rule, ThresholdRule | RateRule) else None,
        "text": _texts(placed, episode, told),
        "point": placed.subject if placed.is_point else None,
        "device": placed.place.device_code if placed.place_id is None else None,
        "place": placed.place.to_dict(),
        "revision": revision,
    }
    return Decision(kind, name, placed.subject, occurred_us, body | dict(more))


def _texts(placed: Placed, episode: Episode, told: Told) -> dict[str, str]:
    """Why, in both languages."""
    rule = placed.rule
    zh, en = (rule.text.zh, rule.text.en) if rule.text else DEFAULTS[rule.kind]
    words = _words(placed, episode, told.names)
    said = {}
    for language, template in (("zh", zh), ("en", en)):
        words["title"] = getattr(rule.title, language)
        if isinstance(rule, CompositeRule):
            members = episode.told.split(", ") if episode.told else []
            words["members"] = _join(members, told.titles, language)
        if isinstance(rule, QualityRule):
            words["type"] = getattr(QUALITY_WORDS.get(episode.told, UNKNOWN_QUALITY), language)
        said[language] = fill(template, words)
    return said


def _join(members: list[str], titles: Mapping[str, Mapping[str, str]], language: str) -> str:
    names = [titles.get(one, {}).get(language, one) for one in members]
    return "、".join(names) if language == "zh" else " and ".join(names)


def _words(placed: Placed, episode: Episode, names: Mapping[str, str]) -> dict[str, Any]:
    """Places by what people call them: rules know them by feature ids only."""
    rule: Rule = placed.rule
    words: dict[str, Any] = {
        "device": placed.place.name or placed.place.device_code,
        "point": placed.subject,
        "quantity": placed.subject.rpartition(":")[2] if placed.place_id is None else "",
        "value": episode.value,
        "unit": getattr(rule, "unit", ""),
        "type": episode.told,
        "text": episode.told,
        "place": names.get(placed.place_id, placed.place_id) if placed.place_id else placed.place.device_code,
        "count": episode.count,
    }
    if isinstance(rule, ThresholdRule | RateRule):
        words["limit"] = rule.limit
    if isinstance(rule, AbsenceRule | StuckRule):
        words["for_s"] = rule.for_s
    if isinstance(rule, GeofenceRule):
        words["fence"] = ", ".join(names.get(one, one) for one in rule.fence)
    return words


def announced(subject: str, body: Mapping[str, Any]) -> Announced | None:
    """The episode that a decision in the journal tells of; None where the body is not one of ours."""
    try:
        episode = Episode(
            int(body["raised_us"]),
            body["value"],
            body["cleared_us"],
            body["cleared_value"],
            int(body["count"]),
            int(body["last_us"]),
            str(body["told"]),
        )
        return Announced(str(body["rule_id"]), subject, episode, int(body["revision"]))
    except (KeyError, TypeError, ValueError):
        return None
