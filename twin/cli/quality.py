"""``twin check``: the quality inspection of a campus, its report, and fixes that follow from the files themselves."""

from __future__ import annotations

import getpass
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.table import Table

from twin.cli.saying import say, say_json, shown, shown_lines

if TYPE_CHECKING:
    from twin.analysis.quality_report import QualityReport
    from twin.model.finding import Finding, FindingRule
    from twin.store.patches import Patch

SHOWN_A_RULE: Final = 10
_HEADINGS: Final = {
    "zh": ("级别", "规则", "位置", "发现", "处理"),
    "en": ("severity", "rule", "where", "finding", "cure"),
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print every finding as JSON.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the inspection report here.")
@click.option("--fix", is_flag=True, help="Accept the safe fixes as a patch; the next build reads it.")
@click.option("--undo", type=int, metavar="N", help="Take the patch N back.")
@click.option("--rule", "only", multiple=True, metavar="ID", help="Only findings of this rule; may be said again.")
@click.option("--all", "every", is_flag=True, help=f"Every finding, not the first {SHOWN_A_RULE} of each rule.")
@click.option("--rules", "list_rules", is_flag=True, help="List the rules and what they judge by.")
def check(
    folder: Path | None,
    as_json: bool,
    html: Path | None,
    fix: bool,
    undo: int | None,
    only: tuple[str, ...],
    every: bool,
    list_rules: bool,
) -> None:
    """Inspect the generation in use of FOLDER: survey rows, pipes, terrain, buildings, devices, coordinates.

    Exit code 1 when there are errors. Sources never change: --fix writes patches/ beside them.

    \b
    twin check my-campus
    twin check my-campus --html inspection.html
    twin check my-campus --fix && twin build my-campus
    """
    from twin.analysis.inspected import inspected
    from twin.cli import language
    from twin.store.campus import Campus
    from twin.store.patches import Patches

    if list_rules:
        _show_rules(language())
        return
    if folder is None:
        raise click.UsageError("Missing argument 'FOLDER'.")
    generation = Campus.open(folder).generation
    at = datetime.now(UTC).isoformat()
    if undo is not None:
        Patches(folder).withdraw(undo, getpass.getuser(), at, generation.number)
        say(f"已撤回修正 {undo}；请重新构建。" if language() == "zh" else f"Patch {undo} is taken back; build again.")
        return
    _require_rules(only)
    report = inspected(generation)
    findings = [one for one in report.findings if not only or one.rule in only]
    if html is not None:
        from twin.analysis.quality.document import report_html

        html.write_text(report_html(generation, report, findings, language()), encoding="utf-8")
    patch = Patches(folder).accept(findings, getpass.getuser(), at, generation.number) if fix else None
    if as_json:
        say_json(_as_json(report, findings, patch, language()))
    else:
        show_findings(findings, language(), None if every else SHOWN_A_RULE)
        if html is not None:
            say(f"已写入 {html}" if language() == "zh" else f"Wrote {html}")
        if fix:
            _show_patch(patch, language())
    if any(one.severity == "error" for one in findings):
        raise SystemExit(1)


def _require_rules(ids: Sequence[str]) -> None:
    from twin.errors import UnknownRuleError
    from twin.model.finding import finding_rules

    for one in ids:
        if one not in finding_rules():
            raise UnknownRuleError(rule=one)


def _as_json(
    report: QualityReport, findings: Sequence[Finding], patch: Patch | None, language: str
) -> dict[str, object]:
    said: dict[str, object] = {
        "generation": report.generation,
        "inputs_hash": report.inputs_hash,
        "findings": [one.to_dict(language) for one in findings],
    }
    if patch is not None:
        said["patch"] = {"number": patch.number, "cells": len(patch.cells)}
    return said


def show_findings(findings: Sequence[Finding], language: str, at_most: int | None) -> None:
    """How many of each rule, then the findings; ``at_most`` of each rule, the others are counted."""
    from twin.model.finding import SEVERITY_TITLES, finding_rules

    console = Console()
    zh = language == "zh"
    if not findings:
        console.print("检查通过，没有发现问题。" if zh else "Checked: nothing found.")
        return
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        by_rule[one.rule].append(one)
    table = Table(show_edge=False, header_style="bold")
    for name in _HEADINGS[language]:
        table.add_column(name, overflow="fold")
    for rule, those in by_rule.items():
        for one in those[:at_most]:
            level = SEVERITY_TITLES[one.severity].text(language)
            places = shown_lines(one.where(language))
            table.add_row(shown(level), shown(rule), places, shown(one.message(language)), shown(one.fix(language)))
        if at_most is not None and len(those) > at_most:
            more = len(those) - at_most
            table.add_row("", shown(rule), "", f"… 另有 {more} 条（--all）" if zh else f"… {more} more (--all)", "")
    console.print(table)
    for rule, those in by_rule.items():
        title = finding_rules()[rule].title
        level = SEVERITY_TITLES[those[0].severity].text(language)
        console.print(shown(f"{len(those):>7,}  {level}  {rule}  {title.text(language)}"), soft_wrap=True)


def _show_patch(patch: Patch | None, language: str) -> None:
    if patch is None:
        say("没有可安全采用的修正。" if language == "zh" else "There is no safe fix that is not accepted already.")
        return
    for cell in patch.cells:
        one = cell.change
        say(f"  {one.file} {one.sheet} {one.row} {one.heading}: {one.old} → {one.new}  ({cell.rule})")
    say(
        f"修正 {patch.number:04d}：{len(patch.cells)} 个单元格；源文件未改动。请运行 twin build。"
        if language == "zh"
        else f"Patch {patch.number:04d}: {len(patch.cells)} cells; the sources are as they were. Run twin build."
    )


def _show_rules(language: str) -> None:
    from twin.model.finding import SEVERITY_TITLES, finding_rules

    table = Table(show_edge=False, header_style="bold")
    for name in ("规则", "级别", "含义", "判据") if language == "zh" else ("rule", "severity", "meaning", "judges by"):
        table.add_column(name, overflow="fold")
    for one in finding_rules().values():
        title = one.title.text(language)
        table.add_row(
            *(shown(cell) for cell in (one.id, SEVERITY_TITLES[one.severity].text(language), title, _judged(one)))
        )
    Console().print(table)


def _judged(rule: FindingRule) -> str:
    return rule.judged_by() + (" ?" if rule.unverified else "")
