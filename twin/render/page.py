"""A drawing sheet as PDF: the picture in a frame, legend and title block (图签) beside it, plans to a round scale."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final

import numpy as np

from twin.model.text import Title
from twin.render.coordinates import draw_crosses
from twin.render.extra import extra
from twin.render.furniture import Caption, inset
from twin.render.look import Style, look
from twin.render.paper import DPI, Paper, paper_named, pixels, scale_for
from twin.render.picture import camera
from twin.render.scene import PictureScene
from twin.render.sheet import Sheet
from twin.render.title_block import Row, draw_block, draw_column
from twin.render.view import OVERVIEW, TOP, Size, View, top, view_named

_JPEG_QUALITY: Final = 93
_LETTER: Final = 14.0  # the points of the commonest letters (``Sheet``)
_FRAME_MM: Final = 0.7


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """What a sheet says of itself beside what scene and caption say. ``number`` empty: from what is on the sheet."""

    title: Title
    number: str = ""
    checked_by: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet as drawn: ``image`` (Pillow), ``scale`` the denominator of a plan, ``picture_px`` of the picture."""

    image: Any
    view: View
    scale: int | None
    picture_px: tuple[int, int, int, int]
    number: str


def render_page(
    scene: PictureScene,
    caption: Caption,
    block: TitleBlock,
    view: View | str = OVERVIEW,
    *,
    paper: str = "A3",
    style: Style = "light",
    scale: int | None = None,
) -> bytes:
    """One page of ``paper`` (A4, A3, A2, lying) as PDF, 300 dots an inch.

    A plan (``top``, or a View with ``plan_height_m``) is drawn exactly to 1:``scale``, or without one to the largest
    round scale that shows what it shows; everything else says that it is a perspective. What lies underground and is
    withheld is named on the sheet. The same input gives the same bytes on the same machine. Raises UnknownPaperError,
    UnknownViewError, RenderExtraMissingError, NoGraphicsError, NoChineseFontError.
    """
    page = page_of(scene, caption, block, view, paper=paper, style=style, scale=scale)
    out = io.BytesIO()
    page.image.save(
        out,
        "PDF",
        resolution=DPI,
        quality=_JPEG_QUALITY,
        subsampling=0,
        title=f"{scene.name.zh} {block.title.zh}",
        author=caption.by,
        creationDate=None,  # the sheet says it; else no two files would be the same
        modDate=None,
    )
    return out.getvalue()


def page_of(
    scene: PictureScene,
    caption: Caption,
    block: TitleBlock,
    view: View | str = OVERVIEW,
    *,
    paper: str = "A3",
    style: Style = "light",
    scale: int | None = None,
) -> Page:
    """The sheet of ``render_page`` as a picture."""
    on = paper_named(paper)
    left, above, right, below = on.picture_px
    size = (right - left, below - above)
    aimed, scale = _to_scale(view, scene, size, scale)
    with camera(scene, style) as one:
        bare, _ = one.pixels(None, aimed, size)
    unit = pixels(on.text_mm) / _LETTER
    over = Sheet(size, look(style), unit)
    if aimed.is_plan:
        draw_crosses(over, aimed, scene.origin)
    inset(over, scene, aimed, caption)
    picture = extra("PIL.Image").fromarray(bare)
    picture.paste(over.image, (0, 0), over.image)
    whole = extra("PIL.Image").new("RGB", on.size_px, (255, 255, 255))
    whole.paste(picture, (left, above))
    number = block.number or blake2b(np.asarray(picture).tobytes(), digest_size=5).hexdigest().upper()
    lines = Sheet(on.size_px, look("light"), unit)
    _frame(lines, on)
    foot = draw_block(lines, on, _rows(scene, caption, replace(block, number=number), on, scale))
    draw_column(lines, on, scene, caption, foot)
    whole.paste(lines.image, (0, 0), lines.image)
    return Page(whole, aimed, scale, on.picture_px, number)


def _to_scale(view: View | str, scene: PictureScene, size_px: Size, scale: int | None) -> tuple[View, int | None]:
    """The view, a plan so high that 300 dots are an inch of 1:scale; and the scale, None of a perspective."""
    if view == TOP:
        aimed = top(scene.home, scene.bounds, size_px, margin=1.0)
    else:
        aimed = view_named(view, scene.home, scene.bounds, size_px) if isinstance(view, str) else view
    if aimed.plan_height_m is None:
        return aimed, None
    high_m = size_px[1] / DPI * 0.0254  # on paper
    scale = scale or scale_for(aimed.plan_height_m / high_m)
    return replace(aimed, plan_height_m=high_m * scale), scale


def _rows(scene: PictureScene, caption: Caption, block: TitleBlock, paper: Paper, scale: int | None) -> list[Row]:
    return [
        Row("工程 Project", f"{scene.name.zh} {scene.name.en}", strong=True),
        Row("图名 Title", f"{block.title.zh} {block.title.en}", strong=True),
        Row("比例 Scale", f"1:{scale} ({paper.name})" if scale else "透视图 perspective"),
        Row("坐标系 CRS", scene.crs),
        Row("高程基准 Datum", scene.vertical_datum),
        Row("模型版本 Model", f"第 {scene.generation} 版 generation {scene.generation}"),
        Row("数据时刻 Data of", caption.at),
        Row("制图 Drawn by", caption.by),
        Row("审核 Checked", block.checked_by),
        Row("批准 Approved", block.approved_by),
        Row("出图 Made at", caption.made_at),
        Row("图号 No.", block.number),
    ]


def _frame(sheet: Sheet, paper: Paper) -> None:
    left, above, right, below = paper.frame_px
    wide, black = pixels(_FRAME_MM), "#000000"
    for x in (left, paper.picture_px[2], right):
        sheet.line(x, above, x, below, black, wide if x in (left, right) else wide / 2)
    for y in (above, below):
        sheet.line(left - wide / 2, y, right + wide / 2, y, black, wide)
