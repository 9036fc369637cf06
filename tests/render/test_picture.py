"""A picture as a file: size, determinism, and what is refused with a clear error."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageFont

from tests.render.scenes import CAPTION, RED, block, scene
from twin.errors import NoChineseFontError, PictureSizeError, RenderExtraMissingError, TwinError, UnknownViewError
from twin.render import fonts
from twin.render.picture import camera, render_picture
from twin.render.view import LEAST_PX, MOST_PX, size_of

BLOCKS = [block((-20, -10, 0, 20, 10, 20), RED)]
SIZE = (640, 480)


def test_a_picture_is_a_png_of_its_size_and_always_the_same() -> None:
    first = render_picture(scene(BLOCKS), CAPTION, size_px=SIZE, style="light")
    assert Image.open(io.BytesIO(first)).size == SIZE
    assert Image.open(io.BytesIO(first)).format == "PNG"
    assert render_picture(scene(BLOCKS), CAPTION, size_px=SIZE, style="light") == first
    assert render_picture(scene(BLOCKS), CAPTION, size_px=SIZE, style="dark") != first


def test_what_was_taken_before_does_not_matter() -> None:
    """A camera used for other views and sizes takes the same picture as a new one."""
    with camera(scene(BLOCKS)) as used, camera(scene(BLOCKS)) as new:
        used.png(CAPTION, "top", (700, 500))
        used.png(CAPTION, "-90,-90,80,0,0,0", SIZE)
        assert used.png(CAPTION, "overview", SIZE) == new.png(CAPTION, "overview", SIZE)


@pytest.mark.parametrize(
    "size", [(LEAST_PX - 1, 600), (600, LEAST_PX - 1), (MOST_PX + 1, 600), (600, MOST_PX + 1), (0, 0)]
)
def test_sizes_beyond_the_limits_are_refused(size: tuple[int, int]) -> None:
    with camera(scene(BLOCKS)) as one, pytest.raises(PictureSizeError) as fault:
        one.png(CAPTION, size_px=size)
    assert f"{size[0]}x{size[1]}" in str(fault.value)
    assert "7680" in str(fault.value)


@pytest.mark.parametrize(
    "text", ["", "1920", "1920x", "x1080", "1920x1080x3", "-640x480", "1e3x480", "479x480", "640*480"]
)
def test_texts_that_are_no_size(text: str) -> None:
    with pytest.raises(PictureSizeError):
        size_of(text)


def test_texts_that_are_sizes() -> None:
    assert size_of("3840x2160") == size_of("3840×2160") == size_of(" 3840 X 2160 ") == (3840, 2160)
    assert size_of("7680x4320") == (7680, 4320)
    assert size_of("480x480") == (480, 480)


@pytest.mark.parametrize(
    "view", ["", "side", "1,2,3", "1,2,3,4,5,x", "1,2,3,1,2,3", "nan,0,0,1,1,1", "inf,0,0,1,1,1", "1,2,3,4,5,6,7"]
)
def test_texts_that_are_no_view(view: str) -> None:
    with camera(scene(BLOCKS)) as one, pytest.raises(UnknownViewError):
        one.png(CAPTION, view, SIZE)


@pytest.fixture
def _fonts_anew() -> object:
    fonts.font.cache_clear()
    fonts._found.cache_clear()
    yield
    fonts.font.cache_clear()
    fonts._found.cache_clear()


@pytest.mark.usefixtures("_fonts_anew")
def test_without_a_chinese_font_there_is_no_picture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "candidates", lambda _bold: iter([tmp_path / "none.ttf"]))
    with pytest.raises(NoChineseFontError) as fault:
        render_picture(scene(BLOCKS), CAPTION, size_px=SIZE)
    assert "fonts-noto-cjk" in fault.value.text("zh")
    assert "TWIN_FONT" in fault.value.text("en")


@pytest.mark.usefixtures("_fonts_anew")
def test_a_font_without_chinese_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Pillow brings a Latin font: it has letters and no characters."""
    latin = ImageFont.load_default(24)
    assert fonts.has_glyph(latin, "A")
    assert not fonts.has_glyph(latin, "园")
    path = tmp_path / "latin.ttf"
    path.write_bytes(latin.font_bytes)  # type: ignore[union-attr]
    good = next(one for one in fonts.candidates(False) if one.is_file())
    monkeypatch.setattr(fonts, "candidates", lambda _bold: iter([path, good]))
    assert fonts.has_glyph(fonts.font(24), "园")
    monkeypatch.setattr(fonts, "candidates", lambda _bold: iter([path]))
    fonts._found.cache_clear()
    with pytest.raises(NoChineseFontError):
        fonts.font(25)


def test_the_font_of_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_FONT", "/somewhere/own.ttf")
    assert next(fonts.candidates(True)) == Path("/somewhere/own.ttf")


@pytest.mark.parametrize(
    ("module", "package"), [("vtkmodules.vtkRenderingOpenGL2", "pyvista"), ("PIL.Image", "pillow")]
)
def test_a_missing_extra_says_what_to_install(module: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # type: ignore[arg-type]
    with pytest.raises(RenderExtraMissingError) as fault:
        render_picture(scene(BLOCKS), CAPTION, size_px=SIZE)
    assert isinstance(fault.value, TwinError)
    assert package in str(fault.value)
    assert "campus-twin[render]" in str(fault.value)


def test_the_extra_is_imported_only_when_a_picture_is_made() -> None:
    """Else a server without it could not even start."""
    code = "import sys, twin.render, twin.notebook.pictures; print({'vtkmodules', 'pyvista', 'PIL'} & set(sys.modules))"
    root = str(Path(__file__).resolve().parents[2])
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert said.stdout.strip() == "set()"
