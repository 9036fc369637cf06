"""Quality inspection: what a surveyor would not sign, found by rules over a finished generation."""

from __future__ import annotations

from twin.analysis.quality.inspect import CHECKS, inspect

__all__ = ["CHECKS", "inspect"]
