"""What leaves the house of a photo: the same picture, turned the same way, and nothing else. Pillow is the witness."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from tests.examples import examples
from tests.pictures import ORIENTATION, SECRETS, drawn, exif, talkative
from twin.errors import PhotoRefusedError
from twin.live.bare_picture import NotWholeError, bare
from twin.live.photos import Photos

REAL = Path(__file__).resolve().parents[2] / "docs" / "images" / "demo-campus.jpg"
KINDS = ("JPEG", "PNG", "WEBP")
MODES = {"JPEG": ("RGB", "L", "CMYK"), "PNG": ("RGB", "L", "RGBA", "P", "LA", "1"), "WEBP": ("RGB", "RGBA")}
# what Pillow may still report: how it is drawn, never what it is about
HARMLESS = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "adobe", "adobe_transform", "progressive"}
HARMLESS |= {
    "progression",
    "transparency",
    "gamma",
    "chromaticity",
    "srgb",
    "loop",
    "background",
    "timestamp",
    "duration",
}


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def same(one: Image.Image, other: Image.Image) -> bool:
    return (
        one.mode == other.mode and ImageChops.difference(one.convert("RGBA"), other.convert("RGBA")).getbbox() is None
    )


@st.composite
def pictures(draw: st.DrawFn) -> tuple[bytes, int | None]:
    kind = draw(st.sampled_from(KINDS))
    turned = draw(st.one_of(st.none(), st.integers(1, 8)))
    size = (draw(st.integers(1, 70)), draw(st.integers(1, 70)))
    return talkative(kind, turned, draw(st.sampled_from(MODES[kind])), size), turned


@given(pictures())
@settings(max_examples=examples(150), deadline=None)
def test_the_picture_and_how_it_is_turned_are_all_that_is_left(drawn_one: tuple[bytes, int | None]) -> None:
    content, turned = drawn_one
    made = bare(content)
    before, after = opened(content), opened(made)
    assert same(before, after)
    assert dict(after.getexif()) == ({ORIENTATION: turned} if turned not in (None, 1) else {})
    assert set(after.info) - {"exif"} <= HARMLESS
    assert not any(one in made for one in SECRETS)
    assert bare(made) == made
    assert len(made) < len(content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_without_more_loses_nothing(kind: str) -> None:
    content = drawn(kind)
    assert same(opened(content), opened(bare(content)))


@pytest.mark.parametrize("big_endian", [False, True])
def test_either_order_of_bytes(big_endian: bool) -> None:
    content = drawn("JPEG", exif=b"Exif\0\0" + exif(6, big_endian=big_endian).removeprefix(b"Exif\0\0"))
    assert opened(bare(content)).getexif()[ORIENTATION] == 6


def test_a_scan_in_parts_with_restarts() -> None:
    for more in ({"progressive": True}, {"restart_marker_rows": 1}, {"optimize": True, "subsampling": 2}):
        content = drawn("JPEG", (120, 90), **more)
        assert same(opened(content), opened(bare(content)))


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def test_thumbnails_and_second_pictures_in_a_jpeg() -> None:
    plain = drawn("JPEG")
    small = drawn("JPEG", (8, 8))
    jfif = segment(0xE0, b"JFIF\0\x01\x02\0\0\x48\0\x48\x01\x01" + b"RGB")  # with a thumbnail of one pixel
    assert plain[2:4] == b"\xff\xe0"
    rest = plain[4 + int.from_bytes(plain[4:6], "big") :]
    extra = segment(0xE0, b"JFXX\0\x10" + small) + segment(0xE2, b"MPF\0" + SECRETS[5]) + segment(0xE1, b"http://ns\0x")
    made = bare(b"\xff\xd8" + jfif + extra + b"\xff\xff" + rest[1:] + small)  # a filling before a marker is allowed
    assert made.count(b"\xff\xd8") == 1
    assert b"MPF" not in made
    assert b"RGB" not in made
    assert same(opened(plain), opened(made))


def test_an_animation_in_webp_keeps_its_frames_and_nothing_else() -> None:
    frames = [Image.new("RGB", (20, 20), one) for one in ("red", "green", "blue")]
    made = io.BytesIO()
    frames[0].save(made, "WEBP", save_all=True, append_images=frames[1:], exif=exif(3), lossless=True, duration=50)
    after = Image.open(io.BytesIO(bare(made.getvalue())))
    assert (getattr(after, "n_frames", 1), dict(after.getexif())) == (3, {ORIENTATION: 3})
    for number, frame in enumerate(frames):
        after.seek(number)
        assert same(after.convert("RGB"), frame)


def test_a_real_photograph() -> None:
    content = REAL.read_bytes()
    assert same(opened(content), opened(bare(content)))


@given(st.sampled_from(KINDS), st.data())
@settings(max_examples=examples(300), deadline=None)
def test_whatever_bytes_come_it_is_bare_or_refused(kind: str, data: st.DataObject) -> None:
    content = bytearray(talkative(kind, 6))
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        made = bare(cut)
    except NotWholeError:
        return
    assert bare(made) == made


@pytest.mark.parametrize("kind", KINDS)
def test_one_that_breaks_off_is_refused(kind: str) -> None:
    whole = drawn(kind)
    for size in range(len(whole)):
        with pytest.raises(NotWholeError):
            bare(whole[:size])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_kept_and_shown(tmp_path: Path, kind: str) -> None:
    photos, content = Photos(tmp_path), talkative(kind, 8)
    one = photos.keep(content)
    assert photos.keep(content) == one
    assert one.path.read_bytes() == bare(content)
    assert photos.shown(one.photo_id) == (bare(content), one.media_type)
    with pytest.raises(PhotoRefusedError) as fault:
        photos.keep(drawn(kind)[:-20])
    assert "not whole" in fault.value.text("en")


def test_one_that_was_kept_before_they_were_made_bare(tmp_path: Path) -> None:
    photos = Photos(tmp_path)
    one = photos.keep(drawn("JPEG"))
    one.path.write_bytes(talkative("JPEG", 6))
    assert photos.shown(one.photo_id)[0] == bare(talkative("JPEG", 6))
