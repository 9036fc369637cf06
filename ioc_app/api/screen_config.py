"""``/config/screens`` and ``/config/kpis``: the files of a campus, their versions, and the way back.

What is asked of screens themselves is below ``/screens`` and ``/kpis``, where any word may be the id of one.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field

from ioc_app.api.config_files import FileName, FileText, Rollback, Why, mistake_body, texts_of, versions_of
from ioc_app.api.people import actor_of, identity_of
from ioc_app.api.said import Said
from twin.live.config_history import ConfigVersion
from twin.people.registry import People
from twin.screens.book import ScreenBook
from twin.screens.files import shipped_files

Folder = Literal["screens", "kpis"]


class NewFiles(Said):
    """All files of the folder; one that is left out is removed, none is what comes with the program."""

    files: Annotated[dict[FileName, FileText], Field(max_length=100)]
    why: Why


def screen_config_routes(book: ScreenBook, people: People) -> APIRouter:
    router = APIRouter(prefix="/config")
    _look(router, book)
    _change(router, book, people)
    return router


def _look(router: APIRouter, book: ScreenBook) -> None:
    @router.get("/{folder}")
    def files(folder: Folder) -> dict[str, Any]:
        """The files that lie in the folder, and what is wrong: with a mistake the version before stays in force."""
        return {
            "version": book.in_force.versions[folder],
            "files": texts_of(book.files()[folder]),
            "mistakes": [mistake_body(one) for one in book.mistakes],
        }

    @router.get("/{folder}/shipped")
    def shipped(folder: Folder) -> dict[str, str]:
        """The files that come with the program, to begin with."""
        return texts_of(shipped_files()[folder])

    @router.get("/{folder}/versions")
    def versions(folder: Folder) -> list[dict[str, Any]]:
        """Who changed the folder, when and why; the latest first."""
        return versions_of(book.history(folder))

    @router.get("/{folder}/versions/{number}")
    def version(folder: Folder, number: int) -> dict[str, str]:
        """The files of one version."""
        return texts_of(book.history(folder).version(number).files)

    @router.get("/{folder}/diff")
    def diff(folder: Folder, before: int, after: int) -> dict[str, str]:
        """What changed between two versions, file by file, as unified diffs."""
        return book.history(folder).diff(before, after)


def _change(router: APIRouter, book: ScreenBook, people: People) -> None:
    @router.put("/{folder}")
    def save(folder: Folder, body: NewFiles, request: Request) -> dict[str, Any]:
        """Other files from now on; with one mistake none of them."""
        contents = {name: text.encode() for name, text in body.files.items()}
        made = book.save(folder, contents, identity_of(request).name, body.why)
        people.audit.append(actor_of(request), f"{folder}.changed", str(made.number), why=body.why)
        return _made(book, made)

    @router.post("/{folder}/rollback")
    def rollback(folder: Folder, body: Rollback, request: Request) -> dict[str, Any]:
        """An earlier version again, as a new one."""
        made = book.rollback(folder, body.number, identity_of(request).name, body.why)
        audit = people.audit
        audit.append(actor_of(request), f"{folder}.rolled_back", str(body.number), version=made.number, why=body.why)
        return _made(book, made)


def _made(book: ScreenBook, made: ConfigVersion) -> dict[str, Any]:
    return {"version": made.number, "screens": len(book.screens), "kpis": len(book.kpis)}
