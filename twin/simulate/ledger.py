"""What a simulator must remember: the incidents that are under way, and what past ones left on the counters.

All else follows from the seed and the time. It lies in ``simulator.json`` of the campus folder.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from twin.errors import ConfigError
from twin.simulate.schedule import Planned
from twin.store.durable import write_whole

NAME: Final = "simulator.json"


@with_config({"extra": "forbid"})
class _Said(TypedDict):
    seed: int
    until_us: int
    under_way: list[tuple[str, int, int]]
    carried: dict[str, Annotated[float, Field(allow_inf_nan=False)]]


_SAID: Final = TypeAdapter(_Said)


@dataclass
class Ledger:
    """``until_us`` is up to where was sent. Without a path nothing is kept."""

    seed: int
    path: Path | None = None
    until_us: int = 0
    under_way: list[Planned] = field(default_factory=list)
    carried: dict[str, float] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path, seed: int) -> Ledger:
        """That of a campus folder; another seed is another campus and begins anew. Raises ConfigError."""
        path = folder / NAME
        if not path.is_file():
            return cls(seed, path)
        try:
            said = _SAID.validate_json(path.read_bytes())
        except ValidationError as fault:
            detail = f"it is damaged; without it counters begin anew: {fault.errors(include_url=False)[0]['msg']}"
            raise ConfigError(path=path, where="", detail=detail) from fault
        if said["seed"] != seed:
            return cls(seed, path)
        return cls(seed, path, said["until_us"], [Planned(*one) for one in said["under_way"]], said["carried"])

    def save(self) -> None:
        if self.path is None:
            return
        said: _Said = {
            "seed": self.seed,
            "until_us": self.until_us,
            "under_way": [(one.name, one.begin_us, one.number) for one in self.under_way],
            "carried": self.carried,
        }
        write_whole(self.path, json.dumps(said).encode())
