"""The quality inspection on the desk: what is listed, marked and opened is what a check finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from ioc_app.app import create_app
from tests.browser.serving import desk_of
from twin.analysis.inspected import inspected
from twin.model.finding import Finding, finding_rules
from twin.people.roles import Role
from twin.store.campus import Campus

pytestmark = pytest.mark.browser
RULE = "clearance_short"
# where a mark is on the page, of the first that lies on the free part of the model
MARK = """async ([west, south]) => {
  const { engine, ui } = (await window.campus_twin.mounted).mounted;
  await engine.settled();
  const told = await ui.api.get('/findings/marks?rule=clearance_short');
  const box = engine.canvas.getBoundingClientRect();
  const size = 24; // other marks must not be nearer
  const at = told.position.map((one) => engine.project(one));
  const n = at.findIndex((one, n) => one && one.x > west && one.x < west + 400 && one.y > 200 && one.y < south
    && at.every((other, m) => m === n || !other || Math.hypot(other.x - one.x, other.y - one.y) > size));
  return { finding: told.finding[n], x: at[n].x + box.left, y: at[n].y + box.top };
}"""
INK = """() => {
  const canvas = document.querySelector('.finding-marks');
  if (!canvas) return null;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let ink = 0;
  for (let n = 3; n < data.length; n += 4) ink += data[n] > 0 ? 1 : 0;
  return ink;
}"""


@pytest.fixture(scope="module")
def app(demo_campus: Path) -> FastAPI:
    return create_app(demo_campus)


@pytest.fixture(scope="module")
def found(demo_campus: Path) -> tuple[Finding, ...]:
    return inspected(Campus.open(demo_campus).generation).findings


@pytest.fixture(scope="module")
def page(app: FastAPI, url: str, chromium: Browser) -> Iterator[Page]:
    with desk_of(chromium, url, app, Role.ENGINEER) as page:
        page.locator("[data-tool=findings]").click()
        page.locator(".findings-rule").first.wait_for()
        yield page


def test_rules_are_listed_and_a_filter_counts_anew(page: Page, found: tuple[Finding, ...]) -> None:
    rules = {one.rule for one in found}
    assert {str(one.get_attribute("data-rule")) for one in page.locator(".findings-rule").all()} == rules
    expect(page.locator(".findings-total")).to_contain_text(f"发现 {len(found):,} 项")
    placed = sum(one.shape is not None for one in found)
    expect(page.locator(".findings-list [role=status]")).to_contain_text(f"图上标出 {placed:,} 处")
    assert page.evaluate(INK) > 1000
    info = page.locator("[data-severity=info]")
    info.focus()
    page.keyboard.press("Enter")
    few = {one.rule for one in found if one.severity == "info"}
    expect(page.locator(".findings-rule")).to_have_count(len(few))
    expect(info).to_be_focused()
    expect(info).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".findings-rule")).to_have_count(len(rules))


def test_a_mark_opens_its_card_and_its_thing_is_selected(page: Page, found: tuple[Finding, ...]) -> None:
    page.locator(f"[data-rule={RULE}]").click()
    those = [one for one in found if one.rule == RULE]
    expect(page.locator(".findings-row")).to_have_count(min(50, len(those)))
    mark = page.evaluate(MARK, [320, 700])
    page.mouse.move(mark["x"], mark["y"])
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.finding-marks').previousSibling).cursor") == "pointer"
    )
    page.mouse.click(mark["x"], mark["y"])
    card = page.locator(f".finding-card[data-open='{mark['finding']}']")
    expect(card).to_contain_text(found[mark["finding"]].message("zh"))
    expect(card.locator("h3")).to_contain_text(finding_rules()[RULE].title.zh)
    expect(card.locator("h3")).to_be_focused()
    expect(page.locator(".card")).to_be_hidden()  # the click was for the mark
    thing = found[mark["finding"]].feature_ids[0]
    card.locator(".finding-features button").first.click()
    expect(page.locator(".card h2")).to_contain_text(thing.rsplit(":", 1)[1])
    card.locator("[data-act=list]").click()
    expect(page.locator(".findings-row").first).to_be_visible()


def test_closing_takes_all_of_it_away(page: Page) -> None:
    ground = "async () => (await window.campus_twin.mounted).mounted.ui.store.state.groundOpacity"
    assert page.evaluate(ground) == 0.35
    page.locator("[data-tool=findings]").click()
    expect(page.locator(".findings")).to_have_count(0)
    assert page.evaluate(INK) is None
    assert page.evaluate(ground) == 1
