"""Whom to ask before digging: owners of what is met, and who is responsible for the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from twin.analysis.sections.columns import texts_of
from twin.model.tables import RelationKind


@dataclass(frozen=True, slots=True)
class Contact:
    """``role``: owner (of pipes) or responsible (for a place, by relations). ``of``: feature ids it is about.

    ``staff_id`` and ``name`` as the register has them; ``phone`` only when the caller gave one.
    """

    role: str
    name: str
    staff_id: str | None
    phone: str | None
    of: tuple[str, ...]


def contacts_of(
    owners: Mapping[str, str | None],
    places: Sequence[str],
    relations: pa.Table | None,
    staff: pa.Table | None,
    phones: Mapping[str, str],
) -> tuple[Contact, ...]:
    """Owners with most to lose first, then the people that ``relations`` name for the things met and the places.

    ``owners``: feature id -> owner of what is met. A thing without an owner is nobody's here: it is missing, and the
    caller sees that in the list of things.
    """
    by_owner: dict[str, list[str]] = {}
    for feature_id, owner in owners.items():
        if owner:
            by_owner.setdefault(owner, []).append(feature_id)
    found = [
        Contact("owner", owner, None, phones.get(owner), tuple(of))
        for owner, of in sorted(by_owner.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    if relations is None:
        return tuple(found)
    about = {*owners, *places}
    names: dict[str, str] = {}
    if staff is not None:
        names = dict(zip(texts_of(staff, "staff_id"), texts_of(staff, "name"), strict=True))
    by_person: dict[str, list[str]] = {}
    columns = (texts_of(relations, one) for one in ("from_id", "kind", "to_id"))
    for person, kind, what in zip(*columns, strict=True):
        if kind == RelationKind.RESPONSIBLE_FOR.value and what in about:
            by_person.setdefault(person, []).append(what)
    found += [
        Contact("responsible", names.get(person) or person, person, phones.get(person), tuple(of))
        for person, of in sorted(by_person.items())
    ]
    return tuple(found)
