"""Configuration files checked with one line a mistake: file, line, what, cure."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from twin.errors import ConfigMistakesError
from twin.toml_lines import line_of


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Names(Strict):
    """Text in both languages."""

    zh: str
    en: str


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Seconds = Annotated[float, Field(strict=True, ge=0, le=30 * 86_400, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]
Checked = TypeVar("Checked", bound=BaseModel)

_WORDS: Final = {
    "extra_forbidden": "is not a setting here; remove it or correct its spelling",
    "missing": "is missing",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a file."""

    file: str
    line: int | None
    where: str
    what: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.where} {self.what}" if self.where else f"{place}: {self.what}"


def parse(file: str, content: bytes) -> tuple[str, dict[str, Any]] | Mistake:
    """The text and the tables of a TOML file, or why it is none."""
    try:
        text = content.decode("utf-8-sig")  # editors on Windows put a mark before it
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        return Mistake(file, line, "", "this is not UTF-8; save the file as UTF-8")
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        return Mistake(file, None, "", f"this is not TOML: {fault}")


def mistakes_of(
    file: str, text: str, data: dict[str, Any], fault: ValidationError, skip: Callable[[str], bool] = lambda _: False
) -> list[Mistake]:
    """What pydantic found, with lines. ``skip`` names steps that are in no file, such as tags of a union."""
    found: list[Mistake] = []
    for error in fault.errors():
        loc = error["loc"]
        steps = [
            one
            for before, one in zip((None, *loc), loc, strict=False)
            if not (isinstance(before, int) and isinstance(one, str) and skip(one))
        ]
        what = _WORDS.get(error["type"], error["msg"].removeprefix("Value error, "))
        if error["type"].startswith("union_tag"):
            told = error.get("ctx", {})
            steps.append(told["discriminator"].strip("'"))
            tags = told.get("expected_tags", "")
            what = f"is '{told['tag']}'; there are {tags}" if "tag" in told else "is missing"
        found.append(Mistake(file, line_of(text, steps), spoken(data, steps), what))
    return found


def spoken(data: dict[str, Any], steps: Sequence[str | int]) -> str:
    """``("rules", 0, "above")`` -> ``rules[gas-high].above``: entries are called by their id."""
    here: Any = data
    said: list[str] = []
    for step in steps:
        if isinstance(step, int):
            here = here[step] if isinstance(here, list) and step < len(here) else None
            name = here.get("id") if isinstance(here, dict) else None
            said[-1:] = [f"{said[-1] if said else ''}[{name or step + 1}]"]
        else:
            here = here.get(step) if isinstance(here, dict) else None
            said.append(step)
    return ".".join(said)


def check_file(path: Path, model: type[Checked]) -> Checked:
    """One file that is one model; every mistake is said at once."""
    parsed = parse(path.name, path.read_bytes())
    if isinstance(parsed, Mistake):
        raise ConfigMistakesError(path=path, mistakes=str(parsed))
    text, data = parsed
    try:
        return model.model_validate(data)
    except ValidationError as fault:
        told = mistakes_of(path.name, text, data, fault)
        raise ConfigMistakesError(path=path, mistakes="; ".join(map(str, told))) from fault
