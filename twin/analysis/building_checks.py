"""Rules about buildings: delivered twice without being registered as one, or registered with the wrong footprint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.store.campus import Generation
from twin.store.spatial import box_numpy

Remark = tuple[str, int, str]  # layer, row, what

_SHARE: Final = 0.5  # of the smaller plan: more than neighbours that touch or lean over ever share


def stands_twice(generation: Generation) -> Iterator[Remark]:
    """A footprint under a model, or a second model of one house, that campus.toml does not register as one building."""
    if "buildings" not in generation.layer_ids():
        return
    table = generation.table("buildings")
    plans = _plans(table["geometry"].to_pylist())
    modelled = _modelled(generation)
    ids, names = table["feature_id"].to_pylist(), table["name"].to_pylist()
    tree = shapely.STRtree(plans)
    with np.errstate(invalid="ignore"):
        left, right = tree.query(plans, predicate="intersects")
    for one, other in zip(left, right, strict=True):
        if one == other or ids[other] not in modelled or (ids[one] in modelled and one < other):
            continue
        shared = shapely.area(shapely.intersection(plans[one], plans[other]))
        if shared > _SHARE * min(shapely.area(plans[one]), shapely.area(plans[other])):
            yield "buildings", int(one), f"stands where {names[other] or ids[other]} ({ids[other]}) stands"


def off_footprint(generation: Generation) -> Iterator[Remark]:
    """A building whose model lies beside its plan."""
    if not {"buildings", "elements"} <= set(generation.layer_ids()):
        return
    table, elements = generation.table("buildings"), generation.table("elements")
    plans = _plans(table["geometry"].to_pylist())
    box = box_numpy(elements)
    owner = np.array(elements["building_id"].to_pylist(), dtype=object)
    for row, building in enumerate(table["feature_id"].to_pylist()):
        mine = box[(owner == building) & ~np.isnan(box[:, 0])]
        if plans[row] is None or not len(mine):
            continue
        around = shapely.box(mine[:, 0].min(), mine[:, 1].min(), mine[:, 3].max(), mine[:, 4].max())
        if not shapely.intersects(around, plans[row]):
            yield "buildings", row, f"its model stands {shapely.distance(around, plans[row]):.1f} m from its footprint"


def _modelled(generation: Generation) -> set[str]:
    """Buildings that have elements."""
    if "elements" not in generation.layer_ids():
        return set()
    return {one for one in generation.table("elements")["building_id"].unique().to_pylist() if one is not None}


def _plans(wkb: list[Any]) -> NDArray[np.object_]:
    """Plan areas; solids as the hull of what they cover, since their faces overlap in plan."""
    shapes: NDArray[np.object_] = shapely.force_2d(shapely.from_wkb(np.array(wkb, dtype=object)))
    odd = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[odd] = shapely.convex_hull(shapes[odd])
    return shapes
