"""What is sent to be kept: every text in it is one that files, tables and other programs can hold."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from twin.model.text import storable


class Said(BaseModel):
    """A body of which nothing is unknown. Its texts, however deep, are storable before their lengths are looked at."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_storable(cls, said: Any) -> Any:
        return _storable(said)


def _storable(said: Any) -> Any:
    if isinstance(said, str):
        return storable(said)
    if isinstance(said, dict):
        return {_storable(name): _storable(value) for name, value in said.items()}
    return [_storable(one) for one in said] if isinstance(said, list) else said
