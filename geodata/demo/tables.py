"""Writing the deliveries so that the same content gives the same bytes: workbooks, CSV, GeoPackage."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas
import openpyxl
import pyogrio

from geodata.demo import frame

Row = Sequence[Any]
STAMP: Final = "2026-11-20T08:00:00Z"
_ZIP_DATE: Final = (2026, 11, 20, 8, 0, 0)
_CORE: Final = f"""<cp:coreProperties \
xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>openpyxl</dc:creator>\
<dcterms:created xsi:type="dcterms:W3CDTF">{STAMP}</dcterms:created>\
<dcterms:modified xsi:type="dcterms:W3CDTF">{STAMP}</dcterms:modified></cp:coreProperties>""".encode()
"""Who wrote it, and when. openpyxl's own holds the clock, and prefixes that any other library may have renamed."""


def write_workbook(path: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Row]]]) -> None:
    """An .xlsx of sheets (headings, rows) without the clock in it."""
    book = openpyxl.Workbook(write_only=True)
    for name, (headings, rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(headings))
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as fixed:
        for entry in sorted(made.namelist()):
            content = _CORE if entry == "docProps/core.xml" else made.read(entry)
            info = zipfile.ZipInfo(entry, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(info, content)


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Row]) -> None:
    """UTF-8 with BOM, as spreadsheet programs expect Chinese text."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target, lineterminator="\r\n")
        writer.writerow(headings)
        writer.writerows(rows)


def write_gpkg(path: Path, columns: dict[str, list[Any]], geometry: list[Any]) -> None:
    """One layer in the campus CRS; ``geometry`` in plan metres."""
    placed = [frame.geometry_to_map(one) for one in geometry]
    table = geopandas.GeoDataFrame(columns, geometry=placed, crs=frame.CRS)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-11-20T08:00:00.000Z"})
    try:
        path.unlink(missing_ok=True)
        pyogrio.write_dataframe(table, path, layer=path.stem, driver="GPKG")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
