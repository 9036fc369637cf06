"""Mistakes in files of settings: both languages, every mistake at once, files that are hardly files."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationInfo, field_validator

from twin.config_file import Settings, check, load_config, parse
from twin.errors import ConfigError, ConfigMistakesError
from twin.mistakes import OTHER, PATTERNS, WORDS, Mistake, Mistakes, wrong


class Pump(Settings):
    name: str
    power_kw: Annotated[float, Field(strict=True, gt=0)] = 1.0
    drive: Literal["belt", "direct"] = "direct"

    @field_validator("name")
    @classmethod
    def _not_taken(cls, name: str, info: ValidationInfo) -> str:  # noqa: ARG003
        if name == "taken":
            raise wrong("id_used", other="b.toml")
        if name == "odd":
            raise ValueError("is {odd}")
        return name


class Plant(Settings):
    pumps: tuple[Pump, ...] = ()


def words(template: str) -> set[str | None]:
    return {word for _, word, _, _ in string.Formatter().parse(template) if word}


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_both_languages_say_the_same(kind: str) -> None:
    zh, en = WORDS[kind]
    assert words(zh) == words(en)
    assert any("一" <= letter <= "鿿" for letter in zh)
    assert en.isascii()


def test_every_mistake_is_told_at_once_in_either_language(tmp_path: Path) -> None:
    path = tmp_path / "plant.toml"
    path.write_text('[[pumps]]\nname = "P1"\npower_kw = "4"\n[[pumps]]\npowr = 1\ndrive = "chain"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as fault:
        load_config(path, Plant)
    assert fault.value.text("en") == (
        f"{path}: line 3: pumps[P1].power_kw should be a number; line 4: pumps[2].name is missing; "
        "line 6: pumps[2].drive should be one of 'belt', 'direct'; "
        "line 5: pumps[2].powr is not a setting here; remove it or correct its spelling."
    )
    assert fault.value.text("zh") == (
        f"{path}：第 3 行：pumps[P1].power_kw 应为数字；第 4 行：pumps[2].name 缺失；"
        "第 6 行：pumps[2].drive 应为以下之一：'belt', 'direct'；"
        "第 5 行：pumps[2].powr 不是这里的设置；请删去或改正拼写。"
    )


def test_what_our_own_validators_say_is_in_the_table_and_anything_else_is_said_as_it_is() -> None:
    found = check(b'pumps = [{ name = "taken" }, { name = "odd" }]', Plant)
    assert isinstance(found, Mistakes)
    assert [one.text("zh") for one in found] == [
        "第 1 行：pumps[taken].name 已在 b.toml 中使用",
        "第 1 行：pumps[odd].name 不合要求（is {odd}）",
    ]
    assert [one.text("en") for one in found] == [
        "line 1: pumps[taken].name is used in b.toml already",
        "line 1: pumps[odd].name is {odd}",
    ]
    assert found[1].kind not in WORDS
    assert words(OTHER[0]) == words(OTHER[1])


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"[[pumps]]\nname = ", 2, "not TOML"),
        ("# 热\n# 热".encode("gbk"), 1, "not UTF-8"),
        (b"a = " + b"[" * 100_000, None, "not TOML"),
        (b"a = 1\na = 2", 2, "not TOML"),
    ],
)
def test_what_is_no_toml_at_all_is_a_mistake_too(content: bytes, line: int | None, said: str) -> None:
    found = parse("a.toml", content)
    assert isinstance(found, Mistake)
    assert found.line == line
    assert said in str(found)
    assert "\n" not in found.text("zh")


def test_an_error_with_mistakes_speaks_the_language_of_its_reader() -> None:
    fault = ConfigMistakesError(path="rules", mistakes=Mistakes([Mistake("a.toml", 3, "rules[x].unit", "missing")]))
    assert str(fault) == "rules: a.toml, line 3: rules[x].unit is missing. What was in force before stays in force."
    assert fault.text("zh") == "rules：a.toml 第 3 行：rules[x].unit 缺失。此前有效的设置继续使用。"


def _patterns() -> set[str]:
    """Every pattern that a field of settings or messages has to fit."""
    root = Path(__file__).resolve().parent.parent
    files = [*root.glob("twin/**/*.py"), *root.glob("ioc_app/**/*.py")]
    calls = [one for path in files for one in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    return {
        word.value.value
        for one in calls
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "Field"
        for word in one.keywords
        if word.arg == "pattern" and isinstance(word.value, ast.Constant) and isinstance(word.value.value, str)
    }


@pytest.mark.parametrize("pattern", sorted(PATTERNS))
def test_a_pattern_is_said_in_words(pattern: str) -> None:
    told = Mistake("", None, "x", "string_pattern_mismatch", {"pattern": pattern})
    assert re.search("[一-鿿]", told.text("zh"))
    for language in ("zh", "en"):
        assert pattern not in told.text(language)
        assert "^" not in told.text(language)


def test_patterns_in_use_are_those_that_have_words() -> None:
    assert set(PATTERNS) == _patterns()
