"""Failed logins cost time: more and more for one address and name, later for one address, last for one name.

Counted in the store, so that a restart forgives nothing. The wait for a name alone comes late and is short: whoever
knows a colleague's name must not be able to lock them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from twin.errors import TooManyAttemptsError
from twin.model.time import Clock
from twin.people.store import PeopleStore

FORGIVEN_AFTER_S: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Limit:
    """After ``free`` failures each further one doubles the wait, from 1 s to ``longest_s``."""

    free: int
    longest_s: float


LIMITS: Final = {
    "pair": Limit(free=5, longest_s=900),
    "address": Limit(free=30, longest_s=300),
    "name": Limit(free=100, longest_s=30),
}


class Throttle:
    def __init__(self, store: PeopleStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    def require_calm(self, name: str, address: str) -> None:
        """Raises TooManyAttemptsError with the seconds to wait."""
        now = self.clock.now().timestamp()
        with self.store.reading() as db:
            for kind, key in _keys(name, address).items():
                row = db.execute("SELECT failures, last_at FROM attempt WHERE key = ?", (key,)).fetchone()
                if row is not None:
                    left_s = row["last_at"] + _wait_s(LIMITS[kind], row["failures"]) - now
                    if left_s > 0:
                        raise TooManyAttemptsError(retry_after_s=int(left_s) + 1)

    def failed(self, name: str, address: str) -> None:
        now = self.clock.now().timestamp()
        with self.store.writing() as db:
            db.execute("DELETE FROM attempt WHERE last_at < ?", (now - FORGIVEN_AFTER_S,))
            for key in _keys(name, address).values():
                db.execute(
                    "INSERT INTO attempt VALUES (?, 1, ?) "
                    "ON CONFLICT (key) DO UPDATE SET failures = failures + 1, last_at = excluded.last_at",
                    (key, now),
                )

    def succeeded(self, name: str, address: str) -> None:
        """Forgives the pair; the address may still be guessing at other names."""
        with self.store.writing() as db:
            db.execute("DELETE FROM attempt WHERE key = ?", (_keys(name, address)["pair"],))


def _keys(name: str, address: str) -> dict[str, str]:
    name = name[:40].casefold()
    return {"pair": f"pair {address} {name}", "address": f"address {address}", "name": f"name {name}"}


def _wait_s(limit: Limit, failures: int) -> float:
    over = failures - limit.free
    return 0.0 if over <= 0 else min(2.0 ** min(over - 1, 20), limit.longest_s)
