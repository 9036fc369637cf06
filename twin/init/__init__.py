"""``twin init``: look at what was delivered, say what each file is and what is missing, write campus.toml.

Nothing is guessed. A file that nobody or more than one reader claims, a CRS or datum that no file states, a model
without a place: all of that is listed, and what a person must still write stands in campus.toml as a comment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from twin.crs import require_projected_metres
from twin.errors import AlreadyInitialisedError
from twin.init.document import bring, compose
from twin.init.look import Delivery, look
from twin.init.questions import agreed_frame, open_questions
from twin.model.text import Title
from twin.settings import FILE_NAME

__all__ = ["Delivery", "InitReport", "init_campus"]


@dataclass(frozen=True, slots=True)
class InitReport:
    """``questions`` holds one line for everything a person must still answer.

    ``written`` is False when not one file could be taken: a campus of nothing would only be in the way.
    """

    folder: Path
    deliveries: list[Delivery]
    crs: str | None
    vertical_datum: str | None
    questions: list[Title]
    written: bool


def init_campus(
    folder: Path,
    files: Sequence[Path],
    *,
    crs: str | None = None,
    vertical_datum: str | None = None,
    name: str | None = None,
    link: bool = False,
    language: str = "en",
) -> InitReport:
    """Write ``folder``/campus.toml for ``files`` (files or folders) and copy the sources in, unless ``link``.

    ``language`` is that of the comments in campus.toml.
    """
    if (folder / FILE_NAME).exists():
        raise AlreadyInitialisedError(path=folder)
    if crs is not None:
        require_projected_metres(crs, "--crs")
    deliveries = look(files)
    told = (crs, vertical_datum)
    frame = agreed_frame(deliveries, *told)
    taken = [(one, one.taken) for one in deliveries if one.taken is not None]
    report = InitReport(folder, deliveries, *frame, open_questions(deliveries, frame, told), bool(taken))
    if report.written:
        folder.mkdir(parents=True, exist_ok=True)
        sources = [(bring(one, folder, link=link), one, seen) for one, seen in taken]
        text = compose(name or folder.resolve().name, frame, told, _todo(report, language), sources)
        (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return report


def _todo(report: InitReport, language: str) -> list[str]:
    questions = [one.zh if language == "zh" else one.en for one in report.questions]
    return questions + [one.problem.text(language) for one in report.deliveries if one.problem is not None]
