"""Incidents, work orders and handovers, as pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

from ioc_app.reports.cases import Case, Cases
from ioc_app.reports.drawing import Axis, Series, bars, columns
from ioc_app.reports.markup import Child, Markup, el, joined
from ioc_app.reports.writing import LONGEST, Pen, chapter, facts, figure, table
from ioc_app.screens.plain import plain
from twin.live.incidents.clocks import CLOCK_TITLES
from twin.live.incidents.handover import Handover
from twin.live.incidents.measures import Measure
from twin.live.incidents.state import IncidentState, WorkOrder
from twin.live.incidents.transitions import STAGE_TITLES
from twin.model.levels import LEVELS
from twin.model.live import Level
from twin.model.time import moment


def incident_pages(pen: Pen, cases: Cases) -> Markup:
    if not (cases.measures.incidents or cases.listed or cases.closed or cases.left_out):
        return chapter(pen.text("incidents"), el("p", pen.text("noIncidents")))
    left_out = el("p", pen.text("leftOut", n=cases.left_out), class_="hint") if cases.left_out else None
    return chapter(
        pen.text("incidents"),
        facts(
            (pen.text("fact.opened"), cases.measures.incidents),
            (pen.text("fact.closed"), cases.closed),
            (pen.text("fact.open"), cases.open),
            (pen.text("fact.late"), cases.late),
        ),
        left_out,
        _counted(pen, cases) if cases.measures.incidents else None,
        _measures(pen, cases),
        _listed(pen, cases),
    )


def by_level(pen: Pen, happened: Sequence[tuple[datetime, Level]]) -> Markup:
    """Columns of the hours or days, the levels in their own colours."""
    labels, starts = pen.buckets()
    counts = {level: [0.0] * len(starts) for level in LEVELS}
    for at, level in happened:
        counts[level][bisect_right(starts, at) - 1] += 1
    series = [
        Series(pen.said(sign.title), counts[level], sign.rgb) for level, sign in LEVELS.items() if any(counts[level])
    ]
    return columns(series, Axis("", 0, labels), pen.look)


def _counted(pen: Pen, cases: Cases) -> Markup:
    levels = [level for level in LEVELS if cases.levels.get(level)]
    rows: list[list[Child]] = [
        [pen.said(title), *(counts.get(level, 0) or pen.text("none") for level in levels), sum(counts.values())]
        for title, counts in cases.kinds
    ]
    heads = [pen.text("kind"), *(pen.level(level) for level in levels), pen.text("total")]
    when = [(moment(at_us), level) for at_us, level in cases.opened_us]
    return joined(
        el("h3", pen.text("byKind")),
        table(heads, rows, right=range(1, len(heads))),
        figure(pen.text("byTime"), by_level(pen, when)),
    )


def _measures(pen: Pen, cases: Cases) -> Markup:
    before = {one.name: one for one in cases.before.shares}
    period = pen.making.wanted.period
    heads = [pen.text(one) for one in ("measure", "value", "share")]
    rows: list[list[Child]] = [
        [
            pen.said(one.title),
            _share(pen, one),
            f"{one.numerator} / {one.denominator}",
            _share(pen, before[one.name]) if one.name in before else "",
        ]
        for one in cases.measures.shares
    ]
    took = [one for one in cases.measures.stages if one.samples]
    names = [f"{pen.said(STAGE_TITLES[one.before])} → {pen.said(STAGE_TITLES[one.after])}" for one in took]
    times: list[list[Child]] = [
        [name, pen.duration(one.mean_s), pen.duration(one.median_s), one.samples]
        for name, one in zip(names, took, strict=True)
    ]
    minute = "min" if pen.look.language == "en" else "分"
    drawn = bars(names, [(one.median_s or 0) / 60 for one in took], Axis(minute, 0), pen.look) if took else None
    return joined(
        el("h3", pen.text("measures")),
        table([*heads, pen.text("before" if period.ended else "beforePart")], rows, right=(1, 2, 3)),
        el("p", pen.text("limitsUnverified"), class_="hint") if pen.making.sources.unverified else None,
        el("h3", pen.text("stages")) if took else None,
        table([pen.text(one) for one in ("stage", "mean", "median", "samples")], times, right=(1, 2, 3))
        if took
        else None,
        figure(f"{pen.text('stages')} · {pen.text('median')}", drawn) if drawn else None,
    )


def _share(pen: Pen, one: Measure) -> str:
    return pen.text("noCases") if one.value is None else f"{100 * one.value:.1f}%"


def _listed(pen: Pen, cases: Cases) -> Markup | None:
    if not cases.listed:
        return None
    heads = [pen.text(one) for one in ("level", "incident", "place", "stageNow", "owner", "opened", "late")]
    more = el("p", pen.text("moreListed", n=cases.unlisted), class_="hint") if cases.unlisted else None
    return joined(el("h3", pen.text("listed")), table(heads, [_line(pen, one) for one in cases.listed]), more)


def _line(pen: Pen, one: Case) -> list[Child]:
    state = one.state
    marks = [pen.text(name) for name in ("suspended", "supervised") if getattr(state, name)]
    late = ("、" if pen.look.language == "zh" else ", ").join(pen.said(CLOCK_TITLES[name]) for name in one.late)
    due = el("small", pen.text("due", at=pen.time(one.due_us))) if state.open and one.due_us is not None else None
    return [
        pen.level(state.level),
        pen.said(state.title),
        where(pen, state),
        joined(pen.said(STAGE_TITLES[state.stage]), *(el("small", mark) for mark in marks)),
        who(pen, state),
        pen.time(state.opened_us),
        joined(late or pen.text("none"), due),
    ]


def where(pen: Pen, state: IncidentState) -> str:
    """Building, storey and thing; else what was said."""
    place, known = state.place, pen.making.places
    named = [known.get(place.get(column) or "") for column in ("building_id", "storey_id")]
    told = " · ".join(one for one in (*named, place.get("device")) if one)
    return plain(told or place.get("said") or pen.text("none"), 80)


def who(pen: Pen, state: IncidentState) -> str:
    """Who owns it; else who was sent last."""
    if state.owner:
        return plain(pen.making.person(state.owner), 40)
    sent = [one for one in state.orders if one.state.value != "rejected"]
    return _sent(pen, sent[-1]) if sent else pen.text("nobody")


def _sent(pen: Pen, order: WorkOrder) -> str:
    unit = pen.said(order.unit_title) if order.unit_title else plain(order.unit, 40)
    person = plain(pen.making.person(order.assignee), 40) if order.assignee else ""
    return " · ".join(one for one in (unit, person) if one) or pen.text("nobody")


def order_pages(pen: Pen, cases: Cases) -> Markup:
    heads = [pen.text(one) for one in ("order", "incident", "unit", "dueAt")]
    rows: list[list[Child]] = [
        [plain(order.what, LONGEST), pen.said(state.title), _sent(pen, order), pen.time(order.due_us)]
        for state, order in cases.orders_late
    ]
    late = joined(el("h3", pen.text("ordersLate")), table(heads, rows)) if rows else el("p", pen.text("noOrdersLate"))
    return chapter(pen.text("orders"), el("p", pen.text("ordersIssued", n=cases.orders_issued)), late)


def handover_pages(pen: Pen, cases: Cases) -> Markup:
    if not cases.handovers:
        return chapter(pen.text("handovers"), el("p", pen.text("noHandovers")))
    shown = (
        ("handedAt", "gave", "took", "left", "remarks")
        if pen.making.wanted.cleared
        else ("handedAt", "gave", "took", "left")
    )
    return chapter(
        pen.text("handovers"),
        table(
            [pen.text(one) for one in shown], [_handed(pen, one)[: len(shown)] for one in cases.handovers], right=(3,)
        ),
    )


def _handed(pen: Pen, one: Handover) -> list[Child]:
    if one.confirmed_by is None:
        taken: Child = el("span", pen.text("notConfirmed"), class_="missed")
    else:
        taken = joined(pen.making.person(one.confirmed_by), el("small", pen.time(one.confirmed_us)))
    remarks = " / ".join(text for text in (one.remarks, one.confirm_remarks) if text)
    return [pen.time(one.at_us), pen.making.person(one.by), taken, len(one.items), plain(remarks, LONGEST)]
