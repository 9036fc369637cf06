"""Which of some entities are meant, in which order, and which page of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ioc_app.sensorthings.asked import Options, Order
from ioc_app.sensorthings.evaluate import holds, order_key
from ioc_app.sensorthings.filters import Expression
from ioc_app.sensorthings.kinds import Entity

ReadPath = Callable[[Entity, tuple[str, ...]], Any]


@dataclass(frozen=True, slots=True)
class Page:
    """``more`` follow; ``count`` of all that are meant, where it was asked."""

    entities: Sequence[Entity]
    more: bool = False
    count: int | None = None


def page_of(entities: Iterable[Entity], options: Options, read: ReadPath) -> Page:
    """The page that ``options`` ask for."""
    chosen = in_order(meant(entities, options.filter, read), options.order, read)
    end = options.skip + options.top
    return Page(chosen[options.skip : end], len(chosen) > end, len(chosen) if options.count else None)


def meant(entities: Iterable[Entity], expression: Expression | None, read: ReadPath) -> list[Entity]:
    if expression is None:
        return list(entities)
    return [one for one in entities if holds(expression, partial(read, one))]


def in_order(entities: list[Entity], orders: Sequence[Order], read: ReadPath) -> list[Entity]:
    """Stable: what is equal keeps the order it came in."""
    for order in reversed(orders):
        entities = sorted(entities, key=partial(_key, read, order.path.steps), reverse=order.falls)
    return entities


def _key(read: ReadPath, steps: tuple[str, ...], one: Entity) -> tuple[str, Any]:
    return order_key(read(one, steps))
