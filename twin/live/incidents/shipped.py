"""Settings of incidents (``defaults/``), replaced key by key by what ``config/`` of a campus says."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from twin.live.shipped import Model, over
from twin.live.shipped import shipped as shipped_beside

HERE: Final = "twin.live.incidents"


def shipped(name: str) -> dict[str, Any]:
    return shipped_beside(HERE, "defaults", name)


def load_over(config: Path | None, name: str, model: type[Model]) -> Model:
    """``config/NAME`` over ``defaults/NAME``. Raises ConfigMistakesError with every mistake and its line."""
    return over(config / name if config is not None else None, shipped(name), model)
