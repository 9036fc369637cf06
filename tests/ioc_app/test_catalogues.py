"""The interface's texts: both languages say everything, and every text that the code asks for exists."""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from twin.screens.screen import Accent, Meaning

SRC = Path(__file__).resolve().parents[2] / "ioc_app" / "viewer" / "src"
# each has its own catalogue; the chunks of the desk and of the screens come later
PARTS = (
    "ui",
    "live",
    "desk",
    "desk/incidents",
    "screen",
    "reports",
    "sight",
    "plan",
    "underground",
    "findings",
    "changes",
)
FOLDERS = tuple(SRC / one for one in PARTS)
PIPE_CODES = SRC.parents[2] / "twin" / "model" / "pipe_codes.toml"
ASSETS = SRC.parents[2] / "assets"
ASKED = re.compile(r"""\b(?:text|has)\(\s*'([\w.]+)'""")
LISTED = re.compile(r"""'((?:help|card|plan|fault|desk)\.\w+)'""")


def catalogue(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in FOLDERS:
        texts: dict[str, str] = json.loads((folder / "i18n" / f"{language}.json").read_text(encoding="utf-8"))
        assert not texts.keys() & found.keys(), "a chunk must not change the texts of another"
        found.update(texts)
    return found


def sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for folder in FOLDERS for path in folder.rglob("*.js"))


def test_both_languages_have_the_same_keys_and_blanks() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    assert zh.keys() == en.keys()
    for key in zh:
        assert sorted(re.findall(r"\{\w+\}", zh[key])) == sorted(re.findall(r"\{\w+\}", en[key])), key


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_pipe_code_has_the_words_of_the_standard(language: str) -> None:
    texts = catalogue(language)
    classes = tomllib.loads(PIPE_CODES.read_text(encoding="utf-8"))["classes"]
    assert len(classes) >= 7
    for one in classes:
        assert texts[f"code.pipe_class.{one['code']}"] == f"{one[language]} {one['code']}"
        for sub in one.get("subclasses", []):
            assert texts[f"code.subclass.{sub['code']}"] == f"{sub[language]} {sub['code']}"


def test_every_text_the_code_asks_for_exists() -> None:
    wanted = set(ASKED.findall(sources())) | set(LISTED.findall(sources()))
    assert len(wanted) > 80
    assert wanted - catalogue("zh").keys() == set()


def test_no_text_is_left_over() -> None:
    code = sources()
    families = set(re.findall(r"`(\w+)\.\$\{", code)) | {"measure", "code"}
    unused = [key for key in catalogue("zh") if f"'{key}'" not in code and key.split(".")[0] not in families]
    assert unused == []


def test_texts_are_never_markup() -> None:
    assert not re.search(r"\.(innerHTML|outerHTML)|insertAdjacentHTML|document\.write", sources())


def test_style_sheets_fetch_nothing() -> None:
    for path in ASSETS.rglob("*.css"):
        assert not re.search(r"@import|url\(|https?:", path.read_text(encoding="utf-8")), path.name


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


STYLES = ("blue", "dark", "light", "red_gold")
ACCENTS = get_args(Accent)
MEANINGS = get_args(Meaning)
# Machado, Oliveira, Fernandes 2009, severity 1: what cones that see red, green or blue alike make of linear RGB
SIGHTS = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
TOLD_APART = 0.085  # in Oklab, where 0.02 is just noticed side by side


def tokens(style: str) -> dict[str, str]:
    """The colours of a style that are six digits; a file is one block of one ``[data-theme]``."""
    text = (ASSETS / "styles" / f"{style}.css").read_text(encoding="utf-8")
    assert re.findall(r'\[data-theme="(\w+)"\]', text) == [style]
    assert text.count("{") == 1
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))


def oklab(colour: str, sight: str) -> NDArray[np.float64]:
    """Ottosson 2020, of what somebody with this sight sees."""
    parts = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1)
    cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    axes = [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.808675766],
    ]
    found: NDArray[np.float64] = np.array(axes) @ np.cbrt(np.array(cones) @ seen)
    return found


def test_styles_are_those_that_the_viewer_offers_and_each_is_whole() -> None:
    assert tuple(sorted(one.stem for one in (ASSETS / "styles").glob("*.css"))) == STYLES
    offered = re.findall(r"THEMES = \[(.*?)\]", (SRC / "ui" / "link.js").read_text(encoding="utf-8"))[0]
    assert sorted(re.findall(r"\w+", offered)) == list(STYLES)
    looks = (SRC / "engine" / "stage.js").read_text(encoding="utf-8")
    assert all(re.search(rf"^  {one}: ", looks, re.MULTILINE) for one in STYLES), "the 3D view has a light for each"
    named = {one: set(tokens(one)) for one in STYLES}
    assert all(names == named["dark"] for names in named.values())
    assert named["dark"] >= {*MEANINGS, *(f"accent-{one}" for one in ACCENTS)}


@pytest.mark.parametrize("style", STYLES)
def test_text_can_be_read_in_every_style(style: str) -> None:
    """WCAG 2.2 AA: 4.5 : 1 for text on every ground it stands on, 3 : 1 for what is a sign."""
    value = tokens(style)
    pairs = [(text, ground) for text in ("text", "text-2", "text-3", "accent") for ground in ("panel-solid", "raised")]
    pairs += [("text", "hover"), ("text", "accent-ground"), ("accent", "accent-ground"), ("on-accent", "accent")]
    pairs += [("warn", "warn-ground"), ("error", "error-ground"), ("text", "plan-space"), ("text-2", "plan-space")]
    pairs += [(f"accent-{one}", "panel-solid") for one in ACCENTS] + [("warn", "panel-solid"), ("error", "panel-solid")]
    for text, ground in pairs:
        assert contrast(value[text], value[ground]) >= 4.5, (text, ground)
    for text in ("text", "text-2"):
        assert contrast(value[text], value["ground"]) >= (7 if text == "text" else 4.5)
    for one in MEANINGS:
        assert contrast(value[one], value["panel-solid"]) >= 3, one


@pytest.mark.parametrize("style", STYLES)
def test_meanings_are_told_apart_by_every_sight_and_from_alarms(style: str) -> None:
    value = tokens(style)
    levels = re.findall(r"colour: '(#[0-9a-f]{6})'", (SRC / "engine" / "levels.js").read_text(encoding="utf-8"))
    assert len(levels) == 4
    for sight in SIGHTS:
        seen = {one: oklab(value[one], sight) for one in MEANINGS}
        for one, other in itertools.combinations(MEANINGS, 2):
            assert np.linalg.norm(seen[one] - seen[other]) >= TOLD_APART, (sight, one, other)
    for one, level in itertools.product(MEANINGS, levels):
        assert np.linalg.norm(oklab(value[one], "normal") - oklab(level, "normal")) >= 0.06, (one, level)
    greys = [luminance(value[one]) for one in ("good", "fair", "poor", "bad")]
    assert greys == sorted(greys, reverse=True), "worse is darker, in print too"
    for better, worse in itertools.pairwise(greys):
        assert (better + 0.05) / (worse + 0.05) >= 1.25
