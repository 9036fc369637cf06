"""The inspection report as one HTML page to print and sign: counts, a map, a page a finding, the hash of the inputs.

Everything is in the page (style and drawings), and everything that came from files is text in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Final

from twin.analysis.quality.plan_map import PlanMap
from twin.analysis.quality.subject import Subject
from twin.analysis.quality_report import QualityReport
from twin.model.finding import SEVERITIES, SEVERITY_TITLES, Finding, finding_rules
from twin.model.text import Title, visible
from twin.store.campus import Generation

# findings that get a page of their own; the others are lines of a table, so that a report can be carried
PAGES: Final = 200
_CSS: Final = Path(__file__).with_name("document.css")
_WORDS: Final = {
    "title": Title("数据质量检查报告", "Inspection report"),
    "campus": Title("园区", "Campus"),
    "generation": Title("版本", "Generation"),
    "built": Title("构建时间", "Built"),
    "inspected": Title("检查时间", "Inspected"),
    "crs": Title("坐标系", "CRS"),
    "datum": Title("高程基准", "Vertical datum"),
    "hash": Title("输入数据摘要", "Hash of the inputs"),
    "patches": Title("采用的修正", "Accepted patches"),
    "sources": Title("数据来源", "Sources"),
    "counts": Title("按规则和图层统计", "By rule and layer"),
    "map": Title("问题分布图", "Where"),
    "clean": Title("没有发现问题。", "Nothing was found."),
    "rule": Title("规则", "Rule"),
    "layer": Title("图层", "Layer"),
    "count": Title("数量", "Count"),
    "severity": Title("级别", "Severity"),
    "where": Title("位置", "Where"),
    "found": Title("发现", "Finding"),
    "fix": Title("处理", "Cure"),
    "change": Title("修改前后", "Before and after"),
    "safe": Title("可安全采用（twin check --fix）", "safe (twin check --fix)"),
    "others": Title("其余问题", "The other findings"),
    "rules": Title("检查的规则", "Rules that were asked"),
    "limits": Title("判据", "Judged by"),
    "unverified": Title("未核对规范原文", "not held against the printed standard"),
    "sign": Title("签署", "Signatures"),
    "surveyed": Title("检查人", "Inspected by"),
    "reviewed": Title("复核人", "Reviewed by"),
    "approved": Title("批准人", "Approved by"),
    "date": Title("日期", "Date"),
    "kept": Title("读取", "Read"),
    "skipped": Title("未采用", "Skipped"),
    "content": Title("内容摘要", "Hash"),
    **SEVERITY_TITLES,
}


def report_html(
    generation: Generation, report: QualityReport, findings: Sequence[Finding], language: str, *, exactly: bool = True
) -> str:
    """The page. ``exactly`` False: no maps and no values of findings, since both tell where things lie underground."""
    page = _Page(generation, report, findings, language, exactly=exactly)
    return "".join(page.parts())


class _Page:
    def __init__(
        self,
        generation: Generation,
        report: QualityReport,
        findings: Sequence[Finding],
        language: str,
        *,
        exactly: bool,
    ) -> None:
        self._generation = generation
        self._report = report
        self._findings = findings
        self._language = language
        self._exactly = exactly
        self._map = PlanMap(Subject(generation)) if exactly and findings else None

    def parts(self) -> Iterator[str]:
        css = _CSS.read_text(encoding="utf-8")
        lang = "zh-CN" if self._language == "zh" else "en"
        title = f"{self._say('title')} - {_text(self._generation.manifest.campus)}"
        yield f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title}</title><style>{css}</style>'
        yield f"<h1>{self._say('title')}</h1>"
        yield from self._head()
        yield from self._counts()
        if self._map is not None and (drawn := self._map.whole(self._findings)):
            yield f"<h2>{self._say('map')}</h2>{drawn}"
        yield from self._rules()
        yield from self._signatures()
        if self._exactly:
            for number, one in enumerate(self._findings[:PAGES], start=1):
                yield from self._finding(number, one)
            yield from self._rest(self._findings[PAGES:])
        yield "</html>"

    def _say(self, key: str) -> str:
        return _text(_WORDS[key].text(self._language))

    def _layer(self, layer_id: str | None) -> str:
        definition = self._generation.definitions.get(layer_id or "")
        return _text(definition.title.text(self._language) if definition is not None else layer_id or "-")

    def _head(self) -> Iterator[str]:
        manifest = self._generation.manifest
        rows = {
            "campus": manifest.campus,
            "generation": f"{manifest.generation:04d}",
            "built": manifest.created_at,
            "inspected": datetime.now(UTC).isoformat(timespec="seconds"),
            "crs": manifest.crs,
            "datum": manifest.vertical_datum,
            "hash": self._report.inputs_hash,
            "patches": ", ".join(f"{one:04d}" for one in manifest.patches) or "-",
        }
        yield "<table>"
        yield from (f"<tr><th>{self._say(key)}</th><td>{_text(value)}</td></tr>" for key, value in rows.items())
        yield f"</table><h2>{self._say('sources')}</h2><table><tr>"
        yield from (f"<th>{self._say(key)}</th>" for key in ("sources", "kept", "skipped", "content"))
        yield "</tr>"
        for one in manifest.sources:
            yield (
                f'<tr><td>{_text(one.path)}</td><td class="n">{one.kept:,}</td>'
                f'<td class="n">{sum(one.skipped.values()):,}</td><td class="hash">{_text(one.content_hash)}</td></tr>'
            )
        yield "</table>"

    def _counts(self) -> Iterator[str]:
        yield f"<h2>{self._say('counts')}</h2>"
        if not self._findings:
            yield f"<p>{self._say('clean')}</p>"
            return
        severities = Counter(one.severity for one in self._findings)
        yield (
            "<p>"
            + "　".join(f'<span class="{one}">{self._say(one)} {severities[one]:,}</span>' for one in SEVERITIES)
            + "</p><table><tr>"
        )
        yield from (f"<th>{self._say(key)}</th>" for key in ("severity", "rule", "layer", "count"))
        yield "</tr>"
        counts = Counter((one.rule, one.severity, one.layer) for one in self._findings)
        for (rule, severity, layer), count in counts.items():
            yield (
                f'<tr><td class="{severity}">{self._say(severity)}</td>'
                f"<td>{_text(finding_rules()[rule].title.text(self._language))} <span class=said>{rule}</span></td>"
                f'<td>{self._layer(layer)}</td><td class="n">{count:,}</td></tr>'
            )
        yield "</table>"

    def _rules(self) -> Iterator[str]:
        yield f"<h2>{self._say('rules')} ({len(finding_rules())})</h2>"
        named = [
            f"{_text(one.title.text(self._language))} <span class=said>{one.id}</span>"
            for one in finding_rules().values()
        ]
        yield f"<p>{' · '.join(named)}</p>"
        yield f"<table><tr><th>{self._say('rule')}</th><th>{self._say('limits')}</th></tr>"
        for rule in finding_rules().values():
            if rule.limits or rule.unverified:
                judged = rule.judged_by() + (f" ({self._say('unverified')})" if rule.unverified else "")
                yield f"<tr><td>{_text(rule.title.text(self._language))}</td><td>{judged}</td></tr>"
        yield "</table>"

    def _signatures(self) -> Iterator[str]:
        yield f'<h2>{self._say("sign")}</h2><table class="sign"><tr>'
        yield from (f"<th>{self._say(key)}</th>" for key in ("surveyed", "reviewed", "approved"))
        yield "</tr><tr><td></td><td></td><td></td></tr><tr>"
        yield f"<td>{self._say('date')}</td>" * 3
        yield f'</tr></table><p class="hash">{_text(self._report.inputs_hash)}</p>'

    def _finding(self, number: int, one: Finding) -> Iterator[str]:
        rule = finding_rules()[one.rule]
        title = _text(rule.title.text(self._language))
        yield f'<section class="finding"><h3 class="{one.severity}">{number}. {title}</h3><table>'
        rows = {
            "rule": _text(one.rule),
            "layer": self._layer(one.layer),
            "where": _lines(one.where(self._language)),
            "found": _text(one.message(self._language)),
            "fix": _text(one.fix(self._language)),
        }
        yield from (f"<tr><th>{self._say(key)}</th><td>{value}</td></tr>" for key, value in rows.items())
        if one.changes:
            cells = "<br>".join(
                f"{_text(f'{cell.sheet} {cell.row} {cell.heading}')}: <del>{_text(cell.old or '-')}</del> → "
                f"<ins>{_text(cell.new or '-')}</ins>"
                for cell in one.changes
            )
            safe = f"<br><span class=said>{self._say('safe')}</span>" if one.safe else ""
            yield f"<tr><th>{self._say('change')}</th><td>{cells}{safe}</td></tr>"
        yield "</table>"
        if self._map is not None and (drawn := self._map.one(one)):
            yield drawn
        yield "</section>"

    def _rest(self, findings: Sequence[Finding]) -> Iterator[str]:
        if not findings:
            return
        yield f"<h2>{self._say('others')} ({len(findings):,})</h2><table><tr>"
        yield from (f"<th>{self._say(key)}</th>" for key in ("severity", "rule", "where", "found"))
        yield "</tr>"
        for one in findings:
            where, message = _lines(one.where(self._language)), _text(one.message(self._language))
            yield (
                f'<tr><td class="{one.severity}"></td><td>{_text(one.rule)}</td><td>{where}</td><td>{message}</td></tr>'
            )
        yield "</table>"


def _lines(texts: Sequence[str]) -> str:
    return "<br>".join(map(_text, texts))


def _text(value: object) -> str:
    return escape(visible(str(value)))
