"""A SWMM file read in few lines, apart from the readers: nodes, conduits and the inverts at their ends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Conduit:
    start: str
    end: str
    inverts: tuple[float, float]


@dataclass(frozen=True)
class Inp:
    inverts: dict[str, float]
    places: dict[str, tuple[float, float]]
    conduits: dict[str, Conduit]
    bent: set[str]


def read_inp(path: Path) -> Inp:
    sections: dict[str, list[list[str]]] = {}
    now: list[list[str]] = []
    for line in path.read_text(encoding="latin-1").splitlines():
        words = line.split(";")[0].split()
        if words and words[0].startswith("["):
            now = sections.setdefault(words[0].strip("[]").upper(), [])
        elif words:
            now.append(words)
    assert ["LINK_OFFSETS", "DEPTH"] in [row[:2] for row in sections["OPTIONS"]]
    inverts = {row[0]: float(row[1]) for name in ("JUNCTIONS", "OUTFALLS", "STORAGE") for row in sections.get(name, [])}
    conduits = {
        row[0]: Conduit(
            row[1],
            row[2],
            tuple(  # type: ignore[arg-type]
                inverts[node] + float(text.replace("*", "0")) for node, text in ((row[1], row[5]), (row[2], row[6]))
            ),
        )
        for row in sections["CONDUITS"]
    }
    places = {row[0]: (float(row[1]), float(row[2])) for row in sections["COORDINATES"]}
    return Inp(inverts, places, conduits, {row[0] for row in sections.get("VERTICES", [])})
