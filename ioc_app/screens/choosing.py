"""What a click on a panel does to what the screen shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# these open a card; the frame takes them from ``chosen``, whose ``n`` makes the same one twice two clicks
CARDS: Final = ("alarm_id", "incident_id")


def chosen_state(state: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """``state`` with the place, screen and moment that were chosen; the chosen place again is the whole campus."""
    new = dict(state)
    if "place" in chosen:
        again = chosen["place"] == state.get("place") and not any(name in chosen for name in CARDS)
        new["place"] = None if again else chosen["place"]
    for name in ("screen", "at"):
        if name in chosen:
            new[name] = chosen[name]
    cards = {name: chosen[name] for name in CARDS if name in chosen}
    if cards:
        new["chosen"] = cards | {"n": chosen.get("n", 0)}
    return new
