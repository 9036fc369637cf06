"""Takes a layer that a program sent, checks it and builds: what a broken table can hurt is this, not the server.

``python -m twin.notebook.taking FOLDER NAME < job``: a job is a line of JSON, ``{"write": {…}}`` followed by the table
as an Arrow stream, or ``{"withdraw": layer_id, "why": text}``. The answer is a line of JSON, ``{"generation": 8}`` or
``{"error": {…}}``; everything else that is said goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from twin.errors import BadRequestError, TwinError
from twin.notebook.folder import FolderSource


def take(folder: Path, name: str, job: BinaryIO) -> int:
    """The generation that has the layer, or no longer has it."""
    said = json.loads(job.readline())
    source = FolderSource(folder, made_by=name)
    if "withdraw" in said:
        return source.withdraw(said["withdraw"], said["why"])
    try:
        table = pa.ipc.open_stream(job).read_all()
        table.validate(full=True)
    except (pa.ArrowException, OSError) as fault:
        raise BadRequestError(detail=f"the table is no Arrow stream: {fault}") from fault
    return source.write(said["write"], table)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a build prints is for the log
    try:
        said: dict[str, object] = {"generation": take(Path(sys.argv[1]), sys.argv[2], sys.stdin.buffer)}
    except TwinError as fault:
        said = {"error": fault.to_dict()}
    except (KeyError, ValueError, TypeError) as fault:
        said = {"error": BadRequestError(detail=f"{type(fault).__name__}: {fault}").to_dict()}
    answers.write(json.dumps(said, ensure_ascii=False) + "\n")
    answers.close()


if __name__ == "__main__":
    main()
