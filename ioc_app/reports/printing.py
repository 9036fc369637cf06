"""HTML to PDF by a Chromium of the machine, where there is one: the page's own print style, nothing from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from twin.errors import NoPrinterError, PrintingError

BROWSERS: Final = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "msedge",
)
WITHIN_S: Final = 120.0
_FLAGS: Final = ("--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--no-pdf-header-footer")


def browser() -> str:
    """Raises NoPrinterError."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise NoPrinterError()
    return found


def print_pdf(html: str, out: Path) -> None:
    """Write ``out``. Raises NoPrinterError, PrintingError."""
    program = browser()
    with tempfile.TemporaryDirectory(prefix="twin-report-") as folder:
        page, made = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(html, encoding="utf-8")
        # root has no sandbox in Chromium; the page is ours, holds no script and may load nothing
        alone = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        command = [
            program,
            *_FLAGS,
            *alone,
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={made}",
            page.as_uri(),
        ]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=WITHIN_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise PrintingError(browser=program, detail=str(fault)) from fault
        if not made.is_file() or ended.returncode != 0:
            words = ended.stderr.decode("utf-8", "replace").strip().splitlines()
            raise PrintingError(browser=program, detail=words[-1] if words else f"exit {ended.returncode}")
        shutil.copyfile(made, out)
