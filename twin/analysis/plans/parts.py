"""The floor, walls and rooms of a plan as areas in the campus CRS, for whoever asks what happens between the walls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from twin.analysis.views.coverage import walls_of_rings

CLOSED_M: Final = 0.3  # a gap this wide on either side between rooms and walls belongs to the storey


@dataclass(frozen=True, slots=True)
class StoreyParts:
    """Of one storey, in plan, campus metres.

    ``outline``: rooms and walls together, small gaps between them closed · ``walls``: cut 1.2 m above the floor ·
    ``rooms``: feature id -> area, those whose area is known.
    """

    storey_id: str
    outline: Any
    walls: tuple[Any, ...]
    rooms: dict[str, Any]


def parts_of(plan: Mapping[str, Any], origin: Sequence[float]) -> StoreyParts:
    """The parts of a plan as ``storey_plan`` gives it; ``origin``: east and north of the scene's axes."""
    start = np.array(origin[:2])

    def placed(shape: Any) -> Any:
        return shapely.transform(shape, lambda xy: xy + start)

    walls = tuple(placed(one) for one in walls_of_rings(plan["walls"]))
    rooms = {
        one["feature_id"]: placed(shapely.union_all(walls_of_rings(one["rings"])))
        for one in plan["spaces"]
        if one["rings"]
    }
    whole = shapely.union_all([*rooms.values(), *walls])
    outline = whole.buffer(CLOSED_M, join_style="mitre").buffer(-CLOSED_M, join_style="mitre")
    return StoreyParts(plan["storey"]["storey_id"], outline, walls, rooms)
