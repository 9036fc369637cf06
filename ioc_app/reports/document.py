"""The report as one HTML file: no script, no outside file, to be read on a screen and printed on A4."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from ioc_app.reports.alarm_pages import alarm_pages
from ioc_app.reports.alarms import alarms_of
from ioc_app.reports.case_pages import handover_pages, incident_pages, order_pages
from ioc_app.reports.cases import cases_of
from ioc_app.reports.figures import sections
from ioc_app.reports.markup import Markup, el
from ioc_app.reports.period import PeriodKind
from ioc_app.reports.sources import Making, Sources, Wanted
from ioc_app.reports.theme_pages import theme_pages
from ioc_app.reports.verdict import VERDICT, facts, sentences
from ioc_app.reports.writing import Pen
from ioc_app.screens.look import MEANINGS
from ioc_app.screens.plain import plain

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
HEADERS: Final = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store",
}
_LANGUAGES: Final = {"zh": "zh-CN", "en": "en"}


def report_html(sources: Sources, wanted: Wanted) -> str:
    """The whole report. Raises what questions of our own raise; a KPI that cannot be had says so in its line."""
    making = Making(sources, wanted)
    pen, period = Pen.of(making), wanted.period
    alarm_book, incident_book = sources.past.at(period.told.at, wanted.known_seq)
    _, earlier = sources.past.at(period.before.at, wanted.known_seq)
    themes = sections(making)
    cases, alarms = cases_of(making, incident_book, earlier), alarms_of(making, alarm_book)
    said = sentences(facts(themes, cases, alarms, wanted.language), wanted.language)
    tone = next(one for topic, one, _ in said if topic == VERDICT)
    summary = [
        el("p", f"{MEANINGS[one]} {words}" if topic == VERDICT else plain(words, 600)) for topic, one, words in said
    ]
    body = el(
        "body",
        _head(pen),
        el("section", *summary, class_="summary", data_tone=tone),
        incident_pages(pen, cases),
        order_pages(pen, cases),
        alarm_pages(pen, alarms),
        handover_pages(pen, cases),
        theme_pages(pen, themes),
        _reference(pen),
    )
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", f"{campus_name(pen)} {_title(pen)} {period.first.isoformat()}"),
        el("style", Markup(_style().replace("REFERENCE", _css_text(_short(pen))))),
    )
    return "<!DOCTYPE html>\n" + el("html", head, body, lang=_LANGUAGES[wanted.language]) + "\n"


def campus_name(pen: Pen) -> str:
    return pen.said(pen.making.sources.campus.generation.scene["campus"]["name"])


def _title(pen: Pen) -> str:
    return pen.text(f"title.{pen.making.wanted.period.kind.value}")


def _head(pen: Pen) -> Markup:
    wanted = pen.making.wanted
    period = wanted.period
    key = ("ended" if period.ended else "running") + ("Day" if period.kind is PeriodKind.DAY else "")
    span = pen.text(key, first=pen.day(period.first), last=pen.day(period.last), at=pen.time(period.told.at))
    made = pen.text("made", at=_exact(pen, wanted.made_at), by=plain(wanted.made_by, 60))
    hints = (
        made,
        pen.text("zone", zone=pen.making.sources.zone.key),
        pen.text("unmasked" if wanted.cleared else "masked"),
    )
    return el(
        "header",
        el("p", campus_name(pen), class_="campus"),
        el("h1", _title(pen)),
        el("p", span, class_="span"),
        el("p", " · ".join(hints), class_="hint"),
    )


def _reference(pen: Pen) -> Markup:
    wanted, sources = pen.making.wanted, pen.making.sources
    generation = sources.campus.generation_at(pen.making.as_of(pen.making.told.at)).number
    lines = (
        ("ref.at", f"{_exact(pen, pen.making.told.at)} ({pen.making.told.at.isoformat()})"),
        ("ref.seq", wanted.known_seq),
        ("ref.generation", generation),
        ("ref.version", sources.version),
    )
    pairs = [part for key, value in lines for part in (el("dt", pen.text(key)), el("dd", str(value)))]
    sign = el("div", el("span", pen.text("signMade")), el("span", pen.text("signRead")), class_="sign")
    again = el("p", pen.text("ref.again"))
    return el("footer", el("strong", pen.text("reference")), el("dl", *pairs), again, sign, class_="reference")


def _short(pen: Pen) -> str:
    """What stands below every page."""
    wanted = pen.making.wanted
    first = wanted.period.first.isoformat()
    words = {"title": _title(pen), "first": first, "seq": wanted.known_seq, "version": pen.making.sources.version}
    return f"{campus_name(pen)} · {pen.text('ref.short', **words)}"


def _exact(pen: Pen, at: datetime) -> str:
    return f"{at.astimezone(pen.making.sources.zone):%Y-%m-%d %H:%M:%S}"


def _css_text(text: str) -> str:
    """Fit to stand between quotes in CSS: what is neither letter, digit nor plain sign is written as its number."""
    return "".join(sign if sign.isalnum() or sign in " ·:-." else f"\\{ord(sign):x} " for sign in text)


@cache
def _style() -> str:
    return Path(__file__).with_name("report.css").read_text("utf-8")
