"""Where something is, as requests say it: finite metres, within what a campus and its surroundings can be."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

FARTHEST_M = 1e7

# of a query, where every number is text
Metres = Annotated[float, Field(allow_inf_nan=False, ge=-FARTHEST_M, le=FARTHEST_M)]
# of a body, where text is no number
WrittenMetres = Annotated[Metres, Field(strict=True)]
ScenePosition = tuple[WrittenMetres, WrittenMetres, WrittenMetres]
