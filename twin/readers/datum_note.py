"""How good PROJ says a datum shift is, in one line for the report."""

from __future__ import annotations

from twin.crs import Georeference, operation_at, parse_crs, short_name

# Below this a shift does not show at the scale of a campus.
WORTH_SAYING_M = 0.1


def datum_note(georeference: Georeference, sample: tuple[float, float]) -> str | None:
    """What PROJ uses at ``sample`` (x, y in the source's CRS) and how good that is; None when it is exact or unknown.

    Without the grids of a national survey (none is shipped) PROJ takes a seven-parameter shift good to a metre or so.
    """
    if georeference.method != "crs":  # placed by a person: no shift is made
        return None
    start, end = georeference.crs, georeference.campus.crs
    used = operation_at(start, end, sample, georeference.path)
    if used is None or used.accuracy_m is None or used.accuracy_m < WORTH_SAYING_M:
        return None
    steps = [one for one in used.description.split(" + ") if " to " in one]
    names = [short_name(parse_crs(one, georeference.path)) for one in (start, end)]
    return (
        f"{' to '.join(names)} by '{', '.join(steps) or used.description}': "
        f"PROJ states an accuracy of {used.accuracy_m:g} m"
    )
