"""What a campus answers about its own data: the findings of the quality inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.errors import UnknownRuleError
from twin.model.finding import finding_rules
from twin.notebook.frames import GEOMETRY, crs_of
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
        import geopandas
        import shapely

        table = self._source.findings(rule, severity, layer)
        shapes = shapely.from_wkb(table[GEOMETRY].to_numpy())  # all of them may be missing, and it is a frame of shapes
        plain = table.drop_columns([GEOMETRY]).to_pandas()
        return geopandas.GeoDataFrame(plain, geometry=shapes, crs=crs_of(self._source.crs))
