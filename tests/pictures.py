"""Pictures as a telephone writes them, drawn here."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SECRETS = (b"Phone-X17", b"N 26 04", b"hidden comment", b"THUMBNAIL", b"profile of a maker", b"second picture")
ORIENTATION = 0x0112
GPS = 0x8825


def exif(turned: int | None = None, *, big_endian: bool = False) -> bytes:
    """Make, position, and an orientation if given."""
    said = Image.Exif()
    said.endian = ">" if big_endian else "<"
    said[0x0110] = SECRETS[0].decode()
    said.get_ifd(GPS)[1] = SECRETS[1].decode()
    if turned is not None:
        said[ORIENTATION] = turned
    return said.tobytes()


def drawn(kind: str, size: tuple[int, int] = (24, 16), mode: str = "RGB", **more: Any) -> bytes:
    """A picture of one kind, with a gradient in it."""
    made = io.BytesIO()
    picture = Image.linear_gradient("L").resize(size).convert(mode)
    picture.save(made, kind, **more)
    return made.getvalue()


def talkative(kind: str, turned: int | None, mode: str = "RGB", size: tuple[int, int] = (24, 16)) -> bytes:
    """One that says everything it can beside what is to be seen."""
    more: dict[str, Any] = {"exif": exif(turned), "icc_profile": SECRETS[4] * 9}
    if kind == "JPEG":
        more["comment"] = SECRETS[2]
    if kind == "PNG":
        more["pnginfo"] = PngInfo()
        more["pnginfo"].add_text("Comment", SECRETS[2].decode())
        more["pnginfo"].add_itxt("XML:com.adobe.xmp", SECRETS[3].decode())
    if kind == "WEBP":
        more |= {"lossless": True, "xmp": SECRETS[3]}
    return drawn(kind, size, mode, **more) + SECRETS[5]
