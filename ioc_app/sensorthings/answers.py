"""What an address and its options come to: entities, with links, and with those that are expanded inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from ioc_app.sensorthings.address import Address, Step
from ioc_app.sensorthings.asked import Options
from ioc_app.sensorthings.catalogue import Catalogue
from ioc_app.sensorthings.choosing import Page, page_of
from ioc_app.sensorthings.kinds import ID, KINDS, Entity
from ioc_app.sensorthings.observations import Observations
from ioc_app.sensorthings.shapes import Shapes
from twin.errors import BadRequestError, UnknownEntityError
from twin.live.latest import Latest
from twin.store.history import History

MOST_WRITTEN: Final = 50_000
"""Entities in one answer, those expanded inside counted."""
SAFE: Final = "$'(),;=/:@~"
_SHAPED: Final = {"Locations": "location", "FeaturesOfInterest": "feature"}
_INTERVALS: Final = frozenset({"phenomenonTime", "resultTime"})  # of a Datastream

Written = dict[str, Any]


class Answers:
    """One request: it sees one catalogue and one moment."""

    def __init__(
        self,
        base: str,
        catalogue: Catalogue,
        shapes: Shapes,
        latest: Mapping[str, Latest],
        history: History,
        now: datetime,
    ) -> None:
        self._base, self._catalogue, self._shapes, self._latest = base, catalogue, shapes, latest
        self._observations = Observations(history, catalogue, latest, now, self.read)
        self._written = 0

    def collection(self, address: Address, options: Options, here: str) -> Written:
        """Every entity that is meant, a page of them; ``here`` is the address without its options."""
        page = self._page_at(address, options)
        if address.refs:
            values = [{"@iot.selfLink": self.link(one)} for one in page.entities]
        else:
            values = self._all(page.entities, address.kind, options)
        return _around(page, values, options, here, "", "value")

    def single(self, address: Address, options: Options) -> Written:
        """One entity. Raises UnknownEntityError."""
        found = self.entity(address)
        if address.refs:
            return {"@iot.selfLink": self.link(found)}
        return self._all([found], found.kind, options)[0]

    def value(self, address: Address) -> Any:
        """What stands at a property; None where it is not told."""
        found = self.entity(address)
        head, *rest = address.value
        value: Any = found.id if head in ID else self._said(found).get(head)
        for step in rest:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def entity(self, address: Address) -> Entity:
        """The one at the end of the steps. Raises UnknownEntityError."""
        found: Entity | None = None
        for number, step in enumerate(address.steps):
            found = self._first(step) if number == 0 else self._next(found, step)
            if found is None:
                said = "/".join(one.name + (f"('{one.id}')" if one.id is not None else "") for one in address.steps)
                raise UnknownEntityError(address=said[:200], known=address.steps[0].name)
        assert found is not None
        return found

    def read(self, entity: Entity, steps: tuple[str, ...]) -> Any:
        """The value at a path, for comparing: times as datetime; None where there is none."""
        head, rest = steps[0], steps[1:]
        if head in ID:
            return entity.id
        if head in KINDS[entity.kind].ways:
            found = self._catalogue.related(entity, head, self._latest)
            return self.read(found[0], rest) if found and rest else None
        value: Any = entity.said.get(head)
        for step in rest:
            value = value.get(step) if isinstance(value, Mapping) else None
        return value

    def link(self, entity: Entity) -> str:
        return f"{self._base}/{entity.kind}('{quote(_doubled(entity.id), safe=':@~')}')"

    def _first(self, step: Step) -> Entity | None:
        id = step.id or ""
        if step.name == "Observations":
            return self._observations.get(id)
        return self._catalogue.get(step.name, id, self._latest)

    def _next(self, entity: Entity | None, step: Step) -> Entity | None:
        assert entity is not None
        way = KINDS[entity.kind].ways[step.name]
        if way.kind == "Observations":
            found = self._observations.get(step.id or "")
            its = found is not None and found.one["Datastream"] in self._catalogue.points_of(entity)
            return found if its else None
        there = self._catalogue.related(entity, step.name, self._latest)
        return next((one for one in there if step.id is None or one.id == step.id), None)

    def _page_at(self, address: Address, options: Options) -> Page:
        *before, last = address.steps
        if not before:
            if last.name == "Observations":
                return self._observations.pages({"": self._catalogue.points()}, options)[""]
            return page_of(self._catalogue.all(last.name, self._latest), options, self.read)
        entity = self.entity(Address(tuple(before), address.kind, True))
        return self._pages([entity], last.name, options)[entity.id]

    def _pages(self, entities: Sequence[Entity], way: str, options: Options) -> dict[str, Page]:
        """What each leads to, by its id; all readings with one question."""
        distinct = {one.id: one for one in entities}
        if KINDS[entities[0].kind].ways[way].kind == "Observations":
            if len(distinct) * (options.skip + options.top) > MOST_WRITTEN:
                raise _too_many()
            points = {id: self._catalogue.points_of(one) for id, one in distinct.items()}
            return self._observations.pages(points, options)
        return {
            id: page_of(self._catalogue.related(one, way, self._latest), options, self.read)
            for id, one in distinct.items()
        }

    def _all(self, entities: Sequence[Entity], kind: str, options: Options) -> list[Written]:
        found = [self._one(one, options) for one in entities]
        for way, inside in options.expand.items() if entities else ():
            self._expand(entities, found, kind, way, inside)
        return found

    def _expand(self, entities: Sequence[Entity], found: list[Written], kind: str, way: str, inside: Options) -> None:
        pages = self._pages(entities, way, inside)
        there = KINDS[kind].ways[way]
        self._count(sum(len(pages[one.id].entities) for one in entities))
        # children of all at once: what they expand themselves is asked with one question too
        children = [child for one in entities for child in pages[one.id].entities]
        written = iter(self._all(children, there.kind, inside))
        for one, out in zip(entities, found, strict=True):
            out.pop(f"{way}@iot.navigationLink", None)
            page = pages[one.id]
            values = [next(written) for _ in page.entities]
            if there.many:
                out |= _around(page, values, inside, f"{self.link(one)}/{way}", way, way)
            else:
                out[way] = values[0] if values else None

    def _one(self, entity: Entity, options: Options) -> Written:
        chosen = options.select
        out: Written = {}
        if not chosen or "id" in chosen:
            out["@iot.id"] = entity.id
            out["@iot.selfLink"] = self.link(entity)
        out |= {name: value for name, value in self._said(entity).items() if not chosen or name in chosen}
        for way in KINDS[entity.kind].ways:
            if not chosen or way in chosen:
                out[f"{way}@iot.navigationLink"] = f"{self.link(entity)}/{way}"
        return out

    def _said(self, entity: Entity) -> Written:
        """The properties as JSON has them, in the order of the kind."""
        said = dict(entity.said)
        if entity.kind in _SHAPED:
            said[_SHAPED[entity.kind]] = self._shapes.of(entity.space)
        spans = entity.kind == "Datastreams"
        return {
            name: _plain(said[name], span=spans and name in _INTERVALS)
            for name in KINDS[entity.kind].said
            if name in said and not (spans and name in _INTERVALS and said[name] is None)
        }

    def _count(self, number: int) -> None:
        self._written += number
        if self._written > MOST_WRITTEN:
            raise _too_many()


def _around(page: Page, values: list[Written], options: Options, here: str, way: str, name: str) -> Written:
    """A page with its count and the address of the next."""
    out: Written = {}
    if page.count is not None:
        out[f"{way}@iot.count"] = page.count
    if page.more and options.top:
        said = {**options.said, "$skip": str(options.skip + options.top)}
        out[f"{way}@iot.nextLink"] = f"{here}?{urlencode(said, quote_via=quote, safe=SAFE)}"
    return {**out, name: values}


def _plain(value: Any, *, span: bool) -> Any:
    if not isinstance(value, datetime):
        return value
    text = value.astimezone(UTC).isoformat(timespec="microseconds" if value.microsecond else "seconds")
    text = text.replace("+00:00", "Z")
    return f"{text}/{text}" if span else text


def _doubled(text: str) -> str:
    return text.replace("'", "''")


def _too_many() -> BadRequestError:
    return BadRequestError(detail=f"the answer may have more than {MOST_WRITTEN} entities; ask for less with $top")
