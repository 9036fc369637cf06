"""The command line: each command a thin layer over a function of the library.

This is the one place that may see everything. Imports are inside the commands: ``twin --help`` and ``twin info`` must
answer at once, and most commands need little of what the twin can do.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from twin.cli.asking import ask, moment_of
from twin.cli.crs import crs
from twin.cli.handover import handover
from twin.cli.incidents import incidents
from twin.cli.live import devices, import_group, letters
from twin.cli.people import audit, console, key, kiosk, people_of, user
from twin.cli.quality import check
from twin.cli.report import report
from twin.cli.resurvey import diff, generations, prune
from twin.cli.rules import rules
from twin.cli.saying import say, say_json
from twin.cli.screens import kpis, screens
from twin.cli.simulate import clock_option, simulate
from twin.cli.snapshot import snapshot
from twin.cli.webhooks import webhooks
from twin.errors import FolderRefusedError, TwinError

if TYPE_CHECKING:
    from ioc_app.serving import Companion, Listen

_LANGUAGE_FROM = ("TWIN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def language() -> str:
    """``zh`` or ``en``, from TWIN_LANGUAGE or the locale."""
    said = next((os.environ[name] for name in _LANGUAGE_FROM if os.environ.get(name)), "")
    return "zh" if said.lower().startswith("zh") else "en"


class _Group(click.Group):
    """Faults that a person can cure end in one line and exit code 1, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TwinError as fault:
            _say(fault)
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)
        except OSError as fault:  # no room, no permission: nothing that a trace would explain
            _say(FolderRefusedError(path=fault.filename or Path.cwd(), detail=fault.strerror or str(fault)))
            ctx.exit(1)


def _say(fault: TwinError) -> None:
    for line in fault.text(language()).splitlines():
        say(f"twin: {line}", err=True)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="campus-twin", prog_name="twin")
def main() -> None:
    """From survey files to a layered 3D campus.

    \b
    Start:   twin init my-campus delivered/ --crs EPSG:4549 --vertical-datum EPSG:5737
             twin build my-campus
             twin serve my-campus          then open http://127.0.0.1:8050
    Look:    twin info my-campus · twin check my-campus · twin crs delivered/points.csv
    Live:    twin devices my-campus · twin import readings my-campus meters/ · twin letters my-campus
             twin incidents my-campus
    Rules:   twin rules list my-campus · twin rules check my-campus
    Screens: twin screens list my-campus · twin screens check my-campus · twin kpis list my-campus
    Tell:    twin webhooks list my-campus · twin report my-campus -o yesterday.html
             twin snapshot my-campus --screen energy -o energy.html
    People:  twin user add my-campus zhangwei --role administrator
    Ask:     twin query my-campus "SELECT subclass, sum(length_m) FROM drainage GROUP BY 1"
    Try it:  twin demo · twin simulate .demo --list

    \b
    Messages are Chinese or English, by TWIN_LANGUAGE=zh or en, else by the locale. Every command ends with exit code 0
    when all is well and 1 when something is to be done, which it says.
    """


for _group in (
    ask,
    crs,
    user,
    key,
    kiosk,
    audit,
    devices,
    import_group,
    letters,
    rules,
    screens,
    kpis,
    incidents,
    webhooks,
    report,
    simulate,
    snapshot,
    check,
    diff,
    generations,
    prune,
    handover,
):
    main.add_command(_group)

_FOLDER = click.Path(file_okay=False, path_type=Path)


