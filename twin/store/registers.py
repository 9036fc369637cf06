"""The registers as their readers see them: what holds now, what held then, what was known then."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from twin.errors import RegistersDamagedError
from twin.model.registers import REGISTERS
from twin.model.time import AsOf
from twin.store.durable import write_whole
from twin.store.editions import FOLDER, Edition, edition_number, load_edition
from twin.store.register_history import holding, known_at


class Registers:
    """The registers of a campus in one edition, read-only. Tables are read when first asked for and kept."""

    def __init__(self, campus: Path, edition: Edition | None) -> None:
        self.edition = edition
        self._folder = campus / FOLDER
        self._histories: dict[str, pa.Table] = {}

    @staticmethod
    def open(campus: Path) -> Registers:
        """The edition in use; without any, there are no registers."""
        return Registers(campus, load_edition(campus))

    @property
    def number(self) -> int | None:
        return self.edition.number if self.edition is not None else None

    def names(self) -> list[str]:
        return list(self.edition.tables) if self.edition is not None else []

    def history(self, name: str, *, edition: int | None = None) -> pa.Table | None:
        """Every row that ever stood in the register, with when it holds; as known in ``edition``, if given."""
        if self.edition is None or name not in self.edition.tables:
            return None
        if name not in self._histories:
            path = self._folder / self.edition.tables[name]
            try:
                self._histories[name] = pq.read_table(path)
            except (OSError, pa.ArrowInvalid) as fault:
                raise RegistersDamagedError(path=path, detail=str(fault)) from fault
        whole = self._histories[name]
        if edition is None or edition >= self.edition.number:
            return whole
        return known_at(REGISTERS[name], whole, edition)

    def rows(self, name: str, at: datetime | None = None, *, edition: int | None = None) -> pa.Table | None:
        """The rows that hold at ``at`` (now, if not given), or None when nobody delivered the register."""
        history = self.history(name, edition=edition)
        if history is None:
            return None
        return rows_at(name, history, AsOf(at) if at is not None else None)


def rows_at(name: str, history: pa.Table, as_of: AsOf | None) -> pa.Table:
    """The rows of a history that hold at ``as_of`` (default: now), without its book-keeping."""
    at = as_of.at if as_of is not None else datetime.now(UTC)
    return holding(history, at).select(REGISTERS[name].delivered.names)


def is_current(campus: Path, registers: Registers) -> bool:
    """Whether no newer edition came into force since ``registers`` were opened."""
    return edition_number(campus) == registers.number


def write_history(campus: Path, name: str, edition: int, table: pa.Table) -> str:
    """Write a history beside the older ones and return its file name."""
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    file = f"{name}-{edition:04d}.parquet"
    write_whole(campus / FOLDER / file, stream.getvalue())
    return file
