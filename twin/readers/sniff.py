"""What a file is, told from its first bytes: the one place where readers settle who takes an ambiguous suffix.

Everything here reads a bounded number of bytes, so its time does not depend on the size of the file. A function
that cannot tell says None (or an empty tuple); it never guesses and never raises for a file that exists.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast
from xml.etree import ElementTree

HEAD_BYTES: Final = 4096
_INP_BYTES: Final = 262_144  # long enough for the first sections of a network file
_XLSX_BYTES: Final = 262_144  # of each part inside the archive
_XLSX_SHEETS: Final = 16
_DELIMITERS: Final = ",;\t|"


def head(path: Path, n: int = HEAD_BYTES) -> bytes:
    """The first ``n`` bytes; empty for a folder or a file that cannot be opened."""
    try:
        with path.open("rb") as file:
            return file.read(n)
    except OSError:
        return b""


def text_head(path: Path, n: int = HEAD_BYTES) -> str:
    """The first ``n`` bytes as text, by ``decode``."""
    return decode(head(path, n))


def decode(raw: bytes) -> str:
    """Text of UTF-8 (with or without BOM), UTF-16 with BOM, else GB 18030, where a cut last character is dropped."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="ignore")
    encoding = encoding_of(raw)
    return raw.decode(encoding, errors="ignore")


def encoding_of(raw: bytes) -> str:
    """``utf-8-sig``, ``utf-16`` or ``gb18030``: the codec that takes ``raw``, a possibly cut beginning of a file."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        if fault.start < len(raw) - 4:
            return "gb18030"
    return "utf-8-sig"


# --- JSON ----------------------------------------------------------------------------------------------

_TYPE: Final = re.compile(r'"type"\s*:\s*"([A-Za-z]+)"')
_CLASS: Final = re.compile(r'"_class"\s*:\s*"(pandapipes|pandapower)Net"')
_GEOJSON: Final = frozenset(
    {"FeatureCollection", "Feature", "GeometryCollection", "Point", "LineString", "Polygon"}
    | {"MultiPoint", "MultiLineString", "MultiPolygon"}
)


def json_type(path: Path) -> str | None:
    """``cityjson``, ``geojson``, ``pandapipes``, ``pandapower``, ``other`` for other JSON, None for anything else."""
    text = text_head(path).lstrip()
    if not text.startswith(("{", "[")):
        return None
    if found := _CLASS.search(text):
        return found.group(1)
    types = set(_TYPE.findall(text))
    if types & {"CityJSON", "CityJSONFeature"} or ('"CityObjects"' in text and '"vertices"' in text):
        return "cityjson"
    return "geojson" if types & _GEOJSON else "other"


# --- XML -----------------------------------------------------------------------------------------------

_ROOT: Final = re.compile(r"<\s*(?:([\w.-]+):)?([A-Za-z_][\w.-]*)([^>]*)")


def xml_root(path: Path) -> tuple[str, str] | None:
    """Namespace (or ``""``) and local name of the root element; None when the file does not begin as XML."""
    text = text_head(path).lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return None
    text = re.sub(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(\[.*?\])?\s*>", "", text, flags=re.DOTALL)
    found = _ROOT.search(text)
    if found is None:
        return None
    prefix, local, rest = found.groups()
    key = f"xmlns:{prefix}" if prefix else "xmlns"
    space = re.search(rf"""(?<![\w:]){re.escape(key)}\s*=\s*["']([^"']*)["']""", rest)
    return (space.group(1) if space else "", local)


# --- network files -------------------------------------------------------------------------------------

_SECTION: Final = re.compile(r"^\s*\[([A-Za-z_]+)", re.MULTILINE)
_SWMM_ONLY: Final = frozenset(
    (
        "CONDUITS",
        "OUTFALLS",
        "SUBCATCHMENTS",
        "SUBAREAS",
        "RAINGAGES",
        "EVAPORATION",
        "INFILTRATION",
        "XSECTIONS",
        "STORAGE",
        "WEIRS",
        "ORIFICES",
        "DWF",
        "INFLOWS",
        "LOSSES",
        "POLYGONS",
        "MAP",
        "SYMBOLS",
    )
)
_EPANET_ONLY: Final = frozenset(
    ("PIPES", "TANKS", "RESERVOIRS", "EMITTERS", "QUALITY", "STATUS", "ENERGY", "DEMANDS", "MIXING")
)


def inp_type(path: Path) -> str | None:
    """``epanet`` or ``swmm`` by the sections that only one of the two has, else by SWMM's flow units."""
    text = text_head(path, _INP_BYTES)
    sections = {one.upper() for one in _SECTION.findall(text)}
    swmm, epanet = len(sections & _SWMM_ONLY), len(sections & _EPANET_ONLY)
    if swmm != epanet:
        return "swmm" if swmm > epanet else "epanet"
    if re.search(r"^\s*FLOW_UNITS\s", text, re.MULTILINE | re.IGNORECASE):
        return "swmm"
    return "epanet" if "JUNCTIONS" in sections else None


