"""Looking at what was delivered: which files there are, which reader takes each, what it says of itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from twin.errors import AmbiguousFormatError, NoReaderError, SourceMissingError, SourceUnreadableError, TwinError
from twin.model.identity import slug
from twin.readers import claims, load_reader
from twin.readers.base import Inspection
from twin.readers.sandbox import Worker
from twin.settings import TILESET_READER, Limits

_LOOK_CPU_S: Final = 60  # a look, not a reading


@dataclass(slots=True)
class Delivery:
    """One delivered file, or one table of it: what it is, or why it was left out.

    ``shown`` tells it from its namesakes; ``home`` is the folder below ``sources`` that the file gets.
    """

    path: Path
    shown: str
    readers: list[str] = field(default_factory=list)
    inspection: Inspection | None = None
    key: str = ""
    home: str = ""
    problem: TwinError | None = None

    @property
    def taken(self) -> Inspection | None:
        """What its reader saw, if it becomes a source."""
        return self.inspection if self.problem is None else None

    @property
    def is_tileset(self) -> bool:
        """Whether it is a 3D Tiles set, which is attached where it lies and not read into tables."""
        return self.readers == [TILESET_READER]


def look(files: Sequence[Path]) -> list[Delivery]:
    """Every delivered file but those that are read along with another one."""
    found = _walk(files)
    for one in found:
        one.readers = claims(one.path)
    belonging = {
        companion.resolve()
        for one in found
        if len(one.readers) == 1
        for companion in load_reader(one.readers[0]).companions(one.path)
    }
    found = [one for one in found if one.path.resolve() not in belonging]
    with Worker({**Limits().model_dump(), "cpu_s": _LOOK_CPU_S}) as worker:
        for one in found:
            _inspect(one, worker)
    deliveries = [part for one in found for part in _tables_of(one)]
    _name_keys(deliveries)
    return deliveries


def _tables_of(one: Delivery) -> list[Delivery]:
    """A file of several tables is a source for each."""
    if one.taken is None or not one.taken.tables:
        return [one]
    return [Delivery(one.path, f"{one.shown}, {seen.table}", one.readers, seen) for seen in one.taken.tables]


def _walk(files: Iterable[Path]) -> list[Delivery]:
    """The files named and those in folders named, each once however often it was named."""
    found: dict[Path, Delivery] = {}
    for one in files:
        if one.is_dir():
            deliveries = [Delivery(path, str(path.relative_to(one))) for path in _files_below(one)]
        elif one.is_file():
            deliveries = [Delivery(one, one.name)]
        elif one.exists():
            raise SourceUnreadableError(path=one, detail="not a file", cure="Name a file or a folder.")
        else:
            raise SourceMissingError(path=one)
        for delivery in deliveries:
            found.setdefault(delivery.path.resolve(), delivery)
    return list(found.values())


def _files_below(folder: Path) -> Iterator[Path]:
    """Every file that is not hidden; a folder with a tileset.json is one 3D Tiles set, not its thousand files."""
    if (folder / "tileset.json").is_file():
        yield folder / "tileset.json"
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files_below(path)
        elif path.is_file():
            yield path


def _inspect(one: Delivery, worker: Worker) -> None:
    if not one.readers:
        one.problem = NoReaderError(path=one.path)
    elif len(one.readers) > 1:
        one.problem = AmbiguousFormatError(path=one.path, readers=", ".join(one.readers))
    else:
        try:
            one.inspection = worker.inspect(one.readers[0], one.path)
        except TwinError as fault:
            one.problem = fault


def _name_keys(found: Sequence[Delivery]) -> None:
    """A key for every source, and a folder for every file: two names that nothing else has."""
    keys: set[str] = set()
    homes: dict[Path, str] = {}
    for one in found:
        name = one.path.resolve().parent.name if one.is_tileset else one.path.stem
        if one.path not in homes:
            homes[one.path] = _fresh(name, set(homes.values()))
        one.home = homes[one.path]
        table = one.inspection.table if one.inspection is not None else ""
        one.key = _fresh(f"{name}-{table}" if table else name, keys)
        keys.add(one.key)


def _fresh(name: str, used: Collection[str]) -> str:
    stem = slug(_latin(name)).replace("%", "").replace(".", "-").replace("$", "-")[:32].strip("-") or "source"
    key, n = stem, 1
    while key in used:
        n += 1
        key = f"{stem}-{n}"
    return key


def _latin(name: str) -> str:
    """``雨水 管线`` -> ``yu-shui-guan-xian``: keys stand in ids and addresses, and people read them."""
    if not name.isascii():
        from pypinyin import lazy_pinyin  # its dictionary takes a tenth of a second to load

        name = " ".join(lazy_pinyin(name))
    return "-".join(name.split())
