"""A sheet: its size, its scale measured on the paper, its number, and what stands in the title block."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.render.scenes import BLUE, CAPTION, RED, block, scene, seen_as
from twin.errors import UnknownPaperError
from twin.model.text import Title
from twin.render import title_block
from twin.render.coordinates import draw_crosses
from twin.render.look import look, rgb
from twin.render.page import Page, TitleBlock, page_of, render_page
from twin.render.paper import paper_named, scale_for
from twin.render.sheet import Sheet
from twin.render.view import View

BLOCK = TitleBlock(Title("总平面图", "Site plan"))
# two blocks whose western walls are 100 m apart
BLOCKS = [block((-60, -10, 0, -50, 10, 5), RED), block((40, -10, 0, 50, 10, 5), BLUE)]
PLAN = View((0.0, 0.0, 200.0), (0.0, 0.0, 0.0), 150.0)


@pytest.fixture(scope="module")
def plan() -> Page:
    return page_of(scene(BLOCKS), CAPTION, BLOCK, PLAN, paper="A4")


def picture_in(pdf: bytes) -> NDArray[np.uint8]:
    """The one picture of a page, as its JPEG stream has it."""
    assert pdf.count(b"/DCTDecode") == 1
    start = pdf.index(b"\xff\xd8\xff")
    return np.asarray(Image.open(io.BytesIO(pdf[start : pdf.rindex(b"\xff\xd9") + 2])).convert("RGB"))


def box_mm(pdf: bytes) -> tuple[float, float]:
    """The page's box: PDF counts 72 to the inch."""
    found = re.search(rb"/MediaBox \[ ?([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) ?\]", pdf)
    assert found is not None
    left, low, right, high = map(float, found.groups())
    return (right - left) / 72 * 25.4, (high - low) / 72 * 25.4


def test_a_plan_is_exactly_to_scale_on_paper() -> None:
    """100 m at 1:1000 are 100 mm: dots of the page's picture against the page's size, both read from the PDF."""
    pdf = render_page(scene(BLOCKS), CAPTION, BLOCK, PLAN, paper="A4", scale=1000)
    assert b"CreationDate" not in pdf  # else no two would be the same
    wide_mm, high_mm = box_mm(pdf)
    pixels = picture_in(pdf)
    assert (wide_mm, high_mm) == pytest.approx((297, 210), abs=0.1)
    assert pixels.shape == (2480, 3508, 3)
    dot_mm = wide_mm / pixels.shape[1]
    assert dot_mm == pytest.approx(high_mm / pixels.shape[0], rel=1e-4)
    map_only = pixels[600:1800, 400:2600]  # the legend has swatches
    walls = [np.nonzero(seen_as(map_only, colour, 0.99))[1].min() for colour in (RED, BLUE)]
    assert (walls[1] - walls[0]) * dot_mm == pytest.approx(100.0, abs=0.2)


@pytest.mark.parametrize(("paper", "size_px"), [("A4", (3508, 2480)), ("A3", (4961, 3508)), ("A2", (7016, 4961))])
def test_papers(paper: str, size_px: tuple[int, int]) -> None:
    on = paper_named(paper)
    assert on.size_px == size_px
    left, above, right, below = on.picture_px
    assert left / 300 * 25.4 == pytest.approx(25, abs=0.1)
    assert (size_px[0] - on.frame_px[2], size_px[1] - on.frame_px[3]) == (above, above)
    assert max(right - left, below - above) <= 7680
    assert (right - left) / on.size_px[0] > 0.6


def test_scales_are_round_and_show_everything() -> None:
    assert [scale_for(one) for one in (1, 499, 500, 501, 999, 1001, 4200)] == [50, 500, 500, 600, 1000, 1500, 5000]
    page = page_of(scene(BLOCKS), CAPTION, BLOCK, "top", paper="A4")
    left, above, right, below = page.picture_px
    assert page.scale is not None
    assert page.view.plan_height_m is not None
    paper_m = (below - above) / 300 * 0.0254
    assert page.view.plan_height_m == pytest.approx(paper_m * page.scale)
    # the home of the scene: both blocks and a margin, 110 m wide
    assert page.view.plan_height_m * (right - left) / (below - above) >= 110 * 1.24 - 1e-6
    seen = [seen_as(np.asarray(page.image)[above:below, left:right], one, 0.99).any() for one in (RED, BLUE)]
    assert seen == [True, True]


