"""One file of KPIs or of a screen, read past its mistakes: what is right in it is looked at whatever else is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from twin.config_file import Parsed, Settings, mistake_at, mistakes_of
from twin.mistakes import Mistake

Steps = tuple[str | int, ...]


class Source:
    """``at`` and its kin give what stands there if the shape of it is right, else nothing."""

    def __init__(self, file: str, parsed: Parsed, shape: type[Settings]) -> None:
        self.file = file
        self.parsed = parsed
        self.shape = shape
        self.mistakes: list[Mistake] = []
        self.wrong: set[Steps] = set()  # of no use: not of the shape that they should have
        self._unsound: set[Steps] = set()
        try:
            shape.model_validate(parsed.data)
        except ValidationError as fault:
            self.mistakes += mistakes_of(file, parsed, fault)
            self.wrong = {error["loc"] for error in fault.errors(include_url=False)}
            self._unsound |= self.wrong

    def tell(self, steps: Steps, kind: str, **params: Any) -> None:
        """A mistake beyond shape."""
        self.mistakes.append(mistake_at(self.file, self.parsed, steps, kind, **params))
        self._unsound.add(steps)

    def at(self, *steps: str | int) -> Any:
        if any(steps[: len(one)] == one for one in self.wrong):
            return None
        here: Any = self.parsed.data
        for step in steps:
            if isinstance(step, int):
                here = here[step] if isinstance(here, list) and step < len(here) else None
            else:
                here = here.get(step) if isinstance(here, dict) else None
        return here

    def text(self, *steps: str | int) -> str | None:
        found = self.at(*steps)
        return found if isinstance(found, str) else None

    def texts(self, *steps: str | int) -> Sequence[str]:
        """A list of texts, those of it that are."""
        found = self.at(*steps)
        listed = range(len(found)) if isinstance(found, list) else ()
        return [text for index in listed if (text := self.text(*steps, index)) is not None]

    def entries(self, *steps: str | int) -> Sequence[Steps]:
        """The way to each table of a list of them."""
        found = self.at(*steps)
        listed = range(len(found)) if isinstance(found, list) else ()
        return [(*steps, index) for index in listed if isinstance(self.at(*steps, index), dict)]

    def sound(self, *steps: str | int) -> bool:
        """Whether nothing is wrong in there, nor with what it stands in."""
        return not any(one[: len(steps)] == steps[: len(one)] for one in self._unsound)
