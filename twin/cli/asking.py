"""``twin ask``: what a screen would be told, as of any moment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from twin.screens.said import Window

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("folder", type=_FOLDER)
@click.argument("sql")
@click.option("--at", metavar="TIME", help="As of then; default: now.")
@click.option(
    "--window",
    type=click.Choice([one.value for one in Window]),
    default=Window.NOW.value,
    show_default=True,
    help="How far before that $from is.",
)
@click.option("--place", metavar="FEATURE", help="What $place is: the feature_id of a building, room, zone, device.")
@click.option("--known", type=int, metavar="SEQ", help="Only what the journal knew by this number.")
@click.option("--most", type=click.IntRange(1, 1_000_000), default=100_000, show_default=True, help="Most rows.")
@click.option("--names", is_flag=True, help="With what persons and plates are called; otherwise they are masked.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV.")
@click.option("--json", "form", flag_value="json", help="Print JSON rows.")
def ask(
    folder: Path,
    sql: str,
    at: str | None,
    window: str,
    place: str | None,
    known: int | None,
    most: int,
    names: bool,
    form: str | None,
) -> None:
    """Ask FOLDER with one SELECT over the views that screens are made of: docs/questions.md lists them.

    \b
    twin ask DIR "SELECT quantity, count(*) FROM latest WHERE NOT stale GROUP BY 1"
    twin ask DIR "SELECT * FROM alarms WHERE standing" --at 2026-03-08T20:00
    twin ask DIR "SELECT local(from_at) AS hour, sum(used) AS kwh FROM hours GROUP BY 1 ORDER BY 1" --window day
    """
    from layers import registry
    from twin.cli.answers import write_answer
    from twin.cli.saying import say
    from twin.model.feature import table_schema
    from twin.model.time import AsOf
    from twin.screens.question import Question
    from twin.screens.readers import one_answer
    from twin.settings import load_settings

    moment = datetime.now(UTC) if at is None else moment_of(folder, at)
    question = Question(sql, AsOf(moment, known), Window(window), None, place, most, names)
    layers = {name: table_schema(one) for name, one in registry().items()}
    table, more = one_answer(folder, load_settings(folder).timezone, layers, question)
    write_answer(table, form or "table")
    if more:
        say(f"more than {most:,} rows; --most takes more", err=True)


def moment_of(folder: Path, text: str) -> datetime:
    """UTC; what names no offset is campus-local."""
    from twin.settings import load_settings

    try:
        found = datetime.fromisoformat(text)
    except ValueError as fault:
        raise click.BadParameter(
            f"'{text}' is no time; write 2026-11-20 or 2026-11-20T08:00", param_hint="--at"
        ) from fault
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(load_settings(folder).timezone))
