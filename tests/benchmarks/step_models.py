"""Large models from small ones: copies of a STEP file side by side in one project, as plain text.

Every copy gets its own step ids, GlobalIds and place; project, units and geometric contexts are those of the first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

_LINE = re.compile(r"#(\d+)\s*=\s*(IFC\w+)\s*\(")
_REFERENCE = re.compile(r"#(\d+)|'(?:[^']|'')*'")
_ROOT = re.compile(r"(#\d+\s*=\s*IFC\w+\s*\()'([0-9A-Za-z_$]{22})'")
_SHARED = (
    "IFCPROJECT",
    "IFCUNITASSIGNMENT",
    "IFCGEOMETRICREPRESENTATIONCONTEXT",
    "IFCGEOMETRICREPRESENTATIONSUBCONTEXT",
)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$"


def copies_of(path: Path, target: Path, number: int, spacing: float) -> Path:
    """Write ``number`` copies of ``path``, ``spacing`` length units apart along x, into ``target``."""
    header, _, rest = path.read_text(encoding="ascii").partition("DATA;")
    data, _, footer = rest.rpartition("ENDSEC;")
    lines = [one for one in re.split(r"(?<=;)\s*[\r\n]+\s*", data.strip()) if one]
    known = {int(found[1]): found[2].upper() for one in lines if (found := _LINE.match(one))}
    shift = max(known) + 10
    shared = {step_id for step_id, name in known.items() if name in _SHARED}
    with target.open("w", encoding="ascii") as out:
        out.write(f"{header}DATA;\n")
        out.writelines(f"{one}\n" for one in lines)
        for copy in range(1, number):
            out.writelines(f"{one}\n" for one in _copied(lines, shared, copy, copy * shift, copy * spacing))
        out.write(f"ENDSEC;{footer}")
    return target


def _copied(lines: list[str], shared: set[int], copy: int, shift: int, x: float) -> Iterator[str]:
    """The lines of one copy; ``shift`` is added to step ids, the last ones before it are for its place."""
    point, axes, place = shift - 1, shift - 2, shift - 3
    yield f"#{point}=IFCCARTESIANPOINT(({x!r},0.,0.));"
    yield f"#{axes}=IFCAXIS2PLACEMENT3D(#{point},$,$);"
    yield f"#{place}=IFCLOCALPLACEMENT($,#{axes});"

    def moved(found: re.Match[str]) -> str:
        if found[1] is None or int(found[1]) in shared:
            return found[0]
        return f"#{int(found[1]) + shift}"

    for line in lines:
        head = _LINE.match(line)
        if head is None or int(head[1]) in shared:
            continue
        text = _ROOT.sub(lambda found: f"{found[1]}'{_global_id(found[2], copy)}'", line)
        text = _REFERENCE.sub(moved, text)
        yield text.replace("IFCLOCALPLACEMENT($,", f"IFCLOCALPLACEMENT(#{place},") if "IFCLOCALP" in text else text


def _global_id(of: str, copy: int) -> str:
    """A new GlobalId: 128 bits of a hash, six at a time."""
    number = int.from_bytes(hashlib.md5(f"{of}/{copy}".encode(), usedforsecurity=False).digest())
    return "".join(_ALPHABET[number >> shift & 63] for shift in range(126, -1, -6))
