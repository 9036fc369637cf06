"""The application on a port, its time running on from the end of the year that was written:
``python -m tests.benchmarks.screen_server FOLDER PORT``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ioc_app.serving import Listen, serve
from tests.benchmarks.year_of_screens import NOW
from twin.model.time import SimulatedClock

if __name__ == "__main__":
    serve(Path(sys.argv[1]), Listen(port=int(sys.argv[2]), clock=SimulatedClock(NOW, 1.0)))
