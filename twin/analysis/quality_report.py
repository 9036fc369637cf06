"""What an inspection found, without what it takes to inspect."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from twin.model.finding import SEVERITIES, Finding


@dataclass(frozen=True, slots=True)
class QualityReport:
    """``findings``: errors first, then by rule in the order of the rules. ``inputs_hash``: of all that was read."""

    generation: int
    inputs_hash: str
    findings: tuple[Finding, ...]

    def by_rule(self) -> dict[str, int]:
        """Rule id -> how many findings, in their order."""
        return dict(Counter(one.rule for one in self.findings))

    def by_severity(self) -> dict[str, int]:
        """How many of each severity, 0 included."""
        counts = Counter(one.severity for one in self.findings)
        return {one: counts[one] for one in SEVERITIES}
