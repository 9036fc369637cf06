"""The interface's texts: both languages say everything, and every text that the code asks for exists."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "ioc_app" / "viewer" / "src"
# each has its own catalogue; the chunk of the desk comes later
FOLDERS = (SRC / "ui", SRC / "desk", SRC / "desk" / "incidents")
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
    for path in ASSETS.glob("*.css"):
        assert not re.search(r"@import|url\(|https?:", path.read_text(encoding="utf-8")), path.name


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_read_in_both_themes() -> None:
    """WCAG 2.2 AA: 4.5 : 1 for text on every ground it stands on."""
    tokens = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    themes = re.findall(r'\[data-theme="(\w+)"\] \{(.*?)\n\}', tokens, re.DOTALL)
    assert [name for name, _ in themes] == ["dark", "light"]
    for name, block in themes:
        value = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        pairs = [
            (text, ground) for text in ("text", "text-2", "text-3", "accent") for ground in ("panel-solid", "raised")
        ]
        pairs += [("text", "hover"), ("text", "accent-ground"), ("accent", "accent-ground"), ("on-accent", "accent")]
        pairs += [("warn", "warn-ground"), ("error", "error-ground"), ("text", "plan-space"), ("text-2", "plan-space")]
        for text, ground in pairs:
            assert contrast(value[text], value[ground]) >= 4.5, (name, text, ground)
