"""Settings that come with the program (``defaults/``), replaced key by key by what ``config/`` of a campus says."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeVar

from twin.live.rules.checked import Strict, check_file

HERE: Final = "twin.live.incidents"
Model = TypeVar("Model", bound=Strict)


def shipped(name: str) -> dict[str, Any]:
    return tomllib.loads((files(HERE) / "defaults" / name).read_text(encoding="utf-8"))


def load_over(config: Path | None, name: str, model: type[Model]) -> Model:
    """``config/NAME`` over ``defaults/NAME``. Raises ConfigMistakesError with every mistake and its line."""
    below = shipped(name)
    path = config / name if config is not None else None
    return check_file(path, model, below) if path is not None and path.is_file() else model.model_validate(below)
