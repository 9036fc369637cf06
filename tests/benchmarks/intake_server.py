"""The application on a port, to be loaded: ``python -m tests.benchmarks.intake_server FOLDER PORT``."""

from __future__ import annotations

import sys
from pathlib import Path

from ioc_app.serving import Listen, serve

if __name__ == "__main__":
    serve(Path(sys.argv[1]), Listen(port=int(sys.argv[2])))
