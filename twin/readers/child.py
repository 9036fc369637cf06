"""The process that reads foreign files: told by lines of JSON, limited in CPU, memory and file size.

Started by ``sandbox.Worker``. One job at a time; the answer is one line of JSON on the original standard output,
everything libraries print goes to standard error.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from twin.errors import FolderRefusedError, ReaderLimitError, SourceUnreadableError, TwinError
from twin.readers import load_reader
from twin.readers.faults import no_room
from twin.readers.jobs import layer_from_dict, source_from_dict
from twin.readers.options import check_options
from twin.readers.series import series_file
from twin.readers.writer import BatchWriter


def limit(cpu_s: int, memory_mb: int, file_mb: int) -> None:
    """Bound this process from now on; CPU seconds count from here. Windows has no such limits."""
    try:
        import resource
    except ModuleNotFoundError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    for kind, wanted in (
        (resource.RLIMIT_CPU, spent + cpu_s),
        (resource.RLIMIT_AS, memory_mb * 2**20),
        (resource.RLIMIT_FSIZE, file_mb * 2**20),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def perform(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job: ``inspect`` a path, ``read`` a source into a folder, or read a file of readings (``series``)."""
    if job["verb"] == "series":
        return {"series": series_file.perform(job)}
    reader = load_reader(job["reader"])
    if job["verb"] == "inspect":
        seen = reader.inspect(Path(job["path"]))
        return {"inspection": asdict(seen)}
    source = source_from_dict(job["source"])
    check_options(source, reader.name, reader.options)
    layers = {key: layer_from_dict(one) for key, one in job["layers"].items()}
    out = BatchWriter(Path(job["folder"]), source, reader.name, layers)
    report = reader.read(source, out)
    for said in (out.georeference, out.georeference.get("datum_shift", {})):
        if suspects := said.get("suspect_points"):
            numbers = ", ".join(map(str, suspects))
            report.note(f"control point {numbers} is out of line with the others: check its coordinates and its name")
    for line in out.doubts():
        report.note(line)
    report.check()
    out.remarks(report.remarks)
    out.close()
    return {"report": report.to_dict()}


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """``perform``, with every fault turned into data."""
    path = job.get("path") or job["source"]["path"]
    try:
        limit(**job["limits"])
        return perform(job)
    except TwinError as fault:
        return {"error": fault.to_dict()}
    except MemoryError:
        memory_mb = job["limits"]["memory_mb"]
        return {"error": ReaderLimitError(path=path, limit=f"memory {memory_mb} MB").to_dict()}
    except Exception as fault:  # a foreign file may break a library in any way; the trace goes to the log
        traceback.print_exc(file=sys.stderr)
        if no_room(fault):
            return {"error": _refused(fault, job).to_dict()}
        first = (str(fault).splitlines() or [""])[0][:200]
        return {"error": SourceUnreadableError(path=path, detail=f"{type(fault).__name__}: {first}").to_dict()}


def _refused(fault: BaseException, job: dict[str, Any]) -> TwinError:
    """The disk is full, or the limit on file size stopped the reader."""
    assert isinstance(fault, OSError)
    if fault.errno == errno.EFBIG:
        path, file_mb = job["source"]["path"], job["limits"]["file_mb"]
        return ReaderLimitError(path=path, limit=f"file size {file_mb} MB")
    return FolderRefusedError(path=job.get("folder") or job["path"], detail=os.strerror(fault.errno or 0))


def serve(jobs: TextIO, answers: TextIO) -> None:
    for line in jobs:
        answers.write(json.dumps(answer(json.loads(line)), default=str) + "\n")
        answers.flush()


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
