"""Pictures of a campus: the scene, drawn off screen, and the map furniture over it, as PNG."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.render.extra import extra
from twin.render.furniture import Caption, ScaleBar, furnished
from twin.render.look import Style, look
from twin.render.scene import PictureScene
from twin.render.sheet import Sheet
from twin.render.studio import Studio
from twin.render.view import OVERVIEW, Size, View, checked_size, view_named

SIZE_PX: Final[Size] = (3840, 2160)
_LEVEL: Final = 1  # of zlib: five times as fast as the best, a sixth larger


class Camera:
    """Takes pictures of one scene; the first is the slowest. Holds graphics memory until ``close``; one thread."""

    def __init__(self, scene: PictureScene, style: Style = "dark") -> None:
        self.scene = scene
        self._look = look(style)
        self._studio = Studio(scene.strokes, scene.dots, scene.bounds, self._look)

    def close(self) -> None:
        self._studio.close()

    def png(self, caption: Caption, view: View | str = OVERVIEW, size_px: Size = SIZE_PX) -> bytes:
        """One picture. Raises PictureSizeError, UnknownViewError, NoChineseFontError."""
        pixels, _ = self.pixels(caption, view, size_px)
        out = io.BytesIO()
        extra("PIL.Image").fromarray(pixels).save(out, "PNG", compress_level=_LEVEL)
        return out.getvalue()

    def pixels(
        self, caption: Caption | None, view: View | str = OVERVIEW, size_px: Size = SIZE_PX
    ) -> tuple[NDArray[np.uint8], ScaleBar | None]:
        """(height, width, 3) sRGB, and where the scale bar is; without ``caption`` only the campus."""
        checked_size(size_px)
        aimed = view_named(view, self.scene.home, self.scene.bounds, size_px) if isinstance(view, str) else view
        bare = self._studio.take(aimed, size_px)
        if caption is None:
            return bare, None
        sheet = Sheet(size_px, self._look)
        bar = furnished(sheet, self.scene, aimed, caption)
        picture = extra("PIL.Image").fromarray(bare)
        picture.paste(sheet.image, (0, 0), sheet.image)
        return np.asarray(picture), bar


@contextmanager
def camera(scene: PictureScene, style: Style = "dark") -> Iterator[Camera]:
    """A camera that is closed afterwards."""
    one = Camera(scene, style)
    try:
        yield one
    finally:
        one.close()


def render_picture(
    scene: PictureScene,
    caption: Caption,
    view: View | str = OVERVIEW,
    *,
    size_px: Size = SIZE_PX,
    style: Style = "dark",
) -> bytes:
    """A PNG of ``scene`` with title, legend, north arrow, scale bar, time and watermark.

    The same input gives the same bytes on the same machine. Raises RenderExtraMissingError, NoGraphicsError,
    NoChineseFontError, PictureSizeError, UnknownViewError.
    """
    with camera(scene, style) as one:
        return one.png(caption, view, size_px)