def test_a_perspective_has_no_scale() -> None:
    page = page_of(scene(BLOCKS), CAPTION, BLOCK, "overview", paper="A4")
    assert page.scale is None


def test_the_frame_is_where_the_paper_says(plan: Page) -> None:
    on = paper_named("A4")
    page = np.asarray(plan.image)
    middle = page[on.size_px[1] // 3]
    dark = np.flatnonzero((middle < 40).all(axis=1))
    assert dark.min() == pytest.approx(on.frame_px[0], abs=6)
    assert dark.max() == pytest.approx(on.frame_px[2], abs=6)
    assert (page[:, : on.frame_px[0] - 8] == 255).all()
    assert (page[: on.frame_px[1] - 8] == 255).all()


def test_the_block_says_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn into it, row by row."""
    drawn: list[tuple[str, str]] = []
    real = title_block.draw_block

    def noted(sheet: Any, paper: Any, rows: Sequence[Any]) -> float:
        drawn.extend((one.label.split()[0], one.value) for one in rows)
        return real(sheet, paper, rows)

    monkeypatch.setattr("twin.render.page.draw_block", noted)
    block_said = TitleBlock(Title("综合管线图", "Pipes"), number="GX-01", checked_by="李工")
    page_of(scene(BLOCKS), CAPTION, block_said, PLAN, paper="A4", scale=500)
    said = dict(drawn)
    assert said["工程"] == "试验园 Trial"
    assert said["图名"] == "综合管线图 Pipes"
    assert said["比例"] == "1:500 (A4)"
    assert said["坐标系"] == "EPSG:4549"
    assert said["高程基准"] == "EPSG:5737"
    assert said["模型版本"].startswith("第 3 版")
    assert (said["数据时刻"], said["出图"]) == (CAPTION.at, CAPTION.made_at)
    assert (said["制图"], said["审核"], said["图号"]) == (CAPTION.by, "李工", "GX-01")


def test_the_number_is_that_of_what_is_drawn(plan: Page) -> None:
    other = page_of(scene([block((-60, -10, 0, -50, 10, 5), RED)]), CAPTION, BLOCK, PLAN, paper="A4")
    again = page_of(scene(BLOCKS), CAPTION, BLOCK, PLAN, paper="A4")
    assert plan.number == again.number != other.number
    assert re.fullmatch("[0-9A-F]{10}", plan.number)
    assert (np.asarray(plan.image) == np.asarray(again.image)).all()


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(UnknownPaperError, match="A3"):
        render_page(scene(BLOCKS), CAPTION, BLOCK, paper="A0")


def test_crosses_stand_at_round_coordinates() -> None:
    """Their places are read from the drawing and turned back into coordinates by hand."""
    sheet = Sheet((1200, 900), look("light"), 1.0)
    origin = (429520.0, 2885910.0, 0.0)
    view = View((13.0, -7.0, 200.0), (13.0, -7.0, 0.0), 450.0)  # 0.5 m a pixel
    apart = draw_crosses(sheet, view, origin)
    assert apart == 200
    ink = (np.asarray(sheet.image)[:, :, :3] == rgb(look("light").text)).all(axis=2)
    ink &= np.asarray(sheet.image)[:, :, 3] == 255
    inner = ink[30:850, 60:]  # without the numbers
    long_rows = [row for row in range(len(inner)) if (np.convolve(inner[row], np.ones(13), "valid") >= 13).any()]
    north = {round((origin[1] - 7.0 + (450 - row - 30 - 0.5) * 0.5) / 10) * 10 for row in long_rows}
    assert north == {2885800, 2886000}
    for row in long_rows:
        y = origin[1] - 7.0 + (450 - row - 30 - 0.5) * 0.5
        assert min(abs(y - one) for one in north) <= 0.6