@main.command()
@click.argument("folder", type=_FOLDER)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--crs", help="CRS of the campus, and of files that do not say theirs: EPSG:4549, WKT, or local.")
@click.option("--vertical-datum", help="Height datum, likewise: EPSG:5737 is the 1985 national datum, or local.")
@click.option("--name", help="Name of the campus; default: the folder's.")
@click.option("--link", is_flag=True, help="Refer to the files where they are instead of copying them in.")
def init(
    folder: Path, files: tuple[Path, ...], crs: str | None, vertical_datum: str | None, name: str | None, link: bool
) -> None:
    """Look at FILES (or folders), say what each is, and write FOLDER/campus.toml.

    Exit code 1 means that something is left for you to answer; it is listed, and marked in campus.toml.

    \b
    twin init my-campus delivered/ --crs EPSG:4549 --vertical-datum EPSG:5737
    twin init my-campus model.ifc pipes.xlsx --link
    """
    from twin.cli.show import show_init
    from twin.init import init_campus

    report = init_campus(
        folder, files, crs=crs, vertical_datum=vertical_datum, name=name, link=link, language=language()
    )
    show_init(report, language())
    if report.questions or any(one.problem for one in report.deliveries):
        raise SystemExit(1)


@main.command()
@click.argument("folder", type=_FOLDER)
@click.option("--keep-going", is_flag=True, help="Build without sources that cannot be read; they are in the report.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def build(folder: Path, keep_going: bool, as_json: bool) -> None:
    """Make a new generation of the campus in FOLDER and switch to it.

    Unchanged sources are not read again. Until the switch the generation in use is untouched.
    """
    from layers import registry
    from twin.build import build_campus
    from twin.cli.show import Progress, show_build

    with Progress(quiet=as_json) as progress:
        result = build_campus(folder, registry(), keep_going=keep_going, progress=progress)
    if as_json:
        say_json({"changed": result.changed, **_info(folder)})
    else:
        show_build(result, language())


@main.command()
@click.argument("folder", type=_FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def registers(folder: Path, as_json: bool) -> None:
    """Take up changed registers (staff, units, rooms, leases, rosters, tariffs) of FOLDER, without a build.

    Unchanged files are not read. Rows of a file that cannot be read stay as they were; exit code 1 then.
    twin serve does this by itself, and so does twin build.
    """
    from layers import registry
    from twin.build.registers import take_up_registers
    from twin.cli.show import Progress, show_registers

    with Progress(quiet=as_json) as progress:
        taken = take_up_registers(folder, registry(), retry=True, progress=progress)
    edition = taken.edition.to_dict() if taken.edition is not None else None
    if as_json:
        say_json({"changed": taken.changed, "edition": edition})
    else:
        show_registers(edition, changed=taken.changed, language=language())
    for line in taken.errors:
        say(f"twin: {line}", err=True)
    if taken.errors:
        raise SystemExit(1)


@main.command()
@click.argument("folder", type=_FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def info(folder: Path, as_json: bool) -> None:
    """Say what the campus in FOLDER consists of: layers, sources, what was found, kept and skipped."""
    said = _info(folder)
    if as_json:
        say_json(said)
    else:
        from twin.cli.show import show_info

        if language() == "zh":
            from twin.cli.row_notes import in_chinese

            said["sources"] = in_chinese(said["sources"], folder, said["generation"])
        show_info(said, language())


def _info(folder: Path) -> dict[str, Any]:
    from twin.errors import NotACampusError
    from twin.store.editions import load_edition
    from twin.store.generations import load_manifest

    if not (folder / "campus.toml").is_file():
        raise NotACampusError(path=folder)
    manifest = load_manifest(folder).to_dict()
    edition = load_edition(folder)
    shown = (
        "campus",
        "crs",
        "vertical_datum",
        "origin",
        "generation",
        "created_at",
        "notice",
        "layers",
        "sources",
        "tilesets",
        "errors",
        "inspection",
    )
    said = {key: manifest[key] for key in shown}
    if edition is not None:
        registers = edition.to_dict()
        said["sources"] = [*said["sources"], *registers["sources"]]
        said["errors"] = [*said["errors"], *edition.errors]
        said["registers"] = {key: registers[key] for key in ("number", "in_force_at", "rows")}
    return said


@main.command()
@click.argument("folder", type=_FOLDER)
@click.argument("sql")
@click.option("--csv", "form", flag_value="csv", help="Print CSV; geometry as WKT.")
@click.option("--json", "form", flag_value="json", help="Print JSON rows; geometry as WKT.")
@click.option(
    "--arrow", "form", flag_value="arrow", help="Write an Arrow IPC stream to standard output; geometry as WKB."
)
@click.option(
    "--at", metavar="TIME", help="Ask about then: the generation in force and the rows of registers that held."
)
def query(folder: Path, sql: str, form: str | None, at: str | None) -> None:
    """Ask the layer tables of FOLDER with one SELECT: read-only, no files, no network, 10 s.

    \b
    Tables are the layers (buildings, elements, drainage, …), properties, materials, systems, relations, meshes,
    instances and the registers: staff are the rows that hold now (or --at), staff_history all that ever stood there.

    \b
    twin query DIR "SHOW TABLES"
    twin query DIR "DESCRIBE elements"
    twin query DIR "SELECT storey_id, sum(area_m2) FROM spaces GROUP BY 1"
    twin query DIR "SELECT feature_id, attributes->>'$.Mark' AS mark FROM elements" --csv > marks.csv
    """
    from twin.cli.answers import write_answer
    from twin.screens.readers import one_query

    write_answer(one_query(folder, sql, None if at is None else moment_of(folder, at)), form or "table")


@main.group()
def export() -> None:
    """Hand the campus to other programs."""


@export.command("tiles")
@click.argument("folder", type=_FOLDER)
@click.argument("out", type=_FOLDER)
@click.option("--plain", is_flag=True, help="Without meshopt compression, for programs that have no decoder.")
@click.option(
    "--underground", metavar="REASON", help="Include what lies underground; the reason is kept in exports.log."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def export_tiles_command(folder: Path, out: Path, plain: bool, underground: str | None, as_json: bool) -> None:
    """Write the generation in use of FOLDER as 3D Tiles 1.1 for other programs to the new folder OUT.

    tileset.json stands on the globe (ECEF), local.json in campus axes. Every face has a normal. Layers that lie
    underground are left out unless you say --underground and why.
    """
    from layers import registry
    from twin.build.exchange import export_tiles
    from twin.cli.show import show_export
    from twin.store.campus import Campus

    report = export_tiles(Campus.open(folder), registry(), out, compress=not plain, underground_reason=underground)
    if as_json:
        said = {
            "folder": str(report.folder),
            "generation": report.generation,
            "on_globe": report.on_globe,
            "residual_m": report.residual_m,
            "glbs": report.tiles.glbs,
            "bytes": report.tiles.bytes,
            "triangles": dict(report.tiles.triangles),
            "masked": list(report.masked),
        }
        say_json(said)
    else:
        show_export(report, language())


@main.command()
@click.argument("folder", type=_FOLDER)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8050, show_default=True, type=click.IntRange(0, 65535))
@click.option("--insecure", is_flag=True, help="Allow listening beyond this machine without TLS.")
@click.option(
    "--tls",
    nargs=2,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="CERT KEY",
    help="PEM files: serve https.",
)
@click.option("--root-path", default="/", show_default=True, help="Where a proxy mounts the campus.")
@click.option("--trusted-proxy", default="", metavar="ADDRESS", help="Believe X-Forwarded-For and -Proto from here.")
@click.option("--mcp", is_flag=True, help="Let language models ask at /_dash-mcp, behind the login.")
@clock_option
def serve(
    folder: Path,
    host: str,
    port: int,
    insecure: bool,
    tls: tuple[Path, Path] | None,
    root_path: str,
    trusted_proxy: str,
    mcp: bool,
    rate: float | None,
) -> None:
    """Serve the campus in FOLDER to browsers; changed registers are taken up meanwhile."""
    from ioc_app.serving import Listen

    people = people_of(folder)
    if not people.accounts.all():
        say(f"twin: {_NOBODY[language()].format(folder=folder)}", err=True)
    listen = Listen(host, port, root_path, insecure, tls, trusted_proxy, mcp=mcp)
    _serve(folder, listen, rate)


_NOBODY = {
    "zh": "还没有账户，谁也无法登录。请先运行：twin user add {folder} 账户名 --role administrator",
    "en": "There is no account, so nobody can log in. Run: twin user add {folder} NAME --role administrator",
}


def _serve(folder: Path, listen: Listen, rate: float | None = None, *companions: Companion) -> None:
    from ioc_app.serving import serve as serve_app
    from layers import registry
    from twin.build.registers import RegisterWatch
    from twin.live.mqtt.consumer import MqttConsumer
    from twin.live.mqtt.settings import load_mqtt_settings
    from twin.live.simulated_time import clock_of
    from twin.model.time import SimulatedClock
    from twin.series.drop import DropWatch
    from twin.settings import load_settings

    settings = load_settings(folder)
    clock = clock_of(folder, rate, simulated=settings.simulated)
    if isinstance(clock, SimulatedClock):
        at = clock.now().astimezone(ZoneInfo(settings.timezone))
        say(f"twin: {_CLOCK[language()].format(at=f'{at:%Y-%m-%d %H:%M:%S}', rate=clock.rate)}", err=True)
    listen = replace(listen, timezone=ZoneInfo(settings.timezone), clock=clock)
    brokers = [partial(MqttConsumer, broker=one) for one in load_mqtt_settings(folder).brokers]
    with RegisterWatch(folder, registry(), say=lambda line: say(f"twin: {line}", err=True)):
        serve_app(folder, listen, [DropWatch, *brokers, *companions])


_CLOCK = {
    "zh": "模拟时钟：从 {at} 开始，{rate:g} 倍速",
    "en": "simulated clock: from {at} on, {rate:g} times as fast",
}


@main.command()
@click.option("--folder", default=".demo", show_default=True, type=_FOLDER, help="Where to write the demo campus.")
@click.option("--no-serve", is_flag=True, help="Stop after the build.")
@click.option("--no-simulate", is_flag=True, help="Without devices that send.")
@click.option("--port", default=8050, show_default=True, type=click.IntRange(0, 65535))
@clock_option
def demo(folder: Path, no_serve: bool, no_simulate: bool, port: int, rate: float | None) -> None:
    """Generate an invented campus near Fuzhou, build it, serve it on 127.0.0.1, and let its devices send.

    The simulator (twin simulate) is a process of its own that ends with the server. A campus without a history is
    first given that of the days before (twin simulate --past).
    """
    from geodata.demo import write as write_demo
    from layers import registry
    from twin.build import build_campus
    from twin.cli.show import Progress, show_build

    if not (folder / "campus.toml").is_file():
        say(f"Writing the demo campus to {folder} …", err=True)
        write_demo(folder)
    with Progress() as progress:
        result = build_campus(folder, registry(), progress=progress)
    show_build(result, language())
    if not no_serve:
        from ioc_app.serving import Listen

        say(_ENTER[language()].format(url=_demo_link(folder, port)), err=True)
        _serve(folder, Listen("127.0.0.1", port), rate, *([] if no_simulate else [_demo_simulator(folder, port)]))


_ENTER = {
    "zh": "请在浏览器打开（一次有效）：{url}",
    "en": "Open this in your browser (good once): {url}",
}


_DEMO_DAYS = 8  # so that there is the same day of the week before


def _demo_simulator(folder: Path, port: int) -> Companion:
    from twin.cli.simulate import DemoSimulator, demo_key, write_demo_past
    from twin.live.simulated_time import newest_received

    backfill_h = write_demo_past(folder, _DEMO_DAYS) if newest_received(folder) is None else 0.0
    return partial(DemoSimulator, url=f"http://127.0.0.1:{port}", key=demo_key(folder), backfill_h=backfill_h)


def _demo_link(folder: Path, port: int) -> str:
    """Enter as the administrator of the demo campus, who has no password: whoever started it is let in, nobody else."""
    from twin.people.links import Purpose
    from twin.people.roles import Role

    people = people_of(folder)
    if "demo" not in {one.name for one in people.accounts.all()}:
        people.accounts.add("demo", Role.ADMINISTRATOR, "演示 Demo")
        people.audit.append(console(), "account.added", "demo", role="administrator")
    return f"http://127.0.0.1:{port}/enter/{people.links.make('demo', Purpose.ENTER)}"


if __name__ == "__main__":
    main()
