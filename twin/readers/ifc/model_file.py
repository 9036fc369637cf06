"""Opening IFC files: plain STEP, ``.ifczip`` held to limits, and a clear line for what cannot be opened.

ISO 10303-21 is the text form; ``.ifczip`` is one such file in a zip archive (buildingSMART, IFC formats). ifcXML and
the release candidates of IFC4X3 are not read: their entities differ from the published schemas.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from twin.errors import SourceMissingError, SourceUnreadableError, UnsafeArchiveError, UnsupportedSchemaError
from twin.readers.sniff import head

SUFFIXES: Final = (".ifc", ".ifczip", ".ifcxml")
KNOWN_SCHEMAS: Final = "IFC2X3, IFC4, IFC4X3_ADD2"
MAX_MEMBER_BYTES: Final = 4 * 2**30
MAX_RATIO: Final = 200  # STEP text packs about 5:1 to 20:1; more is no building
_HEADER_BYTES: Final = 65_536
_TAIL_BYTES: Final = 65_536  # padding and signatures may follow the end
_CHUNK: Final = 2**20
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_GAP: Final = re.compile(r"Instance reference #(\d+) used by instance #(\d+) at attribute index \d+ not found")
_SCHEMA: Final = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*'([^']*)'")
_REEXPORT: Final = "Export the model again as IFC4 (.ifc)."


def open_model(path: Path) -> Any:
    """The IfcOpenShell file behind ``path``. Raises ``TwinError`` for everything that is not a readable model."""
    return open_with_gaps(path)[0]


def open_with_gaps(path: Path, plain: Path | None = None) -> tuple[Any, dict[int, int]]:
    """The model, and its references that lead nowhere: step id of the user -> step id of what is missing.

    IfcOpenShell turns them into ``$`` and only its log tells the difference between "none" and "lost". ``plain``: what
    ``plain_step`` made of ``path``, if it was asked already.
    """
    import ifcopenshell

    log: Callable[[], str] = ifcopenshell.get_log  # it grows as long as the process lives
    with plain_step(path) if plain is None else nullcontext(plain) as file:
        before = len(log())
        try:
            model = ifcopenshell.open(str(file))
        except (ifcopenshell.Error, OSError, RuntimeError, ValueError) as fault:
            detail = " ".join(str(fault).split())[:200] or type(fault).__name__
            raise SourceUnreadableError(path=path, detail=detail, cure=_REEXPORT) from fault
        gaps = {int(user): int(lost) for lost, user in _GAP.findall(log()[before:])}
    if not model.by_type("IfcProject"):
        raise SourceUnreadableError(path=path, detail="it holds no IfcProject", cure=_REEXPORT)
    for context in model.by_type("IfcGeometricRepresentationSubContext"):
        if context.ParentContext is None:  # the geometry engine does not survive it
            detail = f"its sub-context #{context.id()} belongs to no context"
            raise SourceUnreadableError(path=path, detail=detail, cure=_REEXPORT)
    return model, gaps


@contextmanager
def plain_step(path: Path) -> Iterator[Path]:
    """A complete STEP file in ASCII with the model of ``path``, checked, for as long as the context lasts.

    It is ``path`` itself where that is such a file, else a copy: unpacked from an archive, its raw text escaped.
    """
    if not path.is_file():
        raise SourceMissingError(path=path)
    first = head(path, _HEADER_BYTES)
    if first[:2] == b"PK":
        with _unpacked(path) as member:
            _check_step(member, path, head(member, _HEADER_BYTES))
            with _ascii_copy(member) as file:
                yield file
        return
    if path.suffix.lower() == ".ifcxml" or first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnsupportedSchemaError(path=path, schema="ifcXML", known=KNOWN_SCHEMAS)
    _check_step(path, path, first)
    with _ascii_copy(path) as file:
        yield file


def _tail(file: Path) -> bytes:
    """The last bytes of a file, where STEP says that it is complete."""
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - _TAIL_BYTES))
        return stream.read()


def schema_of(first: bytes) -> str | None:
    """The schema name in a STEP header, upper case."""
    found = _SCHEMA.search(first)
    return found.group(1).decode("ascii", "replace").strip().upper() if found else None


def _check_step(file: Path, named: Path, first: bytes) -> None:
    """Refuse what is no complete STEP file of a known schema; faults speak of ``named``, what was delivered."""
    if b"ISO-10303-21" not in first[:4096]:
        detail = "it does not begin as a STEP file (ISO-10303-21)"
        raise SourceUnreadableError(path=named, detail=detail, cure=_REEXPORT)
    schema = schema_of(first)
    if schema is None:
        raise SourceUnreadableError(path=named, detail="its header names no FILE_SCHEMA", cure=_REEXPORT)
    from ifcopenshell import ifcopenshell_wrapper

    if schema not in ifcopenshell_wrapper.schema_names():
        raise UnsupportedSchemaError(path=named, schema=schema, known=KNOWN_SCHEMAS)
    if b"END-ISO-10303-21" not in _tail(file):
        detail = "it breaks off: END-ISO-10303-21 is missing at its end"  # IfcOpenShell would read what is left
        raise SourceUnreadableError(path=named, detail=detail, cure="Deliver the whole file again.")


@contextmanager
def _ascii_copy(file: Path) -> Iterator[Path]:
    """``file`` itself, or a copy in which raw UTF-8, GB 18030 or Latin-1 text is escaped as STEP asks for.

    ISO 10303-21 allows ASCII only; IfcOpenShell drops other bytes without a word, and with them Chinese names.
    """
    raw = file.read_bytes()
    if raw.isascii():
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="twin-ifc-") as folder:
        copy = Path(folder) / "model.ifc"
        copy.write_text(_NOT_ASCII.sub(_escaped, _decoded(raw)), encoding="ascii", errors="replace")
        del raw
        yield copy


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _escaped(found: re.Match[str]) -> str:
    """Characters as ``\\X4\\…\\X0\\`` (ISO 10303-21, 6.4.3.3)."""
    return "\\X4\\" + found.group().encode("utf-32-be").hex().upper() + "\\X0\\"


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The one model of an archive, unpacked under a name of ours."""
    with tempfile.TemporaryDirectory(prefix="twin-ifc-") as folder:
        target = Path(folder) / "model.ifc"
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(path, archive, _only_model(path, archive), target)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as fault:
            raise SourceUnreadableError(path=path, detail=f"damaged archive: {fault}") from fault
        yield target


