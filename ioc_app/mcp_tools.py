"""What language models may ask of a campus over MCP, where ``twin serve --mcp`` says so: questions, nothing to do.

Dash would offer every callback of the page; ours are ``async``, which its server (4.4) does not wait for, and they say
nothing to whom has no screen. So it offers these, behind the same login and with the rights of whoever asks.
https://modelcontextprotocol.io/specification
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from ioc_app.screens.callbacks import cleared_caller
from ioc_app.screens.reads import Answering, ScreenReads
from twin.errors import BadRequestError
from twin.model.time import AsOf, Clock
from twin.screens.plain import table_of
from twin.screens.question import Question
from twin.screens.said import Window

PATH: Final = "_dash-mcp"  # Dash knows the request, and so who asks, of such paths only
MOST_ROWS: Final = 200


def offer(screens: ScreenReads, readers: Answering, clock: Clock, timezone: ZoneInfo) -> None:
    """Make these the tools of the process, and nothing else of the page."""
    from dash.mcp import configure_mcp_server, mcp_enabled  # nothing that a server without it should load

    configure_mcp_server(
        include_layout=False, include_callbacks=False, include_clientside_callbacks=False, include_pages=False
    )

    def moment_of(text: str) -> datetime:
        """Now for nothing; without an offset it is campus time."""
        if not text:
            return clock.now()
        try:
            found = datetime.fromisoformat(text)
        except ValueError as fault:
            raise BadRequestError(detail=f"'{text[:40]}' is no time; write 2026-11-26T08:00") from fault
        return found if found.tzinfo else found.replace(tzinfo=timezone)

    @mcp_enabled(expose_docstring=True)
    def list_screens() -> list[dict[str, Any]]:
        """The screens of the campus: id, title and the question that each answers, in Chinese and English."""
        found = screens.book.screens.values()
        return [{"id": one.id, "title": dict(one.title), "question": dict(one.question)} for one in found]

    @mcp_enabled(expose_docstring=True)
    def screen_numbers(screen: str, at: str = "") -> dict[str, Any]:
        """The numbers (KPIs) of a screen with unit, state, target and data time; `at`: then instead of now."""
        return screens.kpis(screen, moment_of(at) if at else None, None, cleared=cleared_caller())

    @mcp_enabled(expose_docstring=True)
    def ask(sql: str, at: str = "", window: str = "now") -> dict[str, Any]:
        """One SELECT over the views of docs/questions.md (latest, hours, alarms, incidents, devices, spaces ...), as of
        `at`; `window` now, day, week, month or year says how far back `$from` is. At most 200 rows."""
        question = Question(sql, AsOf(moment_of(at)), Window(window), None, None, MOST_ROWS, cleared_caller())
        return table_of(readers.answer(question))
