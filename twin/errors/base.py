"""A fault with its cure, in the language of whoever reads it.

An error carries a code and parameters; its text is made from them in the reader's language, so the same
fault reads well in a terminal, in the build report and in a Chinese browser. It also crosses the border of
the reader process: ``to_dict`` there, ``from_dict`` here.

This module imports nothing of ours.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, runtime_checkable


@runtime_checkable
class Bilingual(Protocol):
    """What has words of its own in both languages: another error, the mistakes in a file."""

    def text(self, language: str = "zh") -> str: ...


def in_both(one: Bilingual) -> dict[str, str]:
    """Its words in both languages, for whoever does not know who will read them."""
    return {"zh": one.text("zh"), "en": one.text("en")}


class TwinError(Exception):
    """A fault that a person can cure. ``str()`` is one English line: what, where, what to do."""

    code: ClassVar[str] = "twin"
    zh: ClassVar[str] = "{detail}"
    en: ClassVar[str] = "{detail}"

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.text("en"))

    def text(self, language: str = "zh") -> str:
        """The fault and its cure in ``language`` (``zh`` or ``en``), on one line."""
        template = self.zh if language == "zh" else self.en
        params = {key: one.text(language) if isinstance(one, Bilingual) else one for key, one in self.params.items()}
        return " ".join(template.format(**params).split())

    def to_dict(self) -> dict[str, Any]:
        """Code and parameters, JSON-ready."""
        return {"code": self.code, "params": {k: str(v) for k, v in self.params.items()}}

    @staticmethod
    def from_dict(data: dict[str, Any]) -> TwinError:
        """Rebuild the error that ``to_dict`` described; an unknown code keeps its text."""
        kind = _by_code().get(data["code"], TwinError)
        return kind(**data["params"])


def _by_code() -> dict[str, type[TwinError]]:
    found: dict[str, type[TwinError]] = {}
    queue: list[type[TwinError]] = [TwinError]
    while queue:
        kind = queue.pop()
        found[kind.code] = kind
        queue.extend(kind.__subclasses__())
    return found
