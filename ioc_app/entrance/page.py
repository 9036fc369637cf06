"""The login page: plain HTML that works without script, in both languages, in one file a form."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse

from ioc_app.api.errors import retry_after, status_of
from twin.errors import TwinError

FOLDER: Final = Path(__file__).parent
ASSETS: Final = {"login.css": "text/css", "login.js": "text/javascript", "icon.svg": "image/svg+xml"}
FORMS: Final = {name: Template((FOLDER / f"{name}.html").read_text("utf-8")) for name in ("login", "enter", "password")}
LANGUAGES: Final = ("zh", "en")
TEXTS: Final[dict[str, dict[str, str]]] = json.loads((FOLDER / "texts.json").read_text("utf-8"))


def language_of(headers: Headers, asked: str | None = None) -> str:
    """What was asked for, else the first of the browser's languages that we speak, else Chinese."""
    if asked in LANGUAGES:
        return asked
    for one in headers.get("accept-language", "").split(","):
        for language in LANGUAGES:
            if one.strip().lower().startswith(language):
                return language
    return "zh"


def page(form: str, root_path: str, language: str, values: Mapping[str, str], *, status: int = 200) -> HTMLResponse:
    """A form of this folder, every value escaped."""
    texts = TEXTS[language]
    other = next(one for one in LANGUAGES if one != language)
    escaped = {name: html.escape(value) for name, value in {**texts, **values}.items()}
    filled = FORMS[form].substitute(
        {"next": "", "problem": "", "said": "", **escaped, "root": html.escape(root_path), "other_language": other}
    )
    return HTMLResponse(filled, status_code=status, headers={"Cache-Control": "no-store"})


def login_page(
    root_path: str,
    headers: Headers,
    path: str,
    *,
    status: int = 200,
    asked: str | None = None,
    said: str = "",
    fault: TwinError | None = None,
) -> HTMLResponse:
    """The form that leads on to ``path`` (below the root path), with the fault that came of the last try."""
    language = language_of(headers, asked)
    if fault is None:
        return page("login", root_path, language, {"next": path}, status=status)
    values = {"next": path, "said": said, "problem": fault.text(language)}
    answer = page("login", root_path, language, values, status=status_of(fault))
    answer.headers.update(retry_after(fault))
    return answer


def own_path(path: str) -> str:
    """``path`` if it can only lead into our own pages, else the first page: a form field is no place for an address."""
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if own and not path.startswith("/login") else "/"
