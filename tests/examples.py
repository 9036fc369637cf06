"""How much of what is tried many times an ordinary run tries, others each time; the slow set tries all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

from tests.run import DAY, THOROUGH

LEAST: Final = 8
T = TypeVar("T")


def examples(all_of_them: int) -> int:
    """Of a property test: a fifth."""
    return all_of_them if THOROUGH in os.environ else max(LEAST, all_of_them // 5)


def of_today(cases: Sequence[T], count: int) -> Sequence[T]:
    """``count`` of the cases, the next ones each day; that of ``DAY``, or today (UTC)."""
    if THOROUGH in os.environ or len(cases) <= count:
        return cases
    day = int(os.environ.get(DAY) or datetime.now(UTC).toordinal())
    first = day * count % len(cases)
    return [*cases, *cases][first : first + count]
