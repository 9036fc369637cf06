"""Names that people give: to accounts beside their login, to keys, to walls."""

from __future__ import annotations

from typing import Final

from twin.errors import BadNameError
from twin.model.text import steers, visible

LENGTH: Final = 60


def given_name(text: str) -> str:
    """The name as it is kept; raises BadNameError for one with characters that lists and terminals would act on."""
    if steers(text):
        raise BadNameError(name=visible(text))
    return text.strip()[:LENGTH]
