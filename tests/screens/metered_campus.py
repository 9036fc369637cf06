"""The composed campus with autumn 2019 of its meters, brought in by ``twin import readings`` as a user would."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
from click.testing import CliRunner

from geodata.real.meters import CAMBRIDGE
from layers import registry
from twin.cli import main
from twin.model.feature import table_schema
from twin.model.time import AsOf
from twin.screens.asking import Asking
from twin.screens.question import Question
from twin.screens.said import Window
from twin.store.campus import Campus

ZONE: Final = "America/Vancouver"
# the clocks of Cambridge in winter, at the campus: noon there is noon here
CLOCKS: Final = "Etc/GMT+8"
NOW: Final = datetime(2019, 11, 20, 14, 30, tzinfo=ZoneInfo(ZONE))  # a Wednesday
TODAY: Final = NOW.date()
MISSING: Final = datetime(2019, 10, 29, 14, 30, tzinfo=ZoneInfo(ZONE))  # LargeBuilding's meter had lost two days
FIRST: Final = "2019-10-20"
# of its zeros the source says that they stand for lost readings; gas is not used for hours on end all the same
SAID: Final[Mapping[str, Sequence[str]]] = {"electricity": ("--missing", "0"), "gas": ()}
LARGE: Final = "building:campus:largebuilding"


@dataclass
class MeteredCampus:
    """The folder, and somebody who answers about it as a reader process does."""

    folder: Path
    series: Path

    @cached_property
    def asking(self) -> Asking:
        return Asking(Campus.open(self.folder), ZONE, {name: table_schema(one) for name, one in registry().items()})

    def rows(self, sql: str, window: Window, at: datetime = NOW, place: str | None = None) -> Sequence[Any]:
        return self.asking.answer(Question(sql, AsOf(at), window, place=place)).rows

    @cached_property
    def read(self) -> pd.DataFrame:
        """The source files, without anything of ours: ``building, what, at`` (begin of the hour), ``kwh``."""
        frames = []
        for path in sorted(self.series.glob("*/*/2019.csv")):
            frame = pd.read_csv(path, names=["at", "kwh"], header=0)
            clocks = timezone(timedelta(hours=-8))
            frame["at"] = pd.to_datetime(frame["at"]).dt.tz_localize(clocks).dt.tz_convert(ZONE)
            ours = next(ours for ours, theirs in CAMBRIDGE.items() if theirs == path.parts[-3])
            frames.append(frame.assign(building=f"building:campus:{ours}", what=path.parts[-2]))
        return pd.concat(frames, ignore_index=True)

    def used(self, what: str = "electricity", at: datetime = NOW) -> pd.DataFrame:
        """Hours up to a moment, those of the running hour too; a zero of electricity is no reading."""
        found = self.read[(self.read.what == what) & (self.read["at"] <= pd.Timestamp(at))]
        found = found.assign(day=found["at"].dt.date, hour=found["at"].dt.hour)
        return found[found.kwh > 0] if what == "electricity" else found


def metered_campus(
    composed: Path, data: Path, folder: Path, *, last: date = TODAY, said: Mapping[str, Sequence[str]] = SAID
) -> MeteredCampus:
    """``folder``, which is new, with this campus in it, up to a day. ``said`` is what a user says of each kind."""
    # whoever has served it meanwhile has begun a history there, with the days of another timezone
    shutil.copytree(composed, folder, ignore=shutil.ignore_patterns("history", "live"))
    source, series = data / "timeseries" / "cambridge_estates", folder.with_name(f"{folder.name}-series")
    _autumn(source, series, last + timedelta(days=1))
    for what, more in said.items():
        files = [str(one) for one in sorted(series.glob(f"*/{what}"))]
        words = ["import", "readings", str(folder), *files, "--point", "{grandparent}:{parent}", "--timezone", CLOCKS]
        result = CliRunner().invoke(main, [*words, *more])
        assert result.exit_code == 0, result.output
    return MeteredCampus(folder, series)


def _autumn(source: Path, into: Path, end: date) -> None:
    """The files as they are, but for the other months: days are what an import costs."""
    for building in CAMBRIDGE.values():
        for what in ("electricity", "gas"):
            path = Path(building) / what / "2019.csv"
            with (source / path).open(newline="") as lines:
                head, *rows = csv.reader(lines)
            (into / path).parent.mkdir(parents=True)
            with (into / path).open("w", newline="") as out:
                csv.writer(out).writerows([head, *(one for one in rows if FIRST <= one[0] < end.isoformat())])
    return into
