"""A camera's card: what it shows now, since when it shows nothing, and nothing for those who may not look."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from ioc_app.app import create_app
from tests.browser.serving import let_in, served
from tests.ioc_app.small_campus import small_campus
from tests.receiving import Asked, Receiver, Said, receiving
from twin.people.roles import Role

pytestmark = pytest.mark.browser


def jpeg(colour: str) -> bytes:
    made = io.BytesIO()
    Image.linear_gradient("L").resize((320, 180)).convert("RGB").save(made, "JPEG")
    with Image.open(made) as grey:
        Image.blend(grey.convert("RGB"), Image.new("RGB", grey.size, colour), 0.5).save(again := io.BytesIO(), "JPEG")
    return again.getvalue()


PICTURES = [jpeg(one) for one in ("teal", "orange")]


@dataclass
class Site:
    url: str
    camera: Receiver
    chromium: Browser
    app: object

    def card(self, stack: ExitStack, role: Role = Role.OPERATOR, language: str = "en") -> Page:
        context = self.chromium.new_context(viewport={"width": 1366, "height": 768})
        stack.callback(context.close)
        page = let_in(context, self.url, self.app, role).new_page()  # type: ignore[arg-type]
        page.goto(f"{self.url}/#lang={language}")
        expect(page.locator(".badge")).to_be_visible(timeout=30_000)
        page.keyboard.press("/")
        page.keyboard.type("CAM-001")
        page.locator(".search-result").first.click()
        expect(page.locator(".card h2")).to_be_visible()
        return page


@pytest.fixture(scope="module")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = small_campus().write(tmp_path_factory.mktemp("cameras"))
    pictures = cycle(PICTURES)
    with receiving(lambda _: Said(200, next(pictures))) as camera:
        config(folder, camera.origin, f'[cameras."CAM-001"]\nsnapshot_url = "{camera.origin}/snap"\n')
        app = create_app(folder)
        with served(app) as url:
            yield Site(url, camera, chromium, app)


def config(folder: Path, origin: str, cameras: str) -> None:
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "outgoing.toml").write_text(f'[[destinations]]\norigin = "{origin}"\n', encoding="utf-8")
    (folder / "config" / "cameras.toml").write_text("timeout_s = 0.5\n" + cameras, encoding="utf-8")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as one:
        yield one


def test_the_picture_is_new_every_two_seconds_while_the_card_is_open(site: Site, stack: ExitStack) -> None:
    page = site.card(stack)
    picture = page.locator(".camera img")
    expect(picture).to_be_visible()
    expect(picture).to_have_attribute("alt", "What 大厅摄像机 shows now")
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") == 320
    first = picture.get_attribute("src") or ""
    assert first.startswith("blob:")
    expect(picture).not_to_have_attribute("src", first, timeout=5000)
    page.locator(".card").get_by_role("button", name="Close").click()
    page.wait_for_timeout(2500)
    asked = len(site.camera.asked)
    page.wait_for_timeout(3000)
    assert len(site.camera.asked) == asked, "a closed card asks for nothing"
    assert page.evaluate(f"fetch('{first}').then(() => 'held', () => 'gone')") == "gone"


def test_a_camera_that_dies_is_said_to_and_comes_back(site: Site, stack: ExitStack) -> None:
    page = site.card(stack)
    expect(page.locator(".camera img")).to_be_visible()
    answer, site.camera.answer = site.camera.answer, lambda _: Said(500)
    expect(page.locator(".camera p")).to_contain_text("No picture since", timeout=6000)
    expect(page.locator(".camera img")).to_be_hidden()
    site.camera.answer = answer
    expect(page.locator(".camera img")).to_be_visible(timeout=6000)
    expect(page.locator(".camera p")).to_be_hidden()


def test_what_is_no_picture_is_not_shown_as_one(site: Site, stack: ExitStack) -> None:
    answer = site.camera.answer
    site.camera.answer = lambda _: Said(200, b"\xff\xd8\xff" + b"broken" * 20)
    try:
        page = site.card(stack)
        expect(page.locator(".camera p")).to_contain_text("damaged", timeout=6000)
        site.camera.answer = lambda _: Said(200, b"<script>window.hacked=1</script>")
        expect(page.locator(".camera p")).to_contain_text("neither JPEG nor PNG", timeout=6000)
        assert page.evaluate("window.hacked") is None
    finally:
        site.camera.answer = answer


def test_who_may_not_look_sees_no_camera(site: Site, stack: ExitStack) -> None:
    asked = len(site.camera.asked)
    page = site.card(stack, Role.VIEWER)
    expect(page.locator(".card")).to_contain_text("CAM-001")
    page.wait_for_timeout(1500)
    expect(page.locator(".camera")).to_be_hidden()
    assert len(site.camera.asked) == asked


def test_a_camera_that_is_not_connected_says_so(chromium: Browser, stack: ExitStack, tmp_path: Path) -> None:
    app = create_app(small_campus().write(tmp_path))
    camera = stack.enter_context(receiving())
    url = stack.enter_context(served(app))
    page = Site(url, camera, chromium, app).card(stack, language="zh")
    expect(page.locator(".camera p")).to_contain_text("未接入")
    expect(page.locator(".camera button")).to_be_hidden()


def test_live_video_is_offered_where_the_browser_can_play_it(
    chromium: Browser, stack: ExitStack, tmp_path: Path
) -> None:
    def answer(asked: Asked) -> Said:
        return Said(200, b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n" if asked.path.endswith("m3u8") else PICTURES[0])

    camera = stack.enter_context(receiving(answer))
    folder = small_campus().write(tmp_path)
    config(folder, camera.origin, f'[cameras."CAM-001"]\nhls_url = "{camera.origin}/live/index.m3u8"\n')
    app = create_app(folder)
    url = stack.enter_context(served(app))
    page = Site(url, camera, chromium, app).card(stack)
    plays = page.evaluate("document.createElement('video').canPlayType('application/vnd.apple.mpegurl')")
    button = page.locator(".camera button")
    expect(page.locator(".camera")).to_be_visible()
    page.wait_for_timeout(500)
    if not plays:
        expect(button).to_be_hidden()
        return
    button.click()
    page.wait_for_timeout(1000)
    assert camera.asked[0].path == "/live/index.m3u8"
