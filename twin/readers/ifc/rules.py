"""Rules of the buildingSMART validation service that decide whether a model can be trusted in a campus.

A rule looks and speaks; it never changes what is read. The georeferencing rules that make a file unusable (GRF002,
GRF004, GRF006, GRF007) raise errors in ``map_conversion``, GRF003 is a line of ``georeference``; here are those that
leave a file readable. Rule names and verdicts: github.com/buildingSMART/ifc-gherkin-rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from twin.readers.ifc import rules_geometry as geometry
from twin.readers.ifc import rules_structure as structure

_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """``check`` yields the places (``IfcWall 2O2Fr$…``) where a model breaks it."""

    id: str
    means: str
    check: Callable[[Any], Iterator[str]]


RULES: Final = (
    Rule("OJP001", "a part is not placed relative to the whole it belongs to", structure.part_placement),
    Rule("SPS001", "the project does not hold its buildings in one site", structure.project_parts),
    Rule("SPS002", "the spatial structure holds something that does not belong there", structure.odd_aggregation),
    Rule("SPS003", "a part is contained in a storey besides belonging to its whole", structure.contained_parts),
    Rule(
        "SPS004",
        "a thing positioned along an alignment is contained in a place as well",
        structure.positioned_contained,
    ),
    Rule(
        "SPS006", "a thing positioned along an alignment is not referenced from any place", structure.positioned_alone
    ),
    Rule("SPS008", "a spatial element has a shape of its own", structure.spatial_shape),
    Rule("GRF001", "not every model context has the map conversion that another one has", structure.partial_conversion),
    Rule("GRF008", "a rigid operation mixes kinds of coordinate", structure.rigid_measures),
    Rule("GEM001", "a polygonal face names one point twice", geometry.repeated_face_point),
    Rule("GEM002", "a space's body or footprint is not what spaces may have", geometry.space_shape),
    Rule("GEM003", "a product has two representations with one identifier", geometry.repeated_identifier),
    Rule("GEM004", "a representation type is unknown or does not fit its content", geometry.representation_type),
    Rule("GEM005", "a building has neither a body nor a footprint that can be drawn", geometry.building_shape),
    Rule("GEM011", "a composite curve mixes kinds of segment", geometry.mixed_segments),
    Rule("GEM052", "contexts have no sub-context, so representations are not told apart", geometry.no_subcontext),
    Rule("GEM111", "a curve or face comes back to a point it already had", geometry.repeated_point),
    Rule("GEM112", "an arc is given by points that coincide", geometry.arc_points),
    Rule("GEM113", "an arc is given by points on a line", geometry.straight_arc),
    Rule("IFC101", "a GlobalId is not one (22 characters, the first 0 to 3)", structure.bad_global_id),
    Rule("IFC102", "a GlobalId is used twice", structure.repeated_global_id),
)


def broken_rules(model: Any) -> list[str]:
    """One line a broken rule: its id, what it means, where (the first few places) and how often."""
    lines = []
    for rule in RULES:
        try:
            places = list(rule.check(model))
        except (AttributeError, IndexError, RuntimeError, TypeError, ValueError):  # a reference that leads nowhere
            lines.append(f"{rule.id}: cannot be checked, the model is damaged")
            continue
        if places:
            shown = ", ".join(places[:_SHOWN]) + (f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else "")
            lines.append(f"{rule.id}: {rule.means} ({shown})")
    return lines
