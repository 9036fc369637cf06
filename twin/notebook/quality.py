"""What a campus answers about its own data: the findings of the quality inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.errors import UnknownRuleError
from twin.model.finding import finding_rules
from twin.notebook.frames import geo_frame
from twin.notebook.source import Source

if TYPE_CHECKING:
    import geopandas


class Quality:
    """The part of a ``Campus`` that asks what a surveyor would not sign."""

    _source: Source

    def findings(
        self, rule: str | None = None, *, severity: str | None = None, layer: str | None = None
    ) -> geopandas.GeoDataFrame:
        """What ``twin check`` finds in the generation in use, errors first: a row a finding, with its evidence.

        Columns: finding (its number), rule, severity (error, warning, info), layer, feature_ids, source, file, sheet,
        row (as a spreadsheet counts), message and fix in both languages, safe (``twin check --fix`` mends it), masked;
        geometry in the campus CRS, None where there is nothing to point at. ``layer="-"``: of whole sources. From
        ``twin.connect`` without ``exactly`` what is about things underground is masked: the title of the rule, no
        geometry. Inspected once a generation. Raises UnknownRuleError.
        """
        if rule is not None and rule not in finding_rules():
            raise UnknownRuleError(rule=rule)
        return geo_frame(self._source.findings(rule, severity, layer), self._source.crs, "findings")
