"""``/rules``: what raises an alarm, its versions, and the way back to an earlier one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from ioc_app.api.config_files import FileName, FileText, Rollback, Why, mistake_body, texts_of, versions_of
from ioc_app.api.errors import body_of
from ioc_app.api.people import actor_of, identity_of
from ioc_app.api.said import Said
from twin.live.rules.book import ON_DISK, RuleSet
from twin.live.running import RunningCampus
from twin.people.identity import Actor, IdentityKind
from twin.people.registry import People


class NewRules(Said):
    """All files of the folder; one that is left out is removed."""

    files: Annotated[dict[FileName, FileText], Field(min_length=1, max_length=50)]
    why: Why


def rule_routes(running: RunningCampus, people: People) -> APIRouter:
    router = APIRouter()
    file = Actor(ON_DISK[0], IdentityKind.CONSOLE, "local")  # who edited it, the system does not say
    running.watch.on_rules_from_disk(
        lambda version: people.audit.append(file, "rules.changed", str(version), why=ON_DISK[1])
    )
    _look(router, running)
    _change(router, running, people)
    return router


def _look(router: APIRouter, running: RunningCampus) -> None:
    watch = running.watch

    @router.get("/rules")
    def rules() -> dict[str, Any]:
        """The rules in force, and what is wrong in files that are therefore not."""
        with watch.guard:
            in_force = watch.in_force
            return {
                "version": in_force.rules.version,
                "rules": [one.model_dump(mode="json") for one in in_force.rules.rules.values()],
                "mistakes": [mistake_body(one) for one in in_force.mistakes],
                "faults": [body_of(one) for one in in_force.faults],
            }

    @router.get("/rules/versions")
    def versions() -> list[dict[str, Any]]:
        """Who changed the rules, when and why; the latest first."""
        with watch.guard:
            return versions_of(watch.in_force.book.history)

    @router.get("/rules/versions/{number}")
    def version(number: int) -> dict[str, str]:
        """The files of one version."""
        with watch.guard:
            return texts_of(watch.in_force.book.history.version(number).files)

    @router.get("/rules/diff")
    def diff(before: int, after: int) -> dict[str, str]:
        """What changed between two versions, file by file, as unified diffs."""
        with watch.guard:
            return watch.in_force.book.history.diff(before, after)


def _change(router: APIRouter, running: RunningCampus, people: People) -> None:
    watch = running.watch

    @router.put("/rules")
    def save(body: NewRules, request: Request) -> dict[str, Any]:
        """Other rules from now on; with one mistake none of them."""
        who = identity_of(request).name
        files = {name: text.encode() for name, text in body.files.items()}
        made = watch.change_rules(lambda book: book.save(files, who, body.why))
        people.audit.append(actor_of(request), "rules.changed", str(made.version), why=body.why)
        return _version(made)

    @router.post("/rules/rollback")
    def rollback(body: Rollback, request: Request) -> dict[str, Any]:
        who = identity_of(request).name
        made = watch.change_rules(lambda book: book.rollback(body.number, who, body.why))
        people.audit.append(
            actor_of(request), "rules.rolled_back", str(body.number), version=made.version, why=body.why
        )
        return _version(made)


def _version(rules: RuleSet) -> dict[str, Any]:
    return {"version": rules.version, "rules": len(rules.rules)}
