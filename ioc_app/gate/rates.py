"""How often one may ask: a bucket that fills evenly, for each identity, or each address while nobody is logged in.

Generous, since one page loads hundreds of tiles; it stops loops and guessing, not people. Keys that send events have
their own limit where the journal says how much it can take.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from twin.errors import TooManyRequestsError
from twin.people.identity import IdentityKind

KEPT: Final = 10_000  # buckets; the longest unused go first, and those are full


@dataclass(frozen=True, slots=True)
class Rate:
    per_s: float
    burst: float


RATES: Final[dict[IdentityKind | None, Rate]] = {
    None: Rate(per_s=10, burst=100),
    IdentityKind.PERSON: Rate(per_s=300, burst=3000),
    IdentityKind.KIOSK: Rate(per_s=300, burst=3000),
    IdentityKind.KEY: Rate(per_s=5000, burst=10_000),
}


@dataclass(slots=True)
class _Bucket:
    left: float
    at_s: float


class Rates:
    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, kind: IdentityKind | None, who: str) -> None:
        """Raises TooManyRequestsError when ``who`` has asked too often."""
        rate, now_s = RATES[kind], self._monotonic()
        bucket = self._buckets.setdefault(who, _Bucket(rate.burst, now_s))
        self._buckets.move_to_end(who)
        bucket.left = min(rate.burst, bucket.left + (now_s - bucket.at_s) * rate.per_s)
        bucket.at_s = now_s
        if bucket.left < 1:
            raise TooManyRequestsError(retry_after_s=max(1, round((1 - bucket.left) / rate.per_s)))
        bucket.left -= 1
        if len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
