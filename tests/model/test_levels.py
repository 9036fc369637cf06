"""The signs of the levels: one table for the server, one for the viewer, and both say the same."""

from __future__ import annotations

import itertools
import re

import numpy as np
from numpy.typing import NDArray

from ioc_app.stream.alarm_states import ACKNOWLEDGED, RANKS
from tests.conftest import REPOSITORY
from twin.model.levels import LEVELS

VIEWER = REPOSITORY / "ioc_app" / "viewer" / "src" / "engine" / "levels.js"
ROW = re.compile(r"\{ name: '(\w+)', numeral: '(\w+)', colour: '(#[0-9a-f]{6})', shape: '(\w+)' \}")
WALL, INK = "#0b1016", "#14202b"  # the ground of the wall, and of the numeral on a sign
# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear sRGB
COLOUR_BLIND = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
)


def linear(colour: str) -> NDArray[np.float64]:
    parts = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(colour) @ TO_XYZ[1]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b* of linear sRGB, D65."""
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_viewer_draws_what_the_server_says() -> None:
    drawn = ROW.findall(VIEWER.read_text(encoding="utf-8"))
    said = [(one.level.value, one.numeral, one.on_dark, one.shape) for one in LEVELS.values()]
    assert drawn == said[::-1]


def test_a_level_can_be_told_without_its_colour() -> None:
    for sign in ("shape", "numeral", "rank"):
        assert len({getattr(one, sign) for one in LEVELS.values()}) == len(LEVELS)
    assert "circle" not in {one.shape for one in LEVELS.values()}, "that is a device at rest"


def test_signs_stand_out_from_the_wall_and_their_numerals_from_them() -> None:
    for one in LEVELS.values():
        assert contrast(one.on_dark, WALL) >= 4.5, one.level
        assert contrast(one.on_dark, INK) >= 4.5, one.level


def test_colours_differ_for_colour_blind_eyes() -> None:
    for name, matrix in COLOUR_BLIND.items():
        seen = [lab(np.array(matrix) @ linear(one.on_dark)) for one in LEVELS.values()]
        least = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))
        assert least >= 15, (name, least)


def test_server_and_viewer_agree_which_state_is_worse() -> None:
    text = VIEWER.read_text(encoding="utf-8")
    found = re.search(r"RANKS = Uint8Array\.of\(([\d, ]+)\)", text)
    acknowledged = re.search(r"ACKNOWLEDGED = (\d+);", text)
    assert found is not None
    assert acknowledged is not None
    assert tuple(map(int, found[1].split(", "))) == RANKS
    assert int(acknowledged[1]) == ACKNOWLEDGED
