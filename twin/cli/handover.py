"""``twin handover``: a campus as one file that can be signed for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from twin.cli.saying import say, say_json
from twin.cli.versions import folder_argument

if TYPE_CHECKING:
    from twin.model.finding import Finding
    from twin.store.campus import Generation

_SAID: Final = {
    "zh": {
        "written": "{path}：第 {generation} 版，{files} 个文件，{mb:,.1f} MB",
        "masked": "地下图层已脱敏：{layers}。确需准确位置请用 --exactly 并说明理由。",
        "names": "登记表中的姓名、电话、承租人、车牌已略去；有权时可用 --names。",
    },
    "en": {
        "written": "{path}: generation {generation}, {files} files, {mb:,.1f} MB",
        "masked": "Masked, since they lie underground: {layers}. Say --exactly and why for exact places.",
        "names": "Names, phones, tenants and plates are left out of registers; --names includes them.",
    },
}


def inspection_files(generation: Generation, hidden: frozenset[str]) -> dict[str, bytes]:
    """The inspection as files of the package: the report in both languages, and every finding as JSON.

    With ``hidden`` layers the report has counts only, and findings that tell of what lies underground have neither
    message nor values: both tell places and levels.
    """
    from twin.analysis.findings_table import secret_findings
    from twin.analysis.inspected import inspected
    from twin.analysis.quality.document import report_html

    report = inspected(generation)
    secret = secret_findings(generation, report.findings) & bool(hidden)
    told = [_told(one, masked=bool(masked)) for one, masked in zip(report.findings, secret, strict=True)]
    said = {"generation": generation.number, "inputs_hash": report.inputs_hash, "findings": told}
    files = {"inspection.json": json.dumps(said, ensure_ascii=False, indent=1).encode()}
    for language in ("zh", "en"):
        page = report_html(generation, report, report.findings, language, exactly=not hidden)
        files[f"inspection.{language}.html"] = page.encode()
    return files


def _told(finding: Finding, *, masked: bool) -> dict[str, Any]:
    both = {**finding.to_dict("en"), "message_zh": finding.message("zh"), "fix_zh": finding.fix("zh")}
    secret = ("message", "message_zh", "fix", "fix_zh", "values", "changes")
    return both | dict.fromkeys(secret) if masked else both


@click.command()
@folder_argument
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--exactly", metavar="REASON", help="With exact places underground; the reason is kept in exports.log.")
@click.option("--names", is_flag=True, help="With what persons in registers are called; kept in the audit.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def handover(folder: Path, out: Path, exactly: str | None, names: bool, as_json: bool) -> None:
    """Write the campus in FOLDER to the new file OUT.zip: tables, GeoPackage, 3D Tiles, report, dictionary, checksums.

    What lies underground is told to a grid and without levels, unless you say --exactly and why. It is written whole
    or not at all.

    \b
    twin handover my-campus delivered.zip
    twin handover my-campus exact.zip --exactly "design of the east road"
    """
    from layers import registry
    from twin.build.handover import hand_over
    from twin.cli import language
    from twin.cli.people import console, people_of
    from twin.store.campus import Campus

    campus = Campus.open(folder)
    if names:
        people_of(folder).audit.append(console(), "handover.names", str(out)[:200])
    report = hand_over(campus, registry(), out, inspection_files, exactly=exactly, names=names)
    if as_json:
        say_json(report.to_dict())
        return
    words = _SAID[language()]
    say(
        words["written"].format(
            path=report.path, generation=report.generation, files=report.files, mb=report.size_bytes / 1e6
        )
    )
    if report.masked:
        say(words["masked"].format(layers=", ".join(report.masked)))
    if not report.names and any(one.blanked for one in report.tables):
        say(words["names"])
