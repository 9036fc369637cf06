"""The file of a drawing: text or not, its code page, its unit of length (AutoCAD DXF Reference, header variables)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from twin.errors import SourceMissingError, SourceUnreadableError
from twin.readers.sniff import head

_BINARY: Final = b"AutoCAD Binary DXF\r\n\x1a\x00"
_DWG: Final = re.compile(rb"AC(1\.[0-9]|10\d\d)")
_BEGINS: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:999\r?\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION\s*[\r\n]")
_VARIABLE: Final = rb"^\s*9\s*\r?\n\s*\$%s\s*\r?\n\s*\d+\s*\r?\n\s*([^\r\n]*)"
_HEADER_BYTES: Final = 262_144
# $INSUNITS -> the name that twin.units has for it; 0 is "unitless"
_UNITS: Final = {1: "in", 2: "ft", 3: "mile", 4: "mm", 5: "cm", 6: "m", 7: "km", 10: "yard", 14: "dm", 21: "us-ft"}
_UTF8_SINCE: Final = "AC1021"  # AutoCAD 2007


@dataclass(frozen=True, slots=True)
class DxfText:
    """``utf8``: the whole drawing in UTF-8; ``unit``: what $INSUNITS says, None for nothing; ``odd``: notes."""

    utf8: bytes
    unit: str | None
    encoding: str
    odd: tuple[str, ...]


def looks_like_dxf(path: Path) -> bool:
    """A drawing in one of the forms that people deliver, also the two that are refused with a word on what to do."""
    start = head(path)
    suffix = path.suffix.lower()
    if suffix == ".dwg":
        return _DWG.match(start) is not None
    return suffix == ".dxf" and (start.startswith(_BINARY) or _BEGINS.match(start) is not None)


def read_dxf_text(path: Path) -> DxfText:
    """The drawing as UTF-8. Raises ``SourceUnreadableError`` for DWG and binary DXF.

    Text is UTF-8 where the bytes are (AutoCAD 2007 and later), else what $DWGCODEPAGE says, where GBK and a drawing
    without the variable are read as GB 18030.
    """
    if not path.is_file():
        raise SourceMissingError(path=path)
    start = head(path)
    if _DWG.match(start):
        raise _refused(path, "a DWG drawing")
    if start.startswith(_BINARY):
        raise _refused(path, "a binary DXF")
    raw = path.read_bytes()
    header = raw[:_HEADER_BYTES].partition(b"ENDSEC")[0]
    encoding = _encoding(raw, _variable(header, b"DWGCODEPAGE"), _variable(header, b"ACADVER"))
    text = raw.decode(encoding, errors="replace")
    lost = text.count("\ufffd")
    odd = (f"{path.name}: {lost} characters fit no {encoding} and were lost",) if lost else ()
    units = _variable(header, b"INSUNITS")
    unit = _UNITS.get(int(units)) if units.isdigit() else None
    return DxfText(text.encode(), unit, encoding, odd)


def _refused(path: Path, what: str) -> SourceUnreadableError:
    return SourceUnreadableError(
        path=path,
        detail=f"{what}, which is not read",
        cure="Save it as ASCII DXF (AutoCAD: SAVEAS, DXF 2000 to 2018) and deliver it again.",
    )


def _variable(header: bytes, name: bytes) -> str:
    found = re.search(_VARIABLE % name, header, re.MULTILINE)
    return found.group(1).decode("ascii", errors="ignore").strip() if found else ""


def _encoding(raw: bytes, code_page: str, version: str) -> str:
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8-sig"
    if version >= _UTF8_SINCE and not code_page:
        return "utf-8-sig"
    number = re.search(r"(\d+)\s*\Z", code_page)
    if number is None or number.group(1) in ("936", "1252"):  # R12 of Chinese AutoCAD often says 1252 or nothing
        return "gb18030"
    try:
        "".encode(f"cp{number.group(1)}")
    except LookupError:
        return "gb18030"
    return f"cp{number.group(1)}"
