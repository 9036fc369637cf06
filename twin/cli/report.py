"""``twin report``: the duty report of a day, week or month, as a file to print or hand over."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from twin.cli.people import console, people_of
from twin.cli.saying import say
from twin.cli.screens import book_of
from twin.cli.versions import folder_argument, require_campus

if TYPE_CHECKING:
    from ioc_app.reports.sources import Sources
    from ioc_app.screens.reads import Answering


@click.command()
@folder_argument
@click.option("--period", type=click.Choice(["day", "week", "month"]), default="day", show_default=True)
@click.option(
    "--of", "of", type=click.DateTime(["%Y-%m-%d"]), help="A day of the period; default: the last that ended."
)
@click.option("--language", "language", type=click.Choice(["zh", "en"]), help="Default: that of this terminal.")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help=".html or .pdf")
@click.option("--at", metavar="TIME", help="As of then, of a period that has not ended; default: now.")
@click.option("--known", type=int, metavar="SEQ", help="Only what the journal knew by this number.")
@click.option("--names", is_flag=True, help="With what persons and plates are called; otherwise they are masked.")
@click.option("--keep", is_flag=True, help="Keep it among those that were handed over, too.")
def report(
    folder: Path,
    period: str,
    of: datetime | None,
    language: str | None,
    out: Path,
    at: str | None,
    known: int | None,
    names: bool,
    keep: bool,
) -> None:
    """Write the duty report of FOLDER: incidents, alarms, orders, shifts, and the figures of every screen.

    \b
    twin report my-campus -o yesterday.html
    twin report my-campus --period week --of 2026-11-26 -o week.pdf
    """
    from ioc_app.reports.document import report_html
    from ioc_app.reports.kept import KeptReports
    from ioc_app.reports.period import PeriodKind, period_of
    from ioc_app.reports.printing import browser, print_pdf
    from ioc_app.reports.sources import Wanted
    from ioc_app.screen_book import layer_schemas
    from twin.cli import language as spoken
    from twin.cli.asking import moment_of
    from twin.screens.readers import ONCE_MB, Readers
    from twin.settings import load_settings
    from twin.store.journal_reader import JournalReader

    if out.suffix not in (".html", ".pdf"):
        raise click.BadParameter(f"'{out.name}' ends neither in .html nor in .pdf", param_hint="-o")
    if out.suffix == ".pdf":
        browser()  # rather now than after the work
    require_campus(folder)
    timezone, now, last = load_settings(folder).timezone, datetime.now(UTC), JournalReader(folder).last_seq()
    moment = None if at is None else moment_of(folder, at).astimezone(UTC)
    found = period_of(PeriodKind(period), of.date() if of else None, now, ZoneInfo(timezone), moment)
    words = "en" if (language or spoken()) == "en" else "zh"
    seq = last if known is None else min(known, last)
    wanted = Wanted(found, seq, "en" if words == "en" else "zh", names, now, console().name)
    with closing(Readers(folder, timezone, layer_schemas(), count=1, memory_mb=ONCE_MB)) as readers:
        sources = _sources(folder, timezone, readers)
        html = report_html(sources, wanted)
    if out.suffix == ".pdf":
        print_pdf(html, out)
    else:
        out.write_bytes(html.encode("utf-8", "replace"))
    if keep:
        kept = KeptReports(folder).keep(html.encode("utf-8", "replace"), wanted, sources.version)
        subject = f"{period} {found.first.isoformat()}"
        said = {"at": kept.at, "known_seq": seq, "language": words, "version": kept.version, "sha256": kept.sha256}
        people_of(folder).audit.append(console(), "report.kept", subject, **said)
    say(f"{out}: {found.first} to {found.last}, as of {found.told.at.isoformat()}, journal {seq}")


def _sources(folder: Path, timezone: str, readers: Answering) -> Sources:
    from ioc_app.reports.sources import Sources
    from twin.live.alarms.limits import load_limits
    from twin.live.alarms.maintenance import load_windows
    from twin.live.incidents.setup import load_setup
    from twin.live.past import Past
    from twin.store.campus import Campus

    config, book = folder / "config", book_of(folder)
    limits, windows, setup = load_limits(config), load_windows(config, timezone), load_setup(config, timezone)
    return Sources(
        campus=Campus.open(folder),
        zone=ZoneInfo(timezone),
        asked=readers,
        past=Past(folder, lambda: windows, lambda: limits),
        screens=book.screens,
        kpis=book.kpis,
        version=book.version,
        satisfied_from=setup.settings.satisfied_from,
        unverified=setup.unverified,
        people={one.name: one.display_name for one in people_of(folder).accounts.all()},
    )
