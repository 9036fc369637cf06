"""Versioned folders of settings over HTTP: what is sent to change them, and how their versions are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from ioc_app.api.said import Said
from twin.errors import in_both
from twin.live.config_history import FolderHistory
from twin.mistakes import Mistake

Why = Annotated[str, Field(min_length=1, max_length=1000)]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}\.toml$")]
FileText = Annotated[str, Field(max_length=200_000)]


class Rollback(Said):
    number: Annotated[int, Field(ge=0)]  # 0: what comes with the program
    why: Why


def versions_of(history: FolderHistory) -> list[dict[str, Any]]:
    """Who changed the folder, when and why; the latest first."""
    found = [history.version(number) for number in reversed(history.numbers())]
    return [
        {
            "number": one.number,
            "at": one.at.isoformat(),
            "who": one.who,
            "why": one.why,
            "rolled_back_to": one.rolled_back_to,
        }
        for one in found
    ]


def texts_of(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: content.decode("utf-8", "replace") for name, content in files.items()}


def mistake_body(one: Mistake) -> dict[str, Any]:
    return {"file": one.file, "line": one.line, "text": in_both(one)}
