"""How good PROJ says a datum shift is, in one line for the report."""

from __future__ import annotations

import pyproj
from pyproj.exceptions import ProjError

from twin.crs import Georeference, horizontal, parse_crs, short_name

# Below this a shift does not show at the scale of a campus.
WORTH_SAYING_M = 0.1


def datum_note(georeference: Georeference, sample: tuple[float, float]) -> str | None:
    """What PROJ uses at ``sample`` (x, y in the source's CRS) and how good that is; None when it is exact or unknown.

    Without the grids of a national survey (none is shipped) PROJ takes a seven-parameter shift good to a metre or so.
    """
    if georeference.method != "crs":  # placed by a person: no shift is made
        return None
    start = parse_crs(georeference.crs, georeference.path)
    end = parse_crs(georeference.campus.crs, georeference.path)
    if start is None or end is None:
        return None
    try:
        engine = pyproj.Transformer.from_crs(horizontal(start), horizontal(end), always_xy=True, allow_ballpark=False)
        engine.transform(*sample)
        used = engine.get_last_used_operation()
    except ProjError:
        return None
    if used.accuracy < WORTH_SAYING_M:
        return None
    steps = [one for one in used.description.split(" + ") if " to " in one]
    return (
        f"{short_name(start)} to {short_name(end)} by '{', '.join(steps) or used.description}': "
        f"PROJ states an accuracy of {used.accuracy:g} m"
    )
