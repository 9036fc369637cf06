"""Text in the two languages of the interface."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# C0, DEL and C1; half surrogates; line and paragraph separator; what turns the direction of writing (UAX #9)
_CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_NAMED: Final = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}


@dataclass(frozen=True, slots=True)
class Title:
    """One name, Chinese first."""

    zh: str
    en: str

    def to_dict(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    def text(self, language: str) -> str:
        """In Chinese for ``zh``, else in English."""
        return self.zh if language == "zh" else self.en


def storable(text: str) -> str:
    """Text that a file, a table and other programs can hold, of the same length.

    Half a surrogate pair and U+0000, which JSON can carry, become question marks: the one is in no encoding, at the
    other SQLite and C end a text.
    """
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def visible(text: str) -> str:
    """One line that shows what it holds: characters that would steer a terminal are written out, as ``\\x1b``."""
    return _CONTROL.sub(lambda found: _NAMED.get(found[0]) or _escaped(ord(found[0])), text)


def steers(text: str) -> bool:
    """Whether there is a character in it that ``visible`` would write out: no name of anything needs one."""
    return _CONTROL.search(text) is not None


def json_visible(text: str) -> str:
    """The same JSON document, with what ``visible`` would write out as escapes; line breaks between values stay."""
    return _CONTROL.sub(lambda found: found[0] if found[0] in "\n\t" else f"\\u{ord(found[0]):04x}", text)


def _escaped(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
