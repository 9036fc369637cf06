"""What lies underground stays out of a snapshot: its layers, its tiles, and where its things are said to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from twin.store.campus import Generation

_PLACES: Final = frozenset({"idx", "position", "scene", "bbox", "geometry", "x", "y", "z", "lon", "lat"})


class Veil:
    """Over everything that is in a layer other than ``kept`` of ``generation``."""

    def __init__(self, generation: Generation, kept: Collection[str]) -> None:
        self.kept = frozenset(kept)
        self._hidden: set[str] = set()
        self._numbers: set[int] = set()
        for layer, told in generation.definitions.items():
            if layer not in self.kept and told.underground:
                table = generation.table(layer)
                self._hidden.update(table["feature_id"].to_pylist())
                self._numbers.update(table["idx"].to_pylist())

    def hides(self, thing: Mapping[str, Any]) -> bool:
        """Whether ``thing``, as the API tells of one, lies underground."""
        named = (thing.get("feature_id"), thing.get("originator"), thing.get("subject"))
        return any(one in self._hidden for one in named) or thing.get("idx") in self._numbers

    def over(self, said: Any, *, hidden: bool = False) -> Any:
        """``said`` without the places of hidden things and of all that is told below them, however deep; a copy."""
        if isinstance(said, dict):
            hidden = hidden or self.hides(said)
            return {
                name: None if hidden and name in _PLACES else self.over(one, hidden=hidden)
                for name, one in said.items()
            }
        if isinstance(said, list) and any(isinstance(one, dict | list) for one in said):
            return [self.over(one, hidden=hidden) for one in said]
        return said

    def scene(self, scene: dict[str, Any]) -> dict[str, Any]:
        """The scene of the kept layers. Attached sets of others are not in a snapshot."""
        layers = [one for one in scene["layers"] if one["id"] in self.kept]
        return {**scene, "layers": layers, "tilesets": []}

    def tileset(self, tileset: dict[str, Any]) -> dict[str, Any]:
        """A tileset of which only what shows kept layers is left: walls stand below the tiles of a building.

        A file that names no layer is left out: nobody knows what is in it.
        """
        layers = [one["properties"]["layer_id"] for one in tileset.get("groups", ())]
        root = tileset["root"]
        around = {name: said for name, said in root.items() if name != "content" or self._shows(root, layers)}
        return {**tileset, "root": {**around, "children": self._branches(root, layers)}}

    def _branches(self, tile: Mapping[str, Any], layers: Sequence[str]) -> list[dict[str, Any]]:
        kept = [one for one in tile.get("children", ()) if "content" not in one or self._shows(one, layers)]
        return [{**one, "children": self._branches(one, layers)} for one in kept]

    def _shows(self, tile: Mapping[str, Any], layers: Sequence[str]) -> bool:
        group = tile.get("content", {}).get("group")
        return group is not None and layers[group] in self.kept


def contents(tile: Mapping[str, Any]) -> list[str]:
    """The files of a tile and of all below it."""
    own = [tile["content"]["uri"]] if tile.get("content") else []
    return own + [uri for child in tile.get("children", ()) for uri in contents(child)]
