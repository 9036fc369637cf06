"""``twin simulate``: a campus that sends as a real one would; and the process of it that ``twin demo`` keeps."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

import click

from twin.cli.live import FOLDER
from twin.cli.saying import say
from twin.errors import NotSimulatedError

if TYPE_CHECKING:
    from twin.live.running import RunningCampus
    from twin.model.time import Clock
    from twin.simulate.ledger import Ledger
    from twin.simulate.scenario import Scenario
    from twin.simulate.sending import Sender

KEY: Final = "TWIN_SIMULATE_KEY"
MQTT_PASSWORD: Final = "TWIN_MQTT_PASSWORD"
SEED: Final = 1
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d)")
_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_CLOCK: Final = re.compile(r"sim:(\d+(?:\.\d+)?)")


def duration(said: str) -> timedelta:
    """``90s``, ``10m``, ``2h``, ``1d``."""
    found = _DURATION.fullmatch(said)
    if found is None:
        raise click.BadParameter(f"'{said}' is no duration; write 90s, 10m, 2h or 1d")
    return timedelta(seconds=float(found[1]) * _UNITS[found[2]])


def simulated_rate(said: str) -> float:
    """``sim:RATE`` with a rate from 1 to 1000."""
    found = _CLOCK.fullmatch(said)
    if found is None or not 1.0 <= float(found[1]) <= 1000.0:
        raise click.BadParameter(f"'{said}' is no clock; write sim:RATE with a rate from 1 to 1000, such as sim:60")
    return float(found[1])


clock_option = click.option(
    "--clock",
    "rate",
    type=simulated_rate,
    metavar="sim:RATE",
    help="Only on a simulated campus: time runs 1 to 1000× as fast.",
)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--url", default="http://127.0.0.1:8050", show_default=True, help="Where the campus is served.")
@click.option("--key-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=f"The key; else {KEY}.")
@click.option(
    "--mqtt", metavar="URL", help=f"Send to a broker, mqtt://USER@HOST:1883; its password is in {MQTT_PASSWORD}."
)
@click.option("--rate", type=click.FloatRange(1, 1000), help="Instead of what the campus' clock says.")
@click.option(
    "--seed", default=SEED, show_default=True, type=click.IntRange(0, 10**6), help="Another one, another campus."
)
@click.option("--every", type=click.IntRange(1, 86_400), metavar="SECONDS", help="Between two readings of a point.")
@click.option("--for", "lasts", type=duration, metavar="DURATION", help="Stop after so long on the campus' clock: 10m.")
@click.option(
    "--backfill", type=click.FloatRange(0, 24 * 31), metavar="HOURS", help="First send what lies behind, thinned."
)
@click.option(
    "--past",
    type=click.IntRange(1, 31),
    metavar="DAYS",
    help="Write so many closed days before today straight into the history, thinned, and stop; nothing need be served.",
)
@click.option(
    "--incident", "incidents", multiple=True, metavar="NAME@WHEN", help="NAME@+60s or NAME@14:30. Repeatable."
)
@click.option("--no-incidents", is_flag=True, help="None but those asked for.")
@click.option(
    "--script", "scripts", multiple=True, type=click.Path(path_type=Path), help="More incidents from a TOML file."
)
@click.option("--patterns", type=click.Path(path_type=Path), help="How the campus lives, instead of what is shipped.")
@click.option("--say-every", default=5.0, show_default=True, type=click.FloatRange(1, 3600), metavar="SECONDS")
@click.option("--list", "list_them", is_flag=True, help="Say which incidents there are, and stop.")
@click.option("--with-parent", is_flag=True, hidden=True)
def simulate(
    folder: Path,
    url: str,
    key_file: Path | None,
    mqtt: str | None,
    rate: float | None,
    seed: int,
    every: int | None,
    lasts: timedelta | None,
    backfill: float | None,
    past: int | None,
    incidents: tuple[str, ...],
    no_incidents: bool,
    scripts: tuple[Path, ...],
    patterns: Path | None,
    say_every: float,
    list_them: bool,
    with_parent: bool,
) -> None:
    """Send what the devices, people and vehicles of the simulated campus in FOLDER would, until interrupted.

    It uses the interfaces of real devices. The key needs the scopes send and see (see: to read the campus' clock).

    \b
    twin key add .demo simulator --scope send --scope see > key
    twin simulate .demo --key-file key --incident burst-main@+60s
    """
    from twin.simulate.running import Run, Telling
    from twin.simulate.scripts import load_scripts

    if list_them:
        for one in load_scripts(scripts).values():
            say(f"{one.id:<22} {one.lasts_s / 60:4.0f} min  {one.title.zh}  {one.title.en}  → {', '.join(one.alarms)}")
        return
    timezone = _require_simulated(folder)
    asked = Asked(seed, every, incidents, no_incidents, scripts, patterns)
    if past is not None:
        asked.write_past(folder, timezone, past)
        return
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    with ExitStack() as beside:
        sender, follow = _way(beside, url, key_file, mqtt, rate)
        scenario, ledger = asked.scenario(folder, timezone, follow()[0].now())
        beside.callback(ledger.save)
        run = Run(scenario, sender, follow, Telling(_say, timezone, say_every))
        try:
            if backfill:
                run.backfill(backfill)
            run.go(lasts)
        except KeyboardInterrupt:
            say("", err=True)
        total = run.total
    _say(f"{total.accepted:,} new, {total.doubled:,} known, {total.refused:,} refused in all")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see happen."""

    seed: int
    every: int | None
    incidents: tuple[str, ...]
    no_incidents: bool
    scripts: tuple[Path, ...]
    patterns: Path | None

    def scenario(self, folder: Path, timezone: str, now: datetime, *, past: bool = False) -> tuple[Scenario, Ledger]:
        from twin.live.rules.calendar import load_calendar
        from twin.model.time import microseconds
        from twin.simulate.campus import read_campus
        from twin.simulate.days import Days
        from twin.simulate.ledger import Ledger
        from twin.simulate.patterns import load_patterns
        from twin.simulate.scenario import Scenario
        from twin.simulate.schedule import ordered
        from twin.simulate.scripts import load_scripts

        found = load_scripts(self.scripts)
        orders = [ordered(one, found, microseconds(now), timezone) for one in self.incidents]
        ledger = Ledger.open(folder, self.seed)
        patterns = load_patterns(self.patterns).reporting_every(self.every)
        calendar = load_calendar(folder / "config", timezone)
        scenario = Scenario(
            read_campus(folder, timezone),
            patterns.of_the_past() if past else patterns,
            found,
            ledger,
            Days(timezone, calendar.is_working_day),
            orders=orders,
            by_themselves=not self.no_incidents,
        )
        return scenario, ledger

    def write_past(self, folder: Path, timezone: str, days: int) -> None:
        from twin.cli.past import write_past
        from twin.model.time import SystemClock

        now = SystemClock().now()
        scenario, ledger = self.scenario(folder, timezone, now, past=True)
        write_past(folder, scenario, timezone, now, days, _say)
        ledger.save()


def _way(
    beside: ExitStack, url: str, key_file: Path | None, mqtt: str | None, rate: float | None
) -> tuple[Sender, Callable[[], tuple[Clock, float]]]:
    """Where messages go, and what tells the time: the campus, or with a broker and no key this machine."""
    from twin.model.time import SimulatedClock, SystemClock
    from twin.simulate.sending import HttpSender, MqttSender

    key = key_file.read_text(encoding="utf-8").strip() if key_file is not None else os.environ.get(KEY, "")
    if not key and mqtt is None:
        raise click.UsageError(f"a key is needed: --key-file FILE, or {KEY}; twin key add makes one")
    campus = HttpSender(url, key, _say) if key else None
    if campus is not None:
        beside.callback(campus.close)
    broker = MqttSender(mqtt, os.environ.get(MQTT_PASSWORD)) if mqtt is not None else None
    if broker is not None:
        beside.callback(broker.close)
    own = SimulatedClock(SystemClock().now(), rate or 1.0)

    def follow() -> tuple[Clock, float]:
        if campus is None:
            return own, own.rate
        said = campus.clock()
        if rate is None or rate == said.rate:
            return SimulatedClock(said.now, said.rate), said.rate
        return SimulatedClock(said.now, rate), rate

    sender: Sender | None = broker or campus
    assert sender is not None
    return sender, follow


def _require_simulated(folder: Path) -> str:
    """The campus' time zone. Raises NotSimulatedError."""
    from twin.settings import load_settings

    settings = load_settings(folder)
    if not settings.simulated:
        raise NotSimulatedError(path=folder)
    return settings.timezone


def _say(line: str) -> None:
    say(f"simulator: {line}", err=True)


def _end_with_parent() -> None:
    """Whoever started this holds the other end of its standard input, and lets go of it when it ends."""
    sys.stdin.buffer.read()
    os._exit(0)


class DemoSimulator:
    """The simulator beside ``twin demo``: a process of its own, that ends with the server and is never restarted."""

    def __init__(self, running: RunningCampus, *, url: str, key: str, backfill_h: float) -> None:
        arguments = ["simulate", str(running.campus.folder), "--url", url, "--say-every", "60", "--with-parent"]
        if backfill_h:
            arguments += ["--backfill", f"{backfill_h:g}"]
        self._arguments = [sys.executable, "-m", "twin.cli", *arguments]
        self._environment = {**os.environ, KEY: key}
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = False

    def __enter__(self) -> DemoSimulator:
        self._process = subprocess.Popen(
            self._arguments, env=self._environment, stdin=subprocess.PIPE, start_new_session=True
        )
        threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending = True
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        if not self._ending:
            _say(f"it has stopped (exit code {code}) and nothing is sent any more; twin simulate starts it again")


def write_demo_past(folder: Path, days: int) -> float:
    """The closed days before today, and how many hours of today are left to send."""
    from twin.cli.past import hours_of_today
    from twin.model.time import SystemClock

    timezone = _require_simulated(folder)
    Asked(SEED, None, (), False, (), None).write_past(folder, timezone, days)
    return hours_of_today(SystemClock().now(), timezone)


def demo_key(folder: Path) -> str:
    """A key for the demo's simulator, for this start only; that of the last one is worthless."""
    from twin.cli.people import console, people_of
    from twin.people.roles import Right

    people, name = people_of(folder), "simulator"
    for one in people.keys.all():
        if one.name == name:
            people.keys.revoke(one.id)
            people.audit.append(console(), "key.revoked", name, id=one.id)
    made, secret = people.keys.add(name, [Right.SEND, Right.SEE], console().name)
    people.audit.append(console(), "key.added", made.name, id=made.id, scope=list(made.scope))
    return secret
