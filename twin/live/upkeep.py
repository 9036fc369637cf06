"""What the serving process does beside: each minute it seals, it closes days that are over, forgets what they
hold and keeps their acts together.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Final

from twin.live.journal import Journal
from twin.live.kept_acts import KeptActs
from twin.live.seal import Sealer
from twin.model.collecting import give_back
from twin.model.time import Clock

SEAL_S: Final = 60.0
KEEP: Final = timedelta(days=7)

log = logging.getLogger(__name__)


class Upkeep:
    """A thread of its own. What fails is said once a minute and tried again; the journal goes on taking entries."""

    def __init__(self, journal: Journal, sealer: Sealer, acts: KeptActs, clock: Clock, every_s: float = SEAL_S) -> None:
        self._journal = journal
        self._acts = acts
        self._sealer = sealer
        self._clock = clock
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End after what is being done."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def once(self) -> None:
        """Seal, close, prune."""
        self._sealer.seal()
        give_back()  # allocators would keep what the largest minute took
        if self._sealer.close_due():
            self._journal.prune(self._clock.now() - KEEP)
            self._acts.take_in()

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                self.once()
            except Exception:
                log.exception("the journal could not be sealed; trying again in %.0f s", self._every_s)
