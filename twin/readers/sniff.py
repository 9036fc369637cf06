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
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast
from xml.etree import ElementTree

HEAD_BYTES: Final = 4096
_INP_BYTES: Final = 262_144  # long enough for the first sections of a network file
_XLSX_BYTES: Final = 262_144  # of each part inside the archive
_XLSX_SHEETS: Final = 16
_XLSX_COLUMNS: Final = 16_384
HEADING_ROWS: Final = 10  # a title, a project line and a unit line may stand above the headings
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


Headings = tuple[str, ...]


def separator_of(text: str) -> str:
    """What separates cells: the delimiter most frequent in the first line that has any (a title may have none)."""
    lines = text.splitlines()[:HEADING_ROWS]
    counts = [{one: line.count(one) for one in _DELIMITERS} for line in lines]
    first = next((count for count in counts if any(count.values())), {",": 0})
    return max(first, key=lambda one: first[one])


def heading_row(rows: Sequence[Sequence[Any]]) -> int | None:
    """Position of the first row with two cells or more (a title has one), else of the first with any; None: no text."""
    filled = [sum(cell is not None and str(cell).strip() != "" for cell in row) for row in rows[:HEADING_ROWS]]
    return next((row for least in (2, 1) for row, count in enumerate(filled) if count >= least), None)


def csv_rows(path: Path) -> list[Headings]:
    """The first rows, cells stripped; empty for binary files."""
    raw = head(path)
    if b"\x00" in raw and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return []
    text = decode(raw)
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=separator_of(text)), HEADING_ROWS))
    except csv.Error:
        return []
    return [tuple(cell.strip() for cell in row) for row in rows]


def csv_headings(path: Path) -> Headings:
    """The cells of the heading row, as ``heading_row`` tells it; empty for binary files."""
    return _heading_cells(csv_rows(path))


def _heading_cells(rows: Sequence[Headings]) -> Headings:
    row = heading_row(rows)
    return () if row is None else rows[row]


_NS: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def xlsx_headings(path: Path) -> dict[str, Headings]:
    """The heading row of every sheet, as ``heading_row`` tells it; empty when ``path`` is no .xlsx."""
    return {title: _heading_cells(rows) for title, rows in xlsx_rows(path).items()}


def xlsx_rows(path: Path) -> dict[str, list[Headings]]:
    """The first rows of every sheet by sheet name, cells in their columns; empty when ``path`` is no .xlsx."""
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
                title: _first_rows(_part(archive, part), strings)
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


def _first_rows(raw: bytes, strings: list[str]) -> list[Headings]:
    return [_cells(row, strings) for row in _elements(raw, "row")[:HEADING_ROWS]]


def _cells(row: ElementTree.Element, strings: list[str]) -> Headings:
    """Cells at their places: a sheet leaves out empty ones and says ``r="C5"`` of the others."""
    placed: dict[int, str] = {}
    for cell in row.iter(_NS + "c"):
        letters = "".join(letter for letter in cell.get("r", "") if letter.isalpha())
        column = reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters.upper(), 0) - 1
        placed[column if 0 <= column < _XLSX_COLUMNS else len(placed)] = _cell(cell, strings)
    return tuple(placed.get(column, "") for column in range(max(placed, default=-1) + 1))


def _cell(cell: ElementTree.Element, strings: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(_NS + "t")).strip()
    value = cell.findtext(_NS + "v") or ""
    if cell.get("t") == "s" and value.isdigit():
        return strings[int(value)].strip() if int(value) < len(strings) else ""
    return value.strip()
