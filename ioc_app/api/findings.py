"""``/findings``: what the quality inspection of the campus found, as ``twin check`` does; as its build found it.

Whoever may not know exactly where things underground lie is told of those findings without their place and values.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field

from ioc_app.api.asking import Reason, arrow
from ioc_app.api.exactly import told_exactly
from ioc_app.api.people import identity_of
from ioc_app.api.reads import PerGeneration, Reads
from ioc_app.findings import Chosen, Findings
from twin.errors import BadRequestError, UnknownFindingError
from twin.model.finding import finding_rules
from twin.people.audit import AuditLog
from twin.people.roles import Right
from twin.store.campus import Generation

MOST_ROWS: Final = 500
MOST_MARKS: Final = 5000

Word = Annotated[str, Field(max_length=100)]
Language = Annotated[Literal["zh", "en"], Query(alias="lang")]
Number = Annotated[int, Query(ge=0, lt=10**6)]


def _chosen(
    rule: Word | None = None,
    severity: Literal["error", "warning", "info"] | None = None,
    layer: Word | None = None,
    bbox: Annotated[str | None, Query(max_length=200)] = None,
) -> Chosen:
    """``bbox``: xmin,ymin,xmax,ymax in scene axes. A rule or layer that there is not chooses nothing."""
    return Chosen(rule, severity, layer, None if bbox is None else _box(bbox))


Wanted = Annotated[Chosen, Depends(_chosen)]


def finding_routes(reads: Reads, audit: AuditLog) -> APIRouter:
    """Plain functions: the server runs each in a worker thread.

    Where a build left no findings, the first question inspects and the others wait for it.
    """
    answers, router = _Answers(reads, audit), APIRouter()
    router.get("/findings")(answers.page)
    router.get("/findings/marks")(answers.marks)
    router.get("/findings/table", response_class=Response)(answers.table)
    router.get("/findings/{finding}")(answers.one)
    return router


class _Answers:
    """To each route; findings are made once a generation."""

    def __init__(self, reads: Reads, audit: AuditLog) -> None:
        self._reads, self._audit = reads, audit
        self._made = PerGeneration(lambda one: Findings(one, reads.directory(one)))

    def page(
        self,
        request: Request,
        chosen: Wanted,
        lang: Language = "zh",
        generation: Number | None = None,
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=0, le=MOST_ROWS)] = 100,
    ) -> dict[str, Any]:
        """A page of what is chosen, worst first; how many there are by rule, severity and layer."""
        (used, found), exactly = self._of(generation), _exactly(request)
        rows = found.rows(chosen, exactly=exactly)
        counts = found.counts(chosen, exactly=exactly)
        return {
            "generation": used.number,
            "total": len(found),
            "matching": len(rows),
            "offset": offset,
            "counts": counts,
            "rules": found.rules(list(counts["rule"])),
            "rules_asked": len(finding_rules()),
            "findings": [found.said(int(row), lang, exactly=exactly) for row in rows[offset : offset + limit]],
        }

    def marks(
        self,
        request: Request,
        chosen: Wanted,
        generation: Number | None = None,
        limit: Annotated[int, Query(ge=0, le=MOST_MARKS)] = 3000,
    ) -> dict[str, Any]:
        """Where what is chosen lies, in scene axes: the worst ``limit``; the rest is counted."""
        (used, found), exactly = self._of(generation), _exactly(request)
        rows = found.rows(chosen, exactly=exactly)
        return {"generation": used.number, **found.marks(rows, limit, exactly=exactly)}

    def table(self, request: Request, chosen: Wanted, exactly: Reason | None = None) -> Response:
        """All that is chosen as an Arrow stream. What lies underground exactly takes a reason, kept in the audit."""
        told = told_exactly(request, exactly, "findings", self._audit)
        _, found = self._of(None)
        return arrow(found.table(found.rows(chosen, exactly=told), exactly=told))

    def one(
        self, request: Request, finding: int, lang: Language = "zh", generation: Number | None = None
    ) -> dict[str, Any]:
        """One by its number, which holds within its generation."""
        used, found = self._of(generation)
        if not 0 <= finding < len(found):
            raise UnknownFindingError(finding=finding, generation=used.number)
        return {"generation": used.number, **found.said(finding, lang, exactly=_exactly(request))}

    def _of(self, number: int | None) -> tuple[Generation, Findings]:
        generation = self._reads.generation if number is None else self._reads.numbered(number)
        return generation, self._made.of(generation)


def _exactly(request: Request) -> bool:
    return identity_of(request).may(Right.UNDERGROUND)


def _box(said: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(one) for one in said.split(","))
    except ValueError:
        raise BadRequestError(detail="bbox is xmin,ymin,xmax,ymax") from None
    if not (west <= east and south <= north):  # NaN is no number either
        raise BadRequestError(detail="bbox is xmin,ymin,xmax,ymax, the smaller first")
    return west, south, east, north