def _only_model(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    files = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
    models = [one for one in files if one.filename.lower().endswith(".ifc")]
    if len(models) != 1:
        if not models and any(one.filename.lower().endswith((".ifcxml", ".xml")) for one in files):
            raise UnsupportedSchemaError(path=path, schema="ifcXML", known=KNOWN_SCHEMAS)
        raise UnsafeArchiveError(path=path, detail=f"it must hold exactly one .ifc file, not {len(models)}")
    member = models[0]
    if member.flag_bits & 0x1:
        raise UnsafeArchiveError(path=path, detail="it is encrypted")
    if member.file_size > MAX_MEMBER_BYTES:
        raise UnsafeArchiveError(path=path, detail=f"the file inside is {member.file_size / 2**30:.1f} GiB")
    return member


def _unpack(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Copy the member, counting what really comes out: the directory of an archive may lie."""
    allowed = min(MAX_MEMBER_BYTES, max(member.compress_size, 1) * MAX_RATIO)
    written = 0
    with archive.open(member) as packed, target.open("wb") as plain:
        while chunk := packed.read(_CHUNK):
            written += len(chunk)
            if written > allowed:
                raise UnsafeArchiveError(path=path, detail=f"it unpacks to more than {MAX_RATIO} times its size")
            plain.write(chunk)
