"""What a snapshot's page holds, read as its own script reads it."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Held:
    """``record`` as written, ``pack`` of all files, ``text`` of the whole page."""

    text: str
    record: dict[str, Any]
    pack: bytes

    def file(self, ending: str) -> bytes:
        begin, length = next(
            (begin, length) for name, _, begin, length in self.record["files"] if name.endswith(ending)
        )
        return self.pack[begin : begin + length]

    def moment(self, place: int) -> dict[str, Any]:
        """The answer to ``/moment`` at a recorded moment."""
        one = self.record["moments"][place]
        lists = {name: [self.record["pool"][number] for number in said] for name, said in one["lists"].items()}
        return {**one["rest"], **lists}


def held_in(page: bytes) -> Held:
    text = page.decode()
    return Held(text, json.loads(_unpacked(text, "record")), _unpacked(text, "pack"))


def _unpacked(text: str, name: str) -> bytes:
    found = re.search(rf'<script type="application/octet-stream" id="{name}">([^<]*)</script>', text)
    assert found is not None
    return gzip.decompress(base64.b64decode(found[1]))