# --- tables --------------------------------------------------------------------------------------------


def delimiter_of(line: str) -> str:
    """The separator that occurs most often in a heading row; a comma when none does."""
    best = max(_DELIMITERS, key=line.count)
    return best if line.count(best) else ","


def csv_headings(path: Path) -> tuple[str, ...]:
    """The cells of the first line that is not blank, stripped; empty for binary files."""
    raw = head(path)
    if b"\x00" in raw and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return ()
    for line in decode(raw).splitlines():
        if line.strip():
            row = next(csv.reader(io.StringIO(line), delimiter=delimiter_of(line)), [])
            return tuple(cell.strip() for cell in row)
    return ()


_NS: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def xlsx_headings(path: Path) -> dict[str, tuple[str, ...]]:
    """First row with text of every sheet by sheet name; empty when ``path`` is no .xlsx."""
    if head(path, 2) != b"PK":
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                return {}
            strings = _shared_strings(archive) if "xl/sharedStrings.xml" in names else []
            parts = _sheet_parts(archive)
            return {
                title: _first_row(_part(archive, part), strings)
                for title, part in list(parts.items())[:_XLSX_SHEETS]
                if part in names
            }
    except (zipfile.BadZipFile, OSError, KeyError, ElementTree.ParseError, zlib.error, RuntimeError, EOFError):
        return {}


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_XLSX_BYTES)


def _elements(raw: bytes, tag: str) -> list[ElementTree.Element]:
    """Complete elements called ``tag`` in ``raw``, which may be cut anywhere; none when it declares entities."""
    if b"<!DOCTYPE" in raw[:1024]:
        return []
    parser: ElementTree.XMLPullParser[ElementTree.Element] = ElementTree.XMLPullParser(events=("end",))
    parser.feed(raw)
    found: list[ElementTree.Element] = []
    try:
        for _, one in cast("Iterator[tuple[str, ElementTree.Element]]", parser.read_events()):
            if one.tag == _NS + tag:
                found.append(one)
    except ElementTree.ParseError:
        pass
    return found


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    entries = _elements(_part(archive, "xl/sharedStrings.xml"), "si")
    return ["".join(text.text or "" for text in one.iter(_NS + "t")) for one in entries]


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> path inside the archive, in the order of the tabs."""
    raw = _part(archive, "xl/_rels/workbook.xml.rels")
    if b"<!DOCTYPE" in raw:
        return {}
    rels = ElementTree.fromstring(raw)
    targets = {one.get("Id", ""): one.get("Target", "") for one in rels}
    key = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    found = {}
    for sheet in _elements(_part(archive, "xl/workbook.xml"), "sheet"):
        target = targets.get(sheet.get(key, ""), "").lstrip("/")
        found[sheet.get("name", "")] = target if target.startswith("xl/") else f"xl/{target}"
    return found


def _first_row(raw: bytes, strings: list[str]) -> tuple[str, ...]:
    for row in _elements(raw, "row"):
        cells = tuple(_cell(cell, strings) for cell in row.iter(_NS + "c"))
        if any(cells):
            return cells
    return ()


def _cell(cell: ElementTree.Element, strings: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(_NS + "t")).strip()
    value = cell.findtext(_NS + "v") or ""
    if cell.get("t") == "s" and value.isdigit():
        return strings[int(value)].strip() if int(value) < len(strings) else ""
    return value.strip()
