"""The second process of ``twin.tiles.encoding``: lists of jobs in, lists of GLBs out, until its input ends.

Pickle is safe here: both ends of the pipe are ours, and what it carries was read and checked by the build.
"""

from __future__ import annotations

import os
import pickle
import sys
from typing import BinaryIO


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    """Answer every list of ``GlbJob`` on ``jobs`` with the list of its ``EncodedGlb``."""
    while True:
        try:
            asked = pickle.load(jobs)
        except EOFError:
            return
        pickle.dump([job.encoded() for job in asked], answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
