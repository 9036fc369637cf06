"""What settings of rules and alarms are made of, and files of them that are watched while the campus runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, Field

from twin.config_file import Settings, check
from twin.errors import ConfigMistakesError
from twin.mistakes import Mistakes


class Strict(Settings):
    model_config = ConfigDict(populate_by_name=True)


class Names(Strict):
    """Text in both languages."""

    zh: str
    en: str


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Seconds = Annotated[float, Field(strict=True, ge=0, le=30 * 86_400, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]
Checked = TypeVar("Checked", bound=Strict)


def check_file(path: Path, model: type[Checked], below: Mapping[str, Any] | None = None) -> Checked:
    """One file that is one model, over what ``below`` says; raises ConfigMistakesError with every mistake."""
    found = check(path.read_bytes(), model, below)
    if isinstance(found, Mistakes):
        raise ConfigMistakesError(path=path, mistakes=found)
    return found
