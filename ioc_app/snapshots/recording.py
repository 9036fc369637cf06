"""What the application answers through an interval, collected: what the viewer asks while somebody looks at it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from ioc_app.api.features import card
from ioc_app.api.reads import Reads
from ioc_app.screens.callbacks import Asker as PanelAsker
from ioc_app.screens.callbacks import Panels, Screens
from ioc_app.screens.layout import placed
from ioc_app.snapshots.asking import Asker
from ioc_app.snapshots.veil import Veil
from ioc_app.snapshots.wanted import Wanted
from twin.live.listing import list_points
from twin.live.running import RunningCampus
from twin.model.layer import LayerKind

MOST_CARDS: Final = 20_000
_ROOMS: Final = "spaces"
_LISTS: Final = ("alarms", "incidents", "events")
_MEASURED: Final = ("value", "quality", "observed_at")
_LIVE: Final = frozenset({*_MEASURED, "received_at"})
_LAST: Final = ("elements", "surface", "terrain")  # of a large campus their cards are left out first


@dataclass(frozen=True, slots=True)
class Recording:
    """As ``viewer/src/snapshot/record.js`` reads it, less what it is; ``cards_left_out`` features have no card."""

    answers: dict[str, Any]
    timed: dict[str, list[tuple[int, Any]]]
    moments: list[dict[str, Any]]
    pool: list[Any]
    points: list[dict[str, Any]]
    measured: list[tuple[int, list[int], list[Any], list[Any], list[Any]]]
    cards: list[dict[str, Any]]
    panels: dict[str, list[tuple[int, dict[str, Any]]]]
    cards_left_out: int


@dataclass
class Pool:
    """Things that are told again and again, each kept once."""

    things: list[Any] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)

    def numbers(self, things: Sequence[Any]) -> list[int]:
        return [self._number(one) for one in things]

    def _number(self, thing: Any) -> int:
        key = json.dumps(thing, sort_keys=True)
        if key not in self._known:
            self._known[key] = len(self.things)
            self.things.append(thing)
        return self._known[key]


class Recorder:
    """Of one campus, with one right to look. ``screens`` answers what stands in panels."""

    def __init__(
        self, ask: Asker, running: RunningCampus, screens: Screens, reads: Reads, veil: Veil, wanted: Wanted
    ) -> None:
        self.ask, self.running, self.screens, self.reads = ask, running, screens, reads
        self.generation = reads.generation
        self.veil, self.wanted = veil, wanted
        self._seq = wanted.as_of.known_seq

    def record(self) -> Recording:
        """Takes seconds to minutes. Raises what the routes raise beside faults that they answer with."""
        answers, timed = dict(self._standing()), dict(self._of_screens())
        pool = Pool()
        moments, details = self._moments(pool)
        points, measured = self._measured()
        cards, left_out = self._cards()
        panels = dict(self._panels())
        return Recording(answers, timed | details, moments, pool.things, points, measured, cards, panels, left_out)

    # --- what does not change ---

    def _standing(self) -> Iterator[tuple[str, Any]]:
        yield "/me", {"name": "", "display_name": "", "kind": "person", "role": None, "wall": None, "rights": []}
        first, last = self.wanted.moments()[0], self.wanted.as_of.at
        span = {"from": first.isoformat(), "to": last.isoformat()}
        if first < last and (told := self.ask.get("/moments", **span)):
            yield "/moments", self.veil.over(told | {"first_at": span["from"], "last_at": span["to"]})
        book = self.ask.get("/screens")
        yield "/screens", {**book, "screens": [one for one in book["screens"] if one["id"] in self.wanted.screens]}
        for screen in self.wanted.screens:
            yield f"/screens/{screen}", self.ask.get(f"/screens/{screen}")
        known = self.screens.book.screens
        slots = {
            one: {slot: there.panel.id for slot, there in placed(known[one]).items()} for one in self.wanted.screens
        }
        yield "/slots", slots
        yield "/incidents/terms", self.ask.get("/incidents/terms")
        yield from self._fields()
        yield from self._plans()

    def _fields(self) -> Iterator[tuple[str, Any]]:
        """What layers can be coloured by, and the values."""
        for layer, told in self.generation.definitions.items():
            if layer not in self.veil.kept or told.kind is LayerKind.TABLE:
                continue
            fields = self.ask.get("/fields", layer=layer) or []
            yield f"/fields?layer={layer}", fields
            for one in fields:
                ref = {name: one[name] for name in ("attribute", "column", "property", "set") if one.get(name)}
                said = {"layer": layer, **ref}
                yield address("/values", said), self.ask.get("/values", **said)

    def _plans(self) -> Iterator[tuple[str, Any]]:
        """Of rooms, where rooms are in it."""
        if _ROOMS not in self.veil.kept:
            return
        for building in self.generation.scene["buildings"]:
            for storey in building["storeys"]:
                path = f"/plan/{storey['storey_id']}"
                if (plan := self.ask.get(path)) is not None:
                    yield path, plan

    def _cards(self) -> tuple[list[dict[str, Any]], int]:
        """Of the features of kept layers, as many as a file can hold."""
        definitions = self.generation.definitions
        order = sorted(definitions, key=lambda one: one in _LAST)
        numbers = [
            idx for one in order if one in self.veil.kept for idx in self.generation.table(one)["idx"].to_pylist()
        ]
        directory = self.reads.directory(self.generation)
        found = []
        for idx in numbers[:MOST_CARDS]:
            said = card(self.generation.by_idx(idx), self.reads, self.generation)
            found.append(self._card({**said, "label": directory.entry(idx)["label"]}))
        return found, max(0, len(numbers) - MOST_CARDS)

    def _card(self, said: dict[str, Any]) -> dict[str, Any]:
        """Without the hidden things that it is joined to."""
        kept = [one for one in said["relations"] if not self.veil.hides(one)]
        left_out = len(said["relations"]) - len(kept)
        seen: dict[str, Any] = self.veil.over({**said, "relations": kept})
        return seen | {"relations_total": said["relations_total"] - left_out}

    # --- what changes ---

    def _moments(self, pool: Pool) -> tuple[list[dict[str, Any]], dict[str, list[tuple[int, Any]]]]:
        """Moments, and the whole of each alarm and incident at those at which it was told otherwise than before."""
        found: list[dict[str, Any]] = []
        details: dict[str, list[tuple[int, Any]]] = {}
        before: set[tuple[str, int]] = set()
        for at in self.wanted.moments():
            said = self.veil.over(self.ask.get("/moment", at=at.isoformat(), known_seq=self._seq))
            lists = {name: pool.numbers(said.pop(name)) for name in _LISTS}
            found.append({"at": _ms(at), "rest": said, "lists": lists})
            told = {(name, one) for name in ("alarms", "incidents") for one in lists[name]}
            for name, one in sorted(told - before):
                named = f"/{name}/{pool.things[one][f'{name[:-1]}_id']}"
                if (whole := self.ask.get(named, at=at.isoformat())) is not None:
                    details.setdefault(named, []).append((_ms(at), self.veil.over(whole)))
            before = told
        return found, details

    def _measured(self) -> tuple[list[dict[str, Any]], list[tuple[int, list[int], list[Any], list[Any], list[Any]]]]:
        """Points once, and of each moment those that say otherwise than before."""
        points: list[dict[str, Any]] = []
        place: dict[str, int] = {}
        said: dict[int, tuple[Any, ...]] = {}
        found = []
        for at in self.wanted.moments():
            changed: dict[int, tuple[Any, ...]] = {}
            for one in list_points(self.running, at):
                if one["point_id"] not in place:
                    place[one["point_id"]] = len(points)
                    points.append({name: value for name, value in one.items() if name not in _LIVE})
                number = place[one["point_id"]]
                values = tuple(one[name] for name in _MEASURED)
                if said.get(number) != values:
                    changed[number] = said[number] = values
            columns = [list(column) for column in zip(*changed.values(), strict=True)] or [[], [], []]
            found.append((_ms(at), list(changed), columns[0], columns[1], columns[2]))
        return points, found

    def _of_screens(self) -> Iterator[tuple[str, list[tuple[int, Any]]]]:
        """Numbers and colours of the screens; what measures colour rooms by."""
        moments = self.wanted.screen_moments()
        for screen in self.wanted.screens:
            for path in (f"/screens/{screen}/kpis", f"/screens/{screen}/map"):
                yield path, [(_ms(at), self.ask.get(path, at=at.isoformat(), known_seq=self._seq)) for at in moments]
        quantities = self.ask.get("/points/quantities") or []
        yield "/points/quantities", [(_ms(moments[0]), quantities)]
        for one in quantities:
            name = one["quantity"]
            told = [(_ms(at), self.ask.get("/points/latest", quantity=name, at=at.isoformat())) for at in moments]
            yield address("/points/latest", {"quantity": name}), told

    def _panels(self) -> Iterator[tuple[str, list[tuple[int, dict[str, Any]]]]]:
        panels = Panels(self.screens, self.running.timezone, self.running.clock)
        asker = PanelAsker(self.wanted.cleared)
        for screen in self.wanted.screens:
            for one in placed(self.screens.book.screens[screen]).values():
                told = []
                for at in self.wanted.screen_moments():
                    state = {
                        "mode": "screen",
                        "screen": screen,
                        "at": at.astimezone(UTC).isoformat(),
                        "known": self._seq,
                        "style": self.wanted.style,
                    }
                    shown = {
                        language: panels.shown(state | {"language": language}, one, asker) for language in ("zh", "en")
                    }
                    told.append((_ms(at), shown))
                yield one.key, told


def address(path: str, said: Mapping[str, str]) -> str:
    """As ``viewer/src/snapshot/answers.js`` asks for it: by name, as it reads."""
    return f"{path}?{'&'.join(f'{name}={value}' for name, value in sorted(said.items()))}"


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
