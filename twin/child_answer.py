"""What a process of its own answers with: one line of JSON, in which a fault is a fault of ours."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import Any

from twin.errors import TwinError

log = logging.getLogger(__name__)


def answer_of(ran: CompletedProcess[bytes], what: str, gone: Callable[[str], TwinError]) -> dict[str, Any]:
    """The line that a process answered with; its ``error`` is raised, its silence is ``gone``.

    What it said beside is for the log.
    """
    if ran.stderr:
        log.info("%s: %s", what, ran.stderr[-1_000:].decode("utf-8", "replace"))
    line = ran.stdout.decode("utf-8", "replace").strip()
    if not line:
        raise gone(f"exit {ran.returncode}")
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        raise TwinError.from_dict(answer["error"])
    return answer
