"""``twin snapshot``: what a campus shows at a moment, or through an interval, as a file to hand over."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from twin.cli.people import console, people_of
from twin.cli.saying import say
from twin.cli.versions import folder_argument, require_campus
from twin.errors import SnapshotFormError

if TYPE_CHECKING:
    from ioc_app.snapshots.wanted import Form


@click.command()
@folder_argument
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help=".png .pdf .glb .zip or .html")
@click.option("--screen", "screens", multiple=True, help="A screen that is in it, such as energy; several may be.")
@click.option("--at", metavar="TIME", help="What was shown then; default: now.")
@click.option("--minutes", type=click.IntRange(1, 31 * 1440), help="Of an .html: replay so much before that moment.")
@click.option("--moments", type=click.IntRange(2, 1000), default=120, show_default=True, help="So many of them.")
@click.option("--known", type=int, metavar="SEQ", help="Only what the journal knew by this number.")
@click.option("--view", metavar="VIEW", help="overview, top, or what the app writes behind view= in its address.")
@click.option("--layer", "layers", multiple=True, help="Only these layers; default: all that may be shown.")
@click.option("--size", default="3840x2160", show_default=True, help="Of a .png, pixels.")
@click.option(
    "--style", type=click.Choice(["dark", "light", "blue", "red_gold"]), help="Default: dark; of paper, light."
)
@click.option("--language", "language", type=click.Choice(["zh", "en"]), help="Default: that of this terminal.")
@click.option("--exactly", metavar="REASON", help="With what lies underground; the reason is kept in the audit.")
@click.option("--names", is_flag=True, help="With what persons and plates are called; otherwise they are masked.")
@click.option("--keep", is_flag=True, help="Keep it among those of the campus, too.")
@click.option("--list", "listed", is_flag=True, help="List those that are kept.")
@click.option("--delete", "deleted", metavar="ID", multiple=True, help="Delete one that is kept; stands in the audit.")
def snapshot(
    folder: Path,
    out: Path | None,
    screens: tuple[str, ...],
    at: str | None,
    minutes: int | None,
    moments: int,
    known: int | None,
    view: str | None,
    layers: tuple[str, ...],
    size: str,
    style: str | None,
    language: str | None,
    exactly: str | None,
    names: bool,
    keep: bool,
    listed: bool,
    deleted: tuple[str, ...],
) -> None:
    """Write what FOLDER shows into one file: picture, drawing sheet, model, 3D Tiles, or a page that needs no network.

    \b
    twin snapshot my-campus --screen energy -o energy.png
    twin snapshot my-campus --screen overview --minutes 60 -o last-hour.html
    twin snapshot my-campus --view top --at 2026-11-26T08:00 -o plan.pdf
    """
    from ioc_app.snapshots.kept import KeptSnapshots
    from ioc_app.snapshots.making import make
    from ioc_app.snapshots.wanted import Wanted
    from twin.cli import language as spoken
    from twin.cli.asking import moment_of
    from twin.live.simulated_time import clock_of
    from twin.model.time import AsOf
    from twin.render import size_of
    from twin.settings import load_settings
    from twin.store.journal_reader import JournalReader

    require_campus(folder)
    for one_id in deleted:
        _delete(folder, one_id)
    if listed:
        _list(folder)
    if listed or deleted:
        return
    if out is None:
        raise click.UsageError("say where to: -o FILE, ending in .png .pdf .glb .zip or .html")
    settings, form, last = load_settings(folder), _form_of(out), JournalReader(folder).last_seq()
    now = clock_of(folder, None, simulated=settings.simulated).now()
    moment = now if at is None else moment_of(folder, at).astimezone(UTC)
    wanted = Wanted(
        as_of=AsOf(moment, last if known is None else min(known, last)),
        by=console().name,
        made_at=now,
        since=moment - timedelta(minutes=minutes) if minutes else None,
        screens=screens,
        layers=layers or None,
        view=view,
        language="en" if (language or spoken()) == "en" else "zh",
        style=style or ("light" if form == "pdf" else "dark"),  # type: ignore[arg-type]  # the choices are those
        size_px=size_of(size),
        most_moments=moments,
        exactly=exactly,
        cleared=names,
    )
    made = make(folder, form, wanted, ZoneInfo(settings.timezone))
    out.write_bytes(made.content)
    one = made.kept(wanted)
    if keep:
        KeptSnapshots(folder).keep(made.content, one)
    if keep or exactly is not None:
        said = {"at": one.at, "known_seq": one.known_seq, "sha256": one.sha256, "exactly": exactly}
        people_of(folder).audit.append(console(), "snapshot.made", form, **said)
    say(f"{out}: {len(made.content) / 1e6:.1f} MB, model {one.generation}, as of {one.at}, journal {one.known_seq}")


def _form_of(out: Path) -> Form:
    from ioc_app.snapshots.wanted import FORMS

    for one in FORMS:
        if out.suffix.lower() == f".{one}":
            return one
    raise SnapshotFormError(name=out.name, known=", ".join(f".{one}" for one in FORMS))


def _delete(folder: Path, snapshot_id: str) -> None:
    from ioc_app.snapshots.kept import KeptSnapshots

    one = KeptSnapshots(folder).delete(snapshot_id)
    people_of(folder).audit.append(console(), "snapshot.deleted", one.snapshot_id, sha256=one.sha256)
    say(f"{one.snapshot_id}: {one.size_bytes / 1e6:.1f} MB")


def _list(folder: Path) -> None:
    from ioc_app.snapshots.kept import KeptSnapshots

    for one in KeptSnapshots(folder).all():
        shown = ",".join(one.screens) or "-"
        size, model = f"{one.size_bytes / 1e6:6.1f} MB", f"model {one.generation}"
        say(f"{one.snapshot_id}  {one.form:<4} {size}  {one.at[:19]}  {model}  {shown}  {one.made_by}  {one.link}")
