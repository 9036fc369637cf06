"""The card of a pipe: valves in their order, colours on the model, the next ring where one is stuck, the trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from ioc_app.app import create_app
from tests.browser.serving import let_in
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.isolation import isolate
from twin.store.campus import Campus

pytestmark = pytest.mark.browser
BURST = "link:JS:JS016--JS017"


@pytest.fixture(scope="module")
def app(demo_campus: Path) -> FastAPI:
    return create_app(demo_campus)


@pytest.fixture
def page(app: FastAPI, url: str, chromium: Browser) -> Iterator[Page]:
    context = let_in(chromium.new_context(viewport={"width": 1366, "height": 900}, locale="zh-CN"), url, app)
    page = context.new_page()
    page.goto(f"{url}#desk")
    page.locator("input[type=search]").first.fill("JS016--JS017")
    page.locator("[role=option]").first.click()
    page.locator("[data-network] summary").click()
    yield page
    context.close()


def test_a_burst_on_the_card(page: Page, demo_campus: Path) -> None:
    network = PipeNetwork.of(Campus.open(demo_campus).generation.table("water_supply"))
    found = isolate(network, BURST)
    page.locator("[data-act='pipes.isolate']").click()
    answer = page.locator(".pipes-answer")
    expect(answer.locator("h3").first).to_have_text(f"依次关闭 {len(found.to_close)} 个阀门")
    shown = answer.locator("ol .link-button").all_inner_texts()
    assert shown == [one.rsplit(":", 1)[1] for one in found.to_close]
    expect(answer).to_contain_text("断供")
    answer.locator(".pipes-stuck input").first.click()  # the answer is drawn anew: there is no tick to wait for
    again = isolate(network, BURST, stuck=[found.to_close[0]])
    expect(answer.locator("h3").first).to_have_text(f"依次关闭 {len(again.to_close)} 个阀门")
    expect(answer.locator("li.is-stuck")).to_have_text("JS036关不动")
    answer.locator("li.is-stuck input").click()
    expect(answer.locator("h3").first).to_have_text(f"依次关闭 {len(found.to_close)} 个阀门")
    answer.get_by_role("button", name="清除").click()
    expect(answer).to_be_empty()


def test_a_trace_on_the_card(page: Page) -> None:
    page.locator("[data-act='pipes.upstream']").click()
    answer = page.locator(".pipes-answer")
    expect(answer).to_contain_text("终点")
    expect(answer.locator("li").first).to_be_visible()
