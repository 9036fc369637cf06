"""``/screens`` and ``/kpis``: what stands on the one-map screens, and what their numbers are now or were then."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, Field

from ioc_app.api.config_files import mistake_body
from ioc_app.api.people import identity_of
from ioc_app.screens.reads import ScreenReads
from twin.people.roles import Right
from twin.screens.kpi_said import entry_of
from twin.screens.screen import Screen

MOST_ROWS: Final = 5_000
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS)]
Place = Annotated[str, Field(max_length=300)]
Seq = Annotated[int, Field(ge=0, lt=2**63)]
_HIDDEN: Final = {"sql", "title_sql"}


def screen_routes(screens: ScreenReads) -> APIRouter:
    router = APIRouter()
    _screens(router, screens)
    _kpis(router, screens)
    return router


def _screens(router: APIRouter, screens: ScreenReads) -> None:
    @router.get("/screens")
    def all_screens() -> dict[str, Any]:
        """The screens in force, in their order, and what is wrong in their files."""
        return {
            "version": screens.book.version,
            "screens": [_tab(one) for one in screens.book.screens.values()],
            "mistakes": [mistake_body(one) for one in screens.book.mistakes],
        }

    @router.get("/screens/{screen_id}")
    def screen(screen_id: str) -> dict[str, Any]:
        """One screen as its file has it, without its SQL."""
        said = screens.screen(screen_id).model_dump(mode="json", by_alias=True)
        said["panels"] = [{name: one[name] for name in one if name not in _HIDDEN} for one in said["panels"]]
        if said["map"]["colour"]:
            said["map"]["colour"].pop("sql")
        return {"version": screens.book.version, **said}

    @router.get("/screens/{screen_id}/kpis")
    def kpis(
        request: Request,
        screen_id: str,
        at: AwareDatetime | None = None,
        place: Place | None = None,
        known_seq: Seq | None = None,
    ) -> dict[str, Any]:
        return screens.kpis(screen_id, at, place, cleared=_cleared(request), known_seq=known_seq)

    @router.get("/screens/{screen_id}/panels/{panel_id}")
    def panel(
        request: Request,
        screen_id: str,
        panel_id: str,
        at: AwareDatetime | None = None,
        place: Place | None = None,
        known_seq: Seq | None = None,
    ) -> dict[str, Any]:
        return screens.panel(screen_id, panel_id, at, place, cleared=_cleared(request), known_seq=known_seq)

    @router.get("/screens/{screen_id}/map")
    def colours(
        request: Request,
        screen_id: str,
        at: AwareDatetime | None = None,
        place: Place | None = None,
        known_seq: Seq | None = None,
    ) -> dict[str, Any] | None:
        """What the map is coloured by, as ``/values`` gives it; null where the screen colours nothing."""
        return screens.map(screen_id, at, place, cleared=_cleared(request), known_seq=known_seq)


def _kpis(router: APIRouter, screens: ScreenReads) -> None:
    @router.get("/kpis")
    def dictionary() -> dict[str, Any]:
        """Every KPI: what it says, who answers for it, how it is made."""
        kpis = [entry_of(one) for one in screens.book.kpis.values()]
        return {"version": screens.book.version, "kpis": kpis}

    @router.get("/kpis/{kpi_id}")
    def kpi(
        request: Request, kpi_id: str, at: AwareDatetime | None = None, place: Place | None = None
    ) -> dict[str, Any]:
        return screens.kpi(kpi_id, at, place, cleared=_cleared(request))

    @router.get("/kpis/{kpi_id}/rows")
    def rows(
        request: Request,
        kpi_id: str,
        at: AwareDatetime | None = None,
        place: Place | None = None,
        limit: Limit = 200,
    ) -> dict[str, Any]:
        """The rows behind the number."""
        return screens.kpi_rows(kpi_id, at, place, limit, cleared=_cleared(request))


def _cleared(request: Request) -> bool:
    return identity_of(request).may(Right.NAMES)


def _tab(one: Screen) -> dict[str, Any]:
    names = ("id", "title", "question", "accent", "icon", "order", "event_types", "alarm_types")
    said = one.model_dump(mode="json")
    return {name: said[name] for name in names}
