"""A TOML file of settings, read strictly: a mistake is one line that says file, line and key."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from twin.errors import ConfigError
from twin.toml_lines import line_of


class Settings(BaseModel):
    """What such a file holds: nothing that is not named here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def secret(said: str, path: Path) -> str:
    """A password or key as ``env:NAME`` or ``file:PATH`` names it; it never stands in a file of settings itself."""
    kind, _, name = said.partition(":")
    if kind == "env" and name in os.environ:
        return os.environ[name]
    if kind == "file" and Path(name).is_file():
        return Path(name).read_text(encoding="utf-8").strip()
    raise ConfigError(
        path=path, where="", detail=f"'{kind}:…' names no secret: write env:NAME or file:PATH, and set it"
    )


Shape = TypeVar("Shape", bound=Settings)


def load_config(path: Path, shape: type[Shape]) -> Shape:
    """The settings in ``path``, the defaults where there is no file; raises ConfigError with the first mistake."""
    if not path.is_file():
        return shape()
    try:
        text = path.read_text(encoding="utf-8-sig")
        return shape.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ConfigError(path=path, where="", detail=fault) from fault
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        line = line_of(text, first["loc"])
        detail = f"{'.'.join(str(step) for step in first['loc'])}: {first['msg']}"
        raise ConfigError(path=path, where=f", line {line}" if line else "", detail=detail) from fault
