"""What a maintenance window may name: things that exist, by their ids or by the short codes that people use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final

from twin.live.alarms.maintenance import Scope
from twin.live.rules.files import Known
from twin.live.rules.places import Places
from twin.store.campus import Generation
from twin.store.place_names import folded

_SHOWN: Final = 6  # names that are offered for one that is unknown
_LAYERS: Final = ("zones", "buildings", "storeys")

Unknown = tuple[str, str, dict[str, str]]  # the setting of the scope, what is wrong with it, the words for that


@dataclass(frozen=True)
class ScopeNames:
    """Ids by the setting of a scope that takes them; ``written`` has what else people write for them, folded."""

    ids: Mapping[str, frozenset[str]]
    written: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, generation: Generation, places: Places) -> ScopeNames:
        """Of a finished build: also places in which no device stands."""
        ids = {"devices": frozenset(places.devices), "device_types": Known.of(places).device_types or frozenset()}
        written = {}
        for layer in _LAYERS:
            pairs = list(_written(generation, layer))
            ids[layer] = frozenset(one for _, one in pairs)
            written[layer] = _gathered(pairs)
        return cls(ids, written)

    def also(self, **ids: Collection[str]) -> ScopeNames:
        """With more ids, such as devices that send and stand in no list."""
        return replace(self, ids={**self.ids, **{name: self.ids.get(name, frozenset()) | {*ids[name]} for name in ids}})

    def named(self, scope: Scope) -> tuple[Scope, list[Unknown]]:
        """The scope with every thing by its id, and what in it is nothing here or could be several things."""
        changed: dict[str, tuple[str, ...]] = {}
        unknown: list[Unknown] = []
        for setting in Scope.model_fields:
            found: list[str] = []
            for name in getattr(scope, setting):
                meant = self._meant(setting, name)
                if len(meant) == 1:
                    found += meant
                elif meant:
                    unknown.append((setting, "ambiguous_name", {"name": name, "known": ", ".join(sorted(meant))}))
                else:
                    unknown.append((setting, "unknown_name", {"name": name, "known": self._near(setting, name)}))
            changed[setting] = tuple(dict.fromkeys(found))
        return scope.model_copy(update=changed), unknown

    def _meant(self, setting: str, name: str) -> frozenset[str]:
        if name in self.ids.get(setting, ()):
            return frozenset({name})
        return self.written.get(setting, {}).get(folded(name), frozenset())

    def _near(self, setting: str, name: str) -> str:
        """The names most like it, else the first ones."""
        there = {folded(one.rpartition(":")[2]): one for one in sorted(self.ids.get(setting, ()), reverse=True)}
        close = [there[one] for one in get_close_matches(folded(name), there, _SHOWN)]
        some = close or sorted(there.values())[:_SHOWN]
        return ", ".join(some) + (", …" if len(some) < len(there) else "") or "-"


def _written(generation: Generation, layer: str) -> Iterator[tuple[str, str]]:
    """How a thing is written: the end of its id, its code, its name; storeys also after the code of their building."""
    if layer not in generation.layer_ids():
        return
    codes = dict(_column(generation, "buildings", "code")) if layer == "storeys" else {}
    table = generation.table(layer)
    wanted = [one for one in ("feature_id", "code", "name", "building_id") if one in table.column_names]
    for row in table.select(wanted).to_pylist():
        feature_id = row["feature_id"]
        for one in {feature_id.rpartition(":")[2], row.get("code"), row.get("name")}:
            if one:
                yield folded(one), feature_id
        if code := codes.get(row.get("building_id")):
            yield folded(f"{code}{row.get('name') or ''}"), feature_id


def _column(generation: Generation, layer: str, name: str) -> Iterable[tuple[str, Any]]:
    if layer not in generation.layer_ids() or name not in generation.table(layer).column_names:
        return ()
    table = generation.table(layer)
    return zip(table["feature_id"].to_pylist(), table[name].to_pylist(), strict=True)


def _gathered(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for written, feature_id in pairs:
        found[written].add(feature_id)
    return {written: frozenset(ids) for written, ids in found.items() if written}
