"""Alarms, as pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ioc_app.reports.alarms import MOST, Alarms
from ioc_app.reports.case_pages import by_level
from ioc_app.reports.markup import Child, Markup, el, joined
from ioc_app.reports.writing import Pen, chapter, facts, figure, table
from ioc_app.screens.plain import plain
from twin.live.alarms.actors import Actor


def alarm_pages(pen: Pen, alarms: Alarms) -> Markup:
    counts = facts(
        (pen.text("fact.alarms"), len(alarms.opened)),
        (pen.text("fact.standing"), alarms.standing),
        (pen.text("fact.unacknowledged"), alarms.unacknowledged),
        (pen.text("fact.floods"), len(alarms.floods)),
    )
    if not alarms.opened and not alarms.standing:
        return chapter(pen.text("alarms"), el("p", pen.text("noAlarms")))
    actors = alarms.actors
    return chapter(
        pen.text("alarms"),
        counts,
        el("p", pen.text("moreAlarms", n=MOST), class_="hint") if alarms.more else None,
        figure(pen.text("alarmsByTime"), by_level(pen, alarms.opened)) if alarms.opened else None,
        _actors(pen, alarms, "actors", pen.text("times"), actors.most_raised, lambda one: f"{one.figure:.0f}"),
        _actors(
            pen, alarms, "longest", pen.text("stood"), actors.longest_standing, lambda one: pen.duration(one.figure)
        ),
        _actors(
            pen,
            alarms,
            "chattering",
            pen.text("within", seconds=f"{alarms.chatter_s:g}"),
            actors.chattering,
            lambda one: f"{one.figure:.0f}",
        ),
        _floods(pen, alarms),
    )


def _actors(
    pen: Pen, alarms: Alarms, title: str, head: str, actors: Sequence[Actor], said: Callable[[Actor], str]
) -> Markup | None:
    if not actors:
        return None
    rows: list[list[Child]] = [
        [
            pen.said(alarms.titles.get(one.key, {})) or plain(one.key.alarm_type, 60),
            plain(one.key.originator, 60),
            said(one),
        ]
        for one in actors
    ]
    return joined(el("h3", pen.text(title)), table([pen.text("alarm"), pen.text("device"), head], rows, right=(2,)))


def _floods(pen: Pen, alarms: Alarms) -> Markup:
    unverified = f" ({pen.text('unverified')})" if alarms.unverified else ""
    rule = pen.text(
        "floodRule", minutes=f"{alarms.limit.window_s / 60:g}", n=alarms.limit.alarms, unverified=unverified
    )
    rows: list[list[Child]] = [[pen.time(one.since), pen.time(one.until), one.peak] for one in alarms.floods]
    shown = table([pen.text(one) for one in ("since", "until", "peak")], rows, right=(2,)) if rows else None
    return joined(el("h3", pen.text("floods")), el("p", rule, class_="hint"), shown)
