"""``twin incidents``: what is open, from the journal and history on disk, whether or not anything serves the campus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twin.cli.saying import say, say_json

if TYPE_CHECKING:
    from twin.live.incidents.state import IncidentState


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Closed ones, too, the oldest first.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def incidents(folder: Path, everything: bool, as_json: bool) -> None:
    """List the open incidents of FOLDER: level, stage, age, what is due next, what it is and where."""
    from twin.cli import language
    from twin.errors import NotACampusError
    from twin.live.incidents.book import IncidentBook
    from twin.model.time import SystemClock, microseconds
    from twin.store.history import History

    if not (folder / "campus.toml").is_file():
        raise NotACampusError(path=folder)
    book, now_us = IncidentBook(), microseconds(SystemClock().now())
    book.fold(History.open(folder).acts())
    found = sorted(book.all(), key=lambda one: one.opened_us) if everything else book.open(now_us)
    if as_json:
        say_json([_facts(one, now_us) for one in found])
        return
    for one in found:
        say(_line(one, now_us, language()))


def _facts(one: IncidentState, now_us: int) -> dict[str, Any]:
    from twin.model.time import moment

    due_us = one.due_us(now_us)
    return {
        "incident_id": one.incident_id,
        "level": one.level.value,
        "kind": one.kind,
        "title": dict(one.title),
        "stage": one.stage.value,
        "suspended": one.suspended is not None,
        "opened_at": moment(one.opened_us).isoformat(),
        "due_at": None if due_us is None else moment(due_us).isoformat(),
        "owner": one.owner,
        "place": dict(one.place),
    }


def _line(one: IncidentState, now_us: int, language: str) -> str:
    from twin.live.incidents.transitions import STAGE_TITLES

    chinese, due_us = language == "zh", one.due_us(now_us)
    stage = getattr(STAGE_TITLES[one.stage], language)
    if one.suspended is not None:
        due = "挂起" if chinese else "suspended"
    elif due_us is None:
        due = "–"
    elif due_us < now_us:
        due = f"超时 {_span(now_us - due_us)}" if chinese else f"late {_span(now_us - due_us)}"
    else:
        due = f"剩 {_span(due_us - now_us)}" if chinese else f"due in {_span(due_us - now_us)}"
    where = one.place.get("device") or one.place.get("said") or one.place.get("building_id") or ""
    age = _span(now_us - one.opened_us)
    return f"{one.incident_id}  {one.level.value:<5}  {stage}  {age:>7}  {due}  {one.title[language]}  {where}".rstrip()


def _span(span_us: int) -> str:
    """Two figures at most: ``3d 4h``, ``2h 5m``, ``7m``."""
    minutes = max(0, span_us // 60_000_000)
    days, hours, left = minutes // 1440, minutes // 60 % 24, minutes % 60
    return f"{days}d {hours}h" if days else f"{hours}h {left}m" if hours else f"{left}m"
