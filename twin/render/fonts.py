"""A font with Chinese characters. Without one there is no picture: boxes instead of characters help nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from twin.errors import NoChineseFontError
from twin.render.extra import extra

VARIABLE: Final = "TWIN_FONT"
_PROBE: Final = "园图例"
_NOTHING: Final = "\U0010fffe"  # a place that no font fills

_NOTO: Final = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/opentype/noto-cjk",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/google-noto-sans-cjk-fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
)
# regular, bold
_FILES: Final = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
)
_OTHERS: Final = (
    ("{windir}/Fonts/msyh.ttc", "{windir}/Fonts/msyhbd.ttc"),
    ("{windir}/Fonts/simhei.ttf", "{windir}/Fonts/simhei.ttf"),
    ("/System/Library/Fonts/PingFang.ttc", "/System/Library/Fonts/PingFang.ttc"),
    ("/System/Library/Fonts/Hiragino Sans GB.ttc", "/System/Library/Fonts/Hiragino Sans GB.ttc"),
    ("/System/Library/Fonts/STHeiti Medium.ttc", "/System/Library/Fonts/STHeiti Medium.ttc"),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    ("/usr/share/fonts/wqy-microhei/wqy-microhei.ttc", "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc"),
)


@cache
def font(size_px: int, *, bold: bool = False) -> Any:
    """A Pillow font with Chinese characters. Raises NoChineseFontError."""
    path, face = _found(bold)
    return extra("PIL.ImageFont").truetype(path, size_px, index=face)


@cache
def _found(bold: bool) -> tuple[str, int]:
    for path in candidates(bold):
        face = _chinese_face(path) if path.is_file() else None
        if face is not None:
            return str(path), face
    raise NoChineseFontError(variable=VARIABLE)


def candidates(bold: bool) -> Iterator[Path]:
    """Where a font may lie, likeliest first; the one that the environment names before all."""
    if os.environ.get(VARIABLE):
        yield Path(os.environ[VARIABLE])
    for folder in _NOTO:
        for pair in _FILES:
            yield Path(folder).expanduser() / pair[bold]
    for pair in _OTHERS:
        yield Path(pair[bold].format(windir=os.environ.get("WINDIR", "C:/Windows")))


def _chinese_face(path: Path) -> int | None:
    """The face of a file that has our characters, best the simplified Chinese one of a collection."""
    good: list[tuple[bool, int]] = []
    for face in range(12):
        try:
            loaded = extra("PIL.ImageFont").truetype(str(path), 24, index=face)
        except OSError:
            break
        if all(has_glyph(loaded, one) for one in _PROBE):
            good.append((not loaded.getname()[0].endswith(" SC"), face))
    return min(good)[1] if good else None


def has_glyph(loaded: Any, character: str) -> bool:
    """Whether a font draws ``character`` otherwise than what it does not know."""
    return bytes(loaded.getmask(character)) != bytes(loaded.getmask(_NOTHING))
