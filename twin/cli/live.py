"""``twin devices``, ``twin import readings``, ``twin letters``: what was measured, what could not be read."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twin.cli.saying import say, say_json

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from twin.series.importing import FileImport

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--type", "device_type", help="Only devices of this type.")
@click.option("--unknown", is_flag=True, help="Only points that send and that nobody told the campus of.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def devices(folder: Path, device_type: str | None, unknown: bool, as_json: bool) -> None:
    """List the points of the devices of FOLDER: unit, newest value, what it is worth now, when it was measured."""
    rows = [
        one for one in _points(folder) if device_type in (None, one["device_type"]) and not (unknown and one["known"])
    ]
    if as_json:
        say_json(rows)
        return
    zone = _zone(folder)
    for one in rows:
        value = "–" if one["value"] is None else f"{one['value']:g}"
        seen = _campus_time(one["observed_at"], zone) if one["observed_at"] else "never"
        state = one["quality"] or "no value yet"
        mark = "" if one["known"] else "  not known to the campus"
        say(f"{one['point_id']:<40} {value:>12} {one['unit'] or '':<8} {state:<13} {seen}{mark}")


def _zone(folder: Path) -> ZoneInfo:
    from zoneinfo import ZoneInfo

    from twin.settings import load_settings

    return ZoneInfo(load_settings(folder).timezone)


def _campus_time(iso: str, zone: ZoneInfo) -> str:
    """``2026-11-26 16:00:00+08:00``: campus-local, and says so."""
    return datetime.fromisoformat(iso).astimezone(zone).isoformat(" ", "seconds")


def _points(folder: Path) -> list[dict[str, Any]]:
    from twin.live.listing import list_points
    from twin.live.running import RunningCampus
    from twin.store.campus import Campus

    running = RunningCampus(Campus.open(folder), _zone(folder))
    running.look_back()
    return list_points(running)


@click.group("import")
def import_group() -> None:
    """Take in what was measured before, or elsewhere."""


@import_group.command("readings")
@click.argument("folder", type=FOLDER)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--point",
    metavar="PATTERN",
    help="What to call the points: {stem}, {parent}, {grandparent} of the file, {column} by its heading.",
)
@click.option("--timezone", help="Of times without an offset; default: the campus' own.")
@click.option(
    "--missing", type=float, metavar="NUMBER", help="A number that stands for 'no value', such as 0 or -9999."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_readings_command(
    folder: Path, files: tuple[Path, ...], point: str | None, timezone: str | None, missing: float | None, as_json: bool
) -> None:
    """Read FILES (CSV, tab separated, Parquet; or folders of them) into the history of FOLDER.

    Files say point_id, observed_at, value a row; or a time and one point a column; or bare times and values. The same
    file twice adds nothing. Exit code 1 when a file could not be read.

    \b
    twin import readings my-campus meters/ --point "{grandparent}:{parent}" --timezone UTC --missing 0
    """
    from twin.series.importing import SeriesOptions, import_readings
    from twin.settings import load_settings
    from twin.store.campus import Campus

    campus_timezone = load_settings(folder).timezone
    options = SeriesOptions(timezone or campus_timezone, point, missing)
    report = import_readings(
        Campus.open(folder), files, options, campus_timezone, progress=_quiet if as_json else _say_file
    )
    if as_json:
        said = [
            {
                **asdict(replace(one, error=None)),
                "path": str(one.path),
                "error": one.error and one.error.to_dict(),
                "examples": {reason: str(example) for reason, example in one.examples.items()},
            }
            for one in report.files
        ]
        say_json({"files": said, "new": report.new, "new_points": report.new_points})
    else:
        say(f"{report.new} readings are new")
    if report.new_points and not as_json:
        say(f"{len(report.new_points)} points are new; they are in config/points.toml, where you can name them.")
    if any(one.error for one in report.files):
        raise SystemExit(1)


def _quiet(_one: FileImport) -> None:
    """As JSON the report comes as a whole."""


def _say_file(one: FileImport) -> None:
    from twin.cli import language

    if one.error is not None:
        say(f"twin: {one.error.text(language())}", err=True)
        return
    say(f"{one.path}: {one.rows} rows, {one.found} found = {one.kept} kept + {one.found - one.kept} skipped")
    for reason, number in one.skipped.items():
        say(f"  {number} skipped, first {one.examples[reason].text(language())}")
    if one.missing:
        say(f"  {one.missing} without a value")
    for name, number in one.zeros.items():
        if number and not one.missing:
            say(f"  {name}: {number} times 0. If 0 stands for 'no value' there, import again with --missing 0")
    for name in one.falling:
        say(f"  {name} is a counter, and its values fall all the time. If each is what was used since the one before,")
        say('  write kind = "delta" for it in config/points.toml; the readings stay as they are')


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--feed", help="Only of this feed, such as http:gateway-3.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
def letters(folder: Path, feed: str | None, limit: int) -> None:
    """What came and could not be taken, the last at the bottom: when, from where, why, and how it began."""
    from twin.cli import language
    from twin.live.dead_letters import DeadLetters

    chinese = language() == "zh"
    for one in reversed(DeadLetters(folder).latest(feed=feed, limit=limit)):
        at = datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds")
        say(f"{at} {one.feed} {one.topic} {one.reason_zh if chinese else one.reason_en}")
        say(f"    {one.raw[:160]!r}")
