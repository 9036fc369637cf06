"""``campus.findings()`` is what ``twin check`` finds; a server tells what is underground to whoever asks exactly."""

from __future__ import annotations

import pytest
import shapely

from twin.analysis.quality import inspect
from twin.analysis.quality_report import QualityReport
from twin.errors import UnknownRuleError
from twin.notebook.campus import Campus
from twin.store.campus import Campus as Store


@pytest.fixture(scope="module")
def report(campus: Campus) -> QualityReport:
    return inspect(Store.open(campus._source._folder).generation)  # type: ignore[attr-defined]


def test_a_folder_gives_every_finding(campus: Campus, report: QualityReport) -> None:
    found = campus.findings()
    assert found.crs.to_epsg() == 4549
    assert list(found["rule"]) == [one.rule for one in report.findings]
    assert list(found["message"]) == [one.message("zh") for one in report.findings]
    assert list(found["fix_en"]) == [one.fix("en") for one in report.findings]
    assert [list(one) for one in found["feature_ids"]] == [list(one.feature_ids) for one in report.findings]
    shapes = [None if one is None else shapely.to_wkb(one) for one in found.geometry]
    assert shapes == [one.shape for one in report.findings]
    assert not found["masked"].any()


def test_it_is_chosen_by_rule_severity_and_layer(campus: Campus, report: QualityReport) -> None:
    rule, layer = report.findings[0].rule, report.findings[0].layer
    chosen = campus.findings(rule, layer=layer)
    assert list(chosen["finding"]) == [
        n for n, one in enumerate(report.findings) if (one.rule, one.layer) == (rule, layer)
    ]
    assert set(campus.findings(severity="info")["severity"]) == {"info"}
    assert len(campus.findings(layer="no such layer")) == 0
    with pytest.raises(UnknownRuleError, match="no_such_rule"):
        campus.findings("no_such_rule")


@pytest.mark.serves
def test_a_server_masks_unless_asked_exactly(campus: Campus, servers: tuple[Campus, Campus]) -> None:
    masked, exact = servers
    here, told, hidden = campus.findings(), exact.findings(), masked.findings()
    assert told.drop(columns="file").equals(here.drop(columns="file"))
    assert list(hidden["rule"]) == list(here["rule"])
    underground = set(campus.layers.index[campus.layers["underground"]])
    about = hidden[hidden["layer"].notna()]
    assert list(about["masked"]) == [one in underground for one in about["layer"]]
    secret = hidden[hidden["masked"]]
    assert len(secret) > 0
    assert secret.geometry.isna().all()
    assert secret["fix"].isna().all()
    assert not secret["message"].str.contains(r"\d").any(), "no depth, no distance, no id"
    assert len(masked.findings("clearance_short", severity="info")) == 0
