"""A TOML file of settings, read strictly: every mistake is one line that says line, setting and what to do."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from twin.errors import ConfigError
from twin.mistakes import Mistake, Mistakes, found_by_pydantic
from twin.toml_lines import line_of

_AT_LINE: Final = re.compile(r"\(at line (\d+)")


class Settings(BaseModel):
    """What such a file holds: nothing that is not named here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Parsed(NamedTuple):
    """The text of a file, for its lines, and its tables."""

    text: str
    data: dict[str, Any]


def secret(said: str, path: Path) -> str:
    """A password or key as ``env:NAME`` or ``file:PATH`` names it; it never stands in a file of settings itself."""
    kind, _, name = said.partition(":")
    if kind == "env" and name in os.environ:
        return os.environ[name]
    if kind == "file" and Path(name).is_file():
        return Path(name).read_text(encoding="utf-8").strip()
    raise ConfigError(path=path, where="", detail=Mistake("", None, "", "no_secret", {"kind": kind}))


Shape = TypeVar("Shape", bound=Settings)


def load_config(path: Path, shape: type[Shape]) -> Shape:
    """The settings in ``path``, the defaults where there is no file; raises ConfigError with every mistake."""
    found = check(path.read_bytes(), shape) if path.is_file() else shape()
    if isinstance(found, Mistakes):
        raise ConfigError(path=path, where="", detail=found)
    return found


def check(content: bytes, shape: type[Shape], below: Mapping[str, Any] | None = None) -> Shape | Mistakes:
    """The settings of one file, or all its mistakes. What the file leaves open, table by table, ``below`` says."""
    parsed = parse("", content)
    if isinstance(parsed, Mistake):
        return Mistakes([parsed])
    try:
        return shape.model_validate(_over(below or {}, parsed.data))
    except ValidationError as fault:
        return Mistakes(mistakes_of("", parsed, fault))


def parse(file: str, content: bytes) -> Parsed | Mistake:
    """The tables of a TOML file, or why it is none."""
    try:
        text = content.decode("utf-8-sig")  # editors on Windows put a mark before it
    except UnicodeDecodeError as fault:
        return Mistake(file, content[: fault.start].count(b"\n") + 1, "", "not_utf8")
    try:
        return Parsed(text, tomllib.loads(text))
    except (ValueError, RecursionError) as fault:  # also a number of more digits than Python takes
        return Mistake(file, _line_in(str(fault), text), "", "not_toml", {"detail": str(fault)})


def _line_in(told: str, text: str) -> int | None:
    """The line that the parser names."""
    at = _AT_LINE.search(told)
    return int(at[1]) if at else len(text.splitlines()) if "(at end of document)" in told else None


def mistakes_of(
    file: str, parsed: Parsed, fault: ValidationError, skip: Callable[[str], bool] = lambda _: False
) -> list[Mistake]:
    """What pydantic found, with lines. ``skip`` names steps that are in no file, such as tags of a union."""
    found: list[Mistake] = []
    for error in fault.errors(include_url=False):
        loc = error["loc"]
        steps = [
            one
            for before, one in zip((None, *loc), loc, strict=False)
            if not (isinstance(before, int) and isinstance(one, str) and skip(one))
        ]
        kind, params = found_by_pydantic(cast("Mapping[str, Any]", error))
        if kind.startswith("union_tag"):
            steps.append(str(params["discriminator"]).strip("'"))
        found.append(mistake_at(file, parsed, steps, kind, **params))
    return found


def mistake_at(file: str, parsed: Parsed, steps: Sequence[str | int], kind: str, **params: Any) -> Mistake:
    """A mistake of the setting at ``steps``."""
    return Mistake(file, line_of(parsed.text, steps), spoken(parsed.data, steps), kind, params)


def spoken(data: dict[str, Any], steps: Sequence[str | int], called_by: Sequence[str] = ("id", "name")) -> str:
    """``("rules", 0, "above")`` -> ``rules[gas-high].above``: an entry is called by the first of these that it has."""
    here: Any = data
    said: list[str] = []
    for step in steps:
        if isinstance(step, int):
            here = here[step] if isinstance(here, list) and step < len(here) else None
            name = next((here[one] for one in called_by if here.get(one)), None) if isinstance(here, dict) else None
            said[-1:] = [f"{said[-1] if said else ''}[{name if isinstance(name, str) else step + 1}]"]
        else:
            here = here.get(step) if isinstance(here, dict) else None
            said.append(step)
    return ".".join(said)


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables of the one replaced, setting by setting, by those of the other."""
    both = {
        key: _over(below[key], value) if isinstance(value, dict) and isinstance(below.get(key), dict) else value
        for key, value in above.items()
    }
    return {**below, **both}
