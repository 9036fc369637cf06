"""What SWMM 5.2 refuses to run, in its own error numbers (verified against the 5.2.4 engine)."""

from __future__ import annotations

from typing import Final

import numpy as np

from twin.readers.networks.inp import InpFile, Row, Verdicts

TOO_FEW, KEYWORD, DOUBLE_ID, UNDEFINED, NUMBER = 203, 205, 207, 209, 211
LENGTH, ADVERSE, NO_SECTION, INFILTRATION = 111, 115, 117, 235

NODES: Final = {"JUNCTIONS": "junction", "OUTFALLS": "outfall", "STORAGE": "storage", "DIVIDERS": "divider"}
LINKS: Final = {"CONDUITS": "conduit", "PUMPS": "pump", "ORIFICES": "orifice", "WEIRS": "weir", "OUTLETS": "outlet"}

# section, position of the reference, what it may name
_REFERENCES: Final = (
    ("SUBCATCHMENTS", 1, ("RAINGAGES",)),
    ("SUBCATCHMENTS", 2, (*NODES, "SUBCATCHMENTS")),
    ("SUBAREAS", 0, ("SUBCATCHMENTS",)),
    ("INFILTRATION", 0, ("SUBCATCHMENTS",)),
    ("DIVIDERS", 2, tuple(LINKS)),
    *((section, position, tuple(NODES)) for section in LINKS for position in (1, 2)),
    ("XSECTIONS", 0, tuple(LINKS)),
    ("LOSSES", 0, tuple(LINKS)),
    ("INFLOWS", 0, tuple(NODES)),
    ("DWF", 0, tuple(NODES)),
    ("PUMPS", 3, ("CURVES",)),
)
_CONTROLLED: Final = {
    "NODE": tuple(NODES),
    "LINK": tuple(LINKS),
    "CONDUIT": ("CONDUITS",),
    "PUMP": ("PUMPS",),
    "ORIFICE": ("ORIFICES",),
    "WEIR": ("WEIRS",),
    "OUTLET": ("OUTLETS",),
}
_CLAUSES: Final = frozenset(("IF", "AND", "OR", "THEN", "ELSE"))


def check_references(file: InpFile, verdicts: Verdicts) -> None:
    """ERROR 209: something is named that is not defined. SWMM ignores the case of names."""
    names = {section: {row.words[0].upper() for row in rows} for section, rows in file.sections.items()}

    def known(name: str, where: tuple[str, ...]) -> bool:
        return name == "*" or any(name.upper() in names.get(section, set()) for section in where)

    for section, position, where in _REFERENCES:
        for row in file.rows(section):
            name = row.word(position)
            if name and not known(name, where):
                verdicts.add(UNDEFINED, row.line, f"[{section}] {row.words[0]} refers to {name}, which is not defined")
    for row in file.rows("CONTROLS"):
        for kind, name in _controlled(row):
            if not known(name, _CONTROLLED[kind]):
                verdicts.add(UNDEFINED, row.line, f"a control rule refers to {kind} {name}, which is not defined")


def _controlled(row: Row) -> list[tuple[str, str]]:
    if row.words[0].upper() not in _CLAUSES:
        return []
    pairs = zip(row.words[1:], row.words[2:], strict=False)
    return [(kind.upper(), name) for kind, name in pairs if kind.upper() in _CONTROLLED][:1]


# --- infiltration --------------------------------------------------------------------------------------


def check_infiltration(file: InpFile, verdicts: Verdicts) -> None:
    """ERROR 235: infiltration numbers outside what the chosen method takes."""
    default = (file.option("INFILTRATION") or "HORTON").upper()
    for row in file.rows("INFILTRATION"):
        last = row.words[-1].upper()
        method = last if last in _METHODS else default  # 5.2: a method of its own at the end of the line
        test, needed = _METHODS.get(method, _METHODS["HORTON"])
        if len(row.words) - 1 < needed:
            verdicts.add(TOO_FEW, row.line, f"infiltration of {row.words[0]} has fewer than {needed} numbers")
            continue
        numbers = [verdicts.number(row, position, "infiltration", bad=NUMBER) for position in range(1, needed + 1)]
        if np.isfinite(numbers).all() and not test(numbers):
            said = " ".join(row.words[1 : needed + 1])
            verdicts.add(INFILTRATION, row.line, f"infiltration of {row.words[0]} is out of range for {method}: {said}")


def _horton(p: list[float]) -> bool:
    return min(p) >= 0 and p[0] >= p[1]


def _green_ampt(p: list[float]) -> bool:
    """Suction head, conductivity, initial moisture deficit (a fraction)."""
    return p[0] >= 0 and p[1] > 0 and 0 <= p[2] <= 1


def _curve_number(p: list[float]) -> bool:
    return p[2] > 0


_METHODS: Final = {
    "HORTON": (_horton, 4),
    "MODIFIED_HORTON": (_horton, 4),
    "GREEN_AMPT": (_green_ampt, 3),
    "MODIFIED_GREEN_AMPT": (_green_ampt, 3),
    "CURVE_NUMBER": (_curve_number, 3),
}


# --- slope ---------------------------------------------------------------------------------------------


def routes_upwards(file: InpFile) -> bool:
    """Whether the routing method takes conduits that rise: only dynamic wave does; kinematic wave is the default."""
    return (file.option("FLOW_ROUTING") or "KINWAVE").upper() in ("DYNWAVE", "DW", "EXTRAN")
