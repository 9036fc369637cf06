"""Text in the two languages of the interface."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Title:
    """One name, Chinese first."""

    zh: str
    en: str

    def to_dict(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


def storable(text: str) -> str:
    """Text that a file, a table and other programs can hold, of the same length.

    Half a surrogate pair and U+0000, which JSON can carry, become question marks: the one is in no encoding, at the
    other SQLite and C end a text.
    """
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
