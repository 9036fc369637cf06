"""Which predicates of Brick, SOSA and BOT are which relation of the campus graph.

Brick changed its namespace twice (buildsys.org, brickschema.org 1.0.x, 1.1+) but not these words, and published models
put them under ``rdf:`` by mistake (Soda Hall); so Brick words are taken from any of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from twin.model.tables import RelationKind

_C, _F, _M = RelationKind.CONTAINS, RelationKind.FEEDS, RelationKind.MEASURES


@dataclass(frozen=True, slots=True)
class Predicate:
    """``inverse``: subject and object change places. ``point``: a Brick point, which may control instead of measure."""

    kind: RelationKind
    inverse: bool = False
    point: bool = False


_BRICK_NAMESPACE: Final = re.compile(
    r"(https?://buildsys\.org/ontologies/Brick(Frame)?#|https?://brickschema\.org/(schema|ontology)/.*#"
    r"|http://www\.w3\.org/1999/02/22-rdf-syntax-ns#)"
)
_BRICK: Final = {
    "hasPart": Predicate(_C),
    "isPartOf": Predicate(_C, inverse=True),
    "contains": Predicate(_C),
    "isContainedIn": Predicate(_C, inverse=True),
    "isLocationOf": Predicate(_C),
    "hasLocation": Predicate(_C, inverse=True),
    "isLocatedIn": Predicate(_C, inverse=True),
    "feeds": Predicate(_F),
    "isFedBy": Predicate(_F, inverse=True),
    "hasPoint": Predicate(_M, inverse=True, point=True),
    "isPointOf": Predicate(_M, point=True),
    "measures": Predicate(_M),
    "isMeasuredBy": Predicate(_M, inverse=True),
    "controls": Predicate(RelationKind.CONTROLS),
    "isControlledBy": Predicate(RelationKind.CONTROLS, inverse=True),
    "regulates": Predicate(RelationKind.CONTROLS),
    "isRegulatedBy": Predicate(RelationKind.CONTROLS, inverse=True),
}

_SOSA: Final = "http://www.w3.org/ns/sosa/"
_BOT: Final = "https://w3id.org/bot#"
_OTHERS: Final = {
    f"{_SOSA}observes": Predicate(_M),
    f"{_SOSA}isObservedBy": Predicate(_M, inverse=True),
    f"{_SOSA}hosts": Predicate(_C),
    f"{_SOSA}isHostedBy": Predicate(_C, inverse=True),
    f"{_SOSA}actsOnProperty": Predicate(RelationKind.CONTROLS),
    f"{_SOSA}isActedOnBy": Predicate(RelationKind.CONTROLS, inverse=True),
    f"{_BOT}hasBuilding": Predicate(_C),
    f"{_BOT}hasStorey": Predicate(_C),
    f"{_BOT}hasSpace": Predicate(_C),
    f"{_BOT}containsZone": Predicate(_C),
    f"{_BOT}containsElement": Predicate(_C),
    f"{_BOT}hasElement": Predicate(_C),
    f"{_BOT}hasSubElement": Predicate(_C),
    f"{_BOT}hostsElement": Predicate(_C),
}


def of_iri(iri: str) -> Predicate | None:
    """The relation that the predicate ``iri`` states, or None."""
    if iri in _OTHERS:
        return _OTHERS[iri]
    found = _BRICK_NAMESPACE.match(iri)
    return _BRICK.get(iri[found.end() :]) if found else None
