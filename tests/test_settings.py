"""campus.toml: every mistake is named with its place; a good file gives the sources that readers need."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.errors import CampusTomlError, NotACampusError
from twin.init.fits import explain_fits
from twin.settings import load_settings, resolve

GOOD = """
schema_version = 1
name = { zh = "试验园区", en = "Test campus" }
crs = "EPSG:4549"
vertical_datum = "EPSG:5737"

[[buildings]]
code = "B01"
models = ["b01"]

[[sources]]
key = "b01"
path = "sources/b01.ifc"
reader = "ifc"
placement = { from = [0, 0, 0], to = [429500.0, 2885900.0, 12.0], rotation_deg = 30.0 }
"""


def campus(folder: Path, text: str) -> Path:
    (folder / "campus.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_good_file(tmp_path: Path) -> None:
    settings = load_settings(campus(tmp_path, GOOD))
    source = resolve(settings.sources[0], tmp_path, settings)
    assert source.path == (tmp_path / "sources" / "b01.ifc").resolve()
    assert source.placement is not None
    method, similarity = source.placement.similarity(source.path)
    assert method == "placement"
    assert (similarity.dx_m, similarity.dy_m, similarity.dz_m) == (429500.0, 2885900.0, 12.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("crs = ", "csr = "), r"csr \(line 4\) is not a setting; remove it or correct its spelling"),
        (("crs = ", "csr = "), "crs is missing"),
        (('"EPSG:4549"', '"EPSG:4326"'), "projected CRS in metres"),
        (('"EPSG:4549"', '"EPSG:4550000"'), "cannot be used"),
        (('reader = "ifc"', 'reder = "ifc"'), r"sources\[b01\]\.reader \(line 11\) is missing"),
        (('key = "b01"', 'key = "b 01"'), r"sources\[b 01\]\.key"),
        (('models = ["b01"]', 'models = ["b02"]'), "names the model b02, but no source has that key"),
        (("to = [429500.0, 2885900.0, 12.0], ", ""), "give either 'to' or 'control_points'"),
        (("rotation_deg = 30.0", "rotation = 30.0"), r"sources\[b01\]\.placement\.rotation \(line 15\) is not"),
        (("schema_version = 1", "schema_version = 2"), "schema_version"),
        (("[[sources]]", "[[sources"), "line"),
        (('"EPSG:5737"', '"EPSG:5737"\ntimezone = "Fuzhou"'), "'Fuzhou' is not a time zone"),
    ],
)
def test_each_mistake_has_its_message(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    with pytest.raises(CampusTomlError, match=message) as caught:
        load_settings(campus(tmp_path, GOOD.replace(*change)))
    assert "\n" not in str(caught.value)
    assert "campus.toml" in str(caught.value)


SHIFT = """
[sources.datum_shift]
height_m = 30.0
parameters = { dx_m = 15.8, dy_m = -154.4, dz_m = -82.3, rx_arcsec = 0.3, ry_arcsec = -0.2, rz_arcsec = 1.1, \
scale_ppm = -4.2, convention = "coordinate_frame" }
"""
POINT = "{ from = [429600.0, 2885900.0, 12.0], to = [429574.0, 2885867.0, 12.0] }"


def test_a_datum_shift_by_the_bureaus_parameters(tmp_path: Path) -> None:
    settings = load_settings(campus(tmp_path, GOOD + SHIFT))
    shift = resolve(settings.sources[0], tmp_path, settings).datum_shift
    assert shift is not None
    assert shift.parameters is not None
    assert (shift.parameters.ty_m, shift.parameters.convention, shift.height_m) == (-154.4, "coordinate_frame", 30.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            (', convention = "coordinate_frame"', ""),
            r"sources\[b01\]\.datum_shift\.parameters\.convention .*is missing",
        ),
        (('"coordinate_frame"', '"right"'), "'position_vector' or 'coordinate_frame'"),
        (("rz_arcsec = 1.1, ", ""), r"parameters\.rz_arcsec .*is missing"),
        (("height_m = 30.0\n", ""), "give 'height_m', the height of the site"),
        (("parameters", "parameter"), r"datum_shift\.parameter .*is not a setting"),
        ((SHIFT, f"datum_shift = {{ control_points = [{POINT}, {POINT}] }}"), "at least three 'control_points'"),
        (
            (SHIFT, f"datum_shift = {{ control_points = [{POINT}, {POINT}, {POINT.replace(', 12.0]', ']')}] }}"),
            "control point 3 needs its height",
        ),
    ],
)
def test_a_datum_shift_lacks_nothing(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    with pytest.raises(CampusTomlError, match=message):
        load_settings(campus(tmp_path, (GOOD + SHIFT).replace(*change)))


def test_the_shift_in_the_docs_fits(tmp_path: Path) -> None:
    """The example of docs/campus-toml.md is a campus.toml whose points fit to centimetres."""
    text = (Path(__file__).parents[1] / "docs" / "campus-toml.md").read_text(encoding="utf-8")
    example = text.split("### Another datum")[1].split("```toml\n")[1].split("```")[0]
    (report,) = explain_fits(campus(tmp_path, GOOD.partition("[[buildings]]")[0] + example))
    assert report.problem is None
    assert report.said is not None
    assert 0 < max(report.said["datum_shift"]["residuals_m"]) < 0.05


def test_two_sources_with_one_key(tmp_path: Path) -> None:
    again = GOOD[GOOD.index("[[sources]]") :]
    with pytest.raises(CampusTomlError, match="b01 is used twice"):
        load_settings(campus(tmp_path, GOOD + again))


def test_no_campus_here(tmp_path: Path) -> None:
    with pytest.raises(NotACampusError, match="twin init"):
        load_settings(tmp_path)


def test_a_file_saved_on_windows(tmp_path: Path) -> None:
    (tmp_path / "campus.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_settings(tmp_path).crs == "EPSG:4549"


def test_a_file_in_gbk_is_told_to_be_saved_as_utf_8(tmp_path: Path) -> None:
    (tmp_path / "campus.toml").write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(CampusTomlError, match="line 3 is not UTF-8; save the file as UTF-8"):
        load_settings(tmp_path)
