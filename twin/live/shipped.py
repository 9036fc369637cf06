"""Settings that come with the program, replaced table by table and key by key by what a campus says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from twin.live.rules.checked import Strict, check_file

Model = TypeVar("Model", bound=Strict)


def shipped(package: str, *path: str) -> dict[str, Any]:
    """The tables of a file beside the code."""
    return tomllib.loads(files(package).joinpath(*path).read_text(encoding="utf-8"))


def over(path: Path | None, below: Mapping[str, Any], model: type[Model]) -> Model:
    """``path``, where there is one, over ``below``. Raises ConfigMistakesError with every mistake and its line."""
    return check_file(path, model, below) if path is not None and path.is_file() else model.model_validate(below)
