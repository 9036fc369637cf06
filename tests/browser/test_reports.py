"""A report printed by Chromium: several pages of A4, numbered, with words that can be searched and copied."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from ioc_app.reports.document import report_html
from ioc_app.reports.period import PeriodKind, period_of
from ioc_app.reports.printing import print_pdf
from ioc_app.reports.sources import Sources, Wanted
from tests.screens.asked_campus import NOW, ZONE, AskedCampus, scattered
from tests.screens.small import KPIS, SCREEN, known
from twin.live.past import Past
from twin.screens.files import load_screens
from twin.store.campus import Campus

SHOWN = "值班周报事件处置电表一张图"
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    one = AskedCampus.at(tmp_path_factory.mktemp("printed") / "campus")
    one.append(scattered(seed=3, count=200))
    screens = {f"s{n}.toml": SCREEN.replace('id = "meters"', f'id = "meters{n}"').encode() for n in range(6)}
    loaded = load_screens({"kpis": {"k.toml": KPIS.encode()}, "screens": screens}, known(), {"kpis": {}, "screens": {}})
    assert not loaded.mistakes
    period = period_of(PeriodKind.WEEK, date(2026, 11, 26), NOW, ZoneInfo(ZONE))
    with closing(one.asking) as asked:
        campus, found = Campus.open(one.folder), loaded.value
        past = Past(one.folder)
        sources = Sources(campus, ZoneInfo(ZONE), asked, past, found.screens, found.kpis, "v1", 4, unverified=True)
        return report_html(sources, Wanted(period, 10**9, "zh", True, NOW, "测试"))


def streams(pdf: bytes) -> Iterator[bytes]:
    for found in _STREAM.findall(pdf):
        with suppress(zlib.error):
            yield zlib.decompress(found)


def signs(pdf: bytes) -> str:
    """What its fonts say their glyphs mean: what a search or a copy finds."""
    found = []
    for one in streams(pdf):
        if b"begincmap" not in one:
            continue
        for pair in re.findall(rb"<[0-9A-Fa-f]+>\s+<([0-9A-Fa-f]{4})>\s*\n", one):
            found.append(chr(int(pair, 16)))
        for first, last, start in re.findall(rb"<([0-9A-Fa-f]+)>\s+<([0-9A-Fa-f]+)>\s+<([0-9A-Fa-f]{4})>", one):
            found += [chr(int(start, 16) + n) for n in range(int(last, 16) - int(first, 16) + 1)]
    return unicodedata.normalize("NFKC", "".join(found))  # a glyph of 一 may say that it is the radical ⼀


def pages(pdf: bytes) -> int:
    whole = pdf + b"".join(streams(pdf))
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", whole))


def test_it_prints_on_several_pages(chromium: Browser, page: str) -> None:
    opened = chromium.new_page()
    try:
        opened.set_content(page)
        faults: list[str] = []
        opened.on("console", lambda said: faults.append(said.text))
        pdf = opened.pdf(prefer_css_page_size=True, print_background=True)
        assert opened.evaluate("document.querySelectorAll('svg.chart').length") >= 6
    finally:
        opened.close()
    assert not faults
    assert pages(pdf) >= 3
    assert set(SHOWN) <= set(signs(pdf))
    [width, height] = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)[0]
    assert (round(float(width)), round(float(height))) in ((595, 842), (596, 842), (595, 841), (594, 842))


def test_the_command_prints_by_itself(chromium: Browser, page: str, tmp_path: Path) -> None:
    assert chromium  # there is one
    print_pdf(page, tmp_path / "week.pdf")
    pdf = (tmp_path / "week.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert pages(pdf) >= 3
    assert set(SHOWN) <= set(signs(pdf))
