"""The figures of every screen, as pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from ioc_app.reports.drawing import Axis, Series, bars, columns, lines
from ioc_app.reports.figures import Drawing, Figure, Section
from ioc_app.reports.markup import Child, Markup, el, joined
from ioc_app.reports.writing import Pen, chapter, figure, table
from ioc_app.screens.look import said
from ioc_app.screens.plain import plain
from ioc_app.screens.written import NOTHING, number, parsed, unit_said, with_unit, written

MOST_BARS: Final = 12
MOST_SERIES: Final = 4
HEADS: Final = ("kpi", "value", "target", "earlier", "change", "about")


def theme_pages(pen: Pen, sections: Sequence[Section]) -> Markup:
    if not sections:
        return chapter(pen.text("figures"), el("p", pen.text("noScreens")))
    return chapter(pen.text("figures"), *(_theme(pen, one) for one in sections))


def _theme(pen: Pen, section: Section) -> Markup:
    heads = [pen.text(one) for one in HEADS]
    rows = [_row(pen, one) for one in section.figures]
    drawings = [figure(_named(pen, one), _drawn(pen, one)) for one in section.drawings]
    return joined(
        el("h3", pen.said(section.screen.title)),
        el("p", pen.said(section.screen.question), class_="hint"),
        table(heads, rows, right=(1, 2, 3), kind="kpis") if rows else el("p", pen.text("noKpis")),
        el("div", *drawings, class_="charts") if drawings else None,
    )


def _row(pen: Pen, one: Figure) -> list[Child]:
    kpi = one.kpi
    value = _value(pen, one, one.value)
    basis = pen.text("over" if one.whole else "atEnd") if one.value is not None else None
    shown = pen.text("onScreen", value=_value(pen, one, one.shown)) if one.value != one.shown else None
    return [
        pen.said(kpi.title),
        joined(value, *(el("small", part) for part in (basis, shown) if part)),
        _target(pen, one),
        _value(pen, one, one.before),
        change_words(pen, one),
        joined(*(el("small", part) for part in _remarks(pen, one))),
    ]


def _value(pen: Pen, one: Figure, value: float | None) -> str:
    return with_unit(written(value, one.kpi.decimals), one.kpi.unit, pen.look.language)


def _target(pen: Pen, one: Figure) -> Child:
    if one.kpi.target is None:
        return NOTHING
    words = pen.text(f"reach.{one.kpi.direction.value}", value=written(one.kpi.target, one.kpi.decimals))
    if one.met is None:
        return words
    return joined(words, el("small", pen.text("met" if one.met else "missed"), class_=None if one.met else "missed"))


def change_words(pen: Pen, one: Figure) -> str:
    """Up or down by how much, and whether that is better; shares in points, the others in per cent of before."""
    if one.value is None:
        return NOTHING
    if one.change is None or one.before is None:
        return pen.text("noEarlier")
    if written(one.value, one.kpi.decimals) == written(one.before, one.kpi.decimals):
        return pen.text("same")
    by = abs(one.change)
    if one.kpi.unit == "%":
        size = pen.text("points", value=written(by, max(1, one.kpi.decimals)))
    elif one.before:
        size = f"{written(100 * by / abs(one.before), 1)}%"
    else:
        size = _value(pen, one, by)
    words = pen.text("up" if one.change > 0 else "down", value=size)
    if one.better is None:
        return words
    return f"{words} · {pen.text('better' if one.better else 'worse')}"


def _remarks(pen: Pen, one: Figure) -> list[str]:
    said_ = [pen.said(dict(need)) for need in one.waits_for]
    if one.state == "broken":
        said_.append(pen.text("state.broken", text=pen.said(one.fault or {})))
    elif one.state == "empty":
        said_.append(pen.text("state.empty"))
    elif one.state == "stale":
        said_.append(pen.text("state.stale", at=pen.time(one.true_at)))
    if one.kpi.unverified:
        said_.append(pen.text("unverified"))
    return [*said_, pen.said(one.kpi.owner)]


# --- panels ---


def _named(pen: Pen, one: Drawing) -> str:
    unit = unit_said(one.panel.unit, pen.look.language)
    return plain(one.title, 60) + (f" ({unit})" if unit else "")


def _drawn(pen: Pen, one: Drawing) -> Markup:
    axis_unit, rows = "", list(one.answer.rows)
    if one.panel.kind == "trend":
        labels, series = _by_series(pen, rows, "at")
        return lines(series, Axis(axis_unit, one.panel.decimals, labels), pen.look)
    if one.panel.kind == "columns":
        labels, series = _by_series(pen, rows, "label")
        return columns(series, Axis(axis_unit, one.panel.decimals, labels), pen.look)
    shown = rows[:MOST_BARS]
    names = [plain(said(row, "label", pen.look.language), 40) for row in shown]
    return bars(names, [number(row.get("value")) for row in shown], Axis(axis_unit, one.panel.decimals), pen.look)


def _by_series(pen: Pen, rows: Sequence[Mapping[str, Any]], along: str) -> tuple[list[str], list[Series]]:
    """Rows as series over the same places, in the order in which places and series come first."""
    places = list(dict.fromkeys(_place(pen, row, along) for row in rows))
    if along == "at":
        places.sort()
    found: dict[str, dict[str, float | None]] = {}
    for row in rows:
        name = plain(said(row, "series", pen.look.language), 24)
        found.setdefault(name, {})[_place(pen, row, along)] = number(row.get("value"))
    names = list(found)[:MOST_SERIES]
    series = [
        Series(name, [found[name].get(place) for place in places], pen.look.series_colour(at, len(names)))
        for at, name in enumerate(names)
    ]
    return [_time_label(place) if along == "at" else place for place in places], series


def _place(pen: Pen, row: Mapping[str, Any], along: str) -> str:
    if along != "at":
        return plain(said(row, along, pen.look.language), 24)
    at = parsed(row.get("at"))
    if at is None:
        return ""
    return (at.astimezone(pen.look.zone) if at.tzinfo else at).replace(tzinfo=None).isoformat()


def _time_label(place: str) -> str:
    at = datetime.fromisoformat(place) if place else None
    if at is None:
        return ""
    return f"{at.month}-{at.day}" if (at.hour, at.minute) == (0, 0) else f"{at:%H:%M}"
