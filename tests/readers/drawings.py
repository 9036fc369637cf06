"""Minimal DXF text in the dialects of AutoCAD R12, R2000 and 2007, and a pipe workbook as a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

Vertex = Sequence[float]
R12, R2000, R2007 = "AC1009", "AC1015", "AC1021"


def codes(*pairs: tuple[int, Any]) -> str:
    return "".join(f"{code:>3}\n{value}\n" for code, value in pairs)


@dataclass
class Drawing:
    """Entities as DXF text. R12 has no handles, 2D polylines with vertices of their own, and no code page."""

    version: str = R2000
    unit: int | None = 6
    code_page: str | None = "ANSI_936"
    body: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)

    def _add(self, kind: str, layer: str, *pairs: tuple[int, Any]) -> None:
        handle = () if self.version == R12 else ((5, f"{len(self.body) + 0x100:X}"),)
        self.body.append(codes((0, kind), *handle, (8, layer), *pairs))

    def line(self, layer: str, start: Vertex, end: Vertex) -> None:
        self._add("LINE", layer, *_place(start), *_place(end, 1))

    def polyline(self, layer: str, *vertices: Vertex, closed: bool = False) -> None:
        """In space where vertices have heights, else the flat kind of the version."""
        if len(vertices[0]) == 2 and self.version != R12:
            places = [pair for one in vertices for pair in ((10, one[0]), (20, one[1]))]
            self._add("LWPOLYLINE", layer, (90, len(vertices)), (70, int(closed)), *places)
            return
        deep = len(vertices[0]) == 3
        self._add("POLYLINE", layer, (66, 1), *_place((0, 0)), (70, (8 if deep else 0) + int(closed)))
        for one in vertices:
            self.body.append(codes((0, "VERTEX"), (8, layer), *_place(one), (70, 32 if deep else 0)))
        self.body.append(codes((0, "SEQEND"), (8, layer)))

    def block(self, layer: str, name: str, place: Vertex, attributes: Mapping[str, Any] | None = None) -> None:
        told = {tag: text for tag, text in (attributes or {}).items() if text is not None}
        self._add("INSERT", layer, *([(66, 1)] if told else []), (2, name), *_place(place))
        for tag, text in told.items():
            self.body.append(codes((0, "ATTRIB"), (8, layer), *_place(place), (40, 1), (1, text), (2, tag), (70, 0)))
        if told:
            self.body.append(codes((0, "SEQEND"), (8, layer)))

    def point(self, layer: str, place: Vertex) -> None:
        self._add("POINT", layer, *_place(place))

    def text(self, layer: str, text: str, place: Vertex, *, paper: bool = False) -> None:
        self._add("TEXT", layer, *([(67, 1)] if paper else []), *_place(place), (40, 1.0), (1, text))

    def mtext(self, layer: str, text: str, place: Vertex) -> None:
        self._add("MTEXT", layer, *_place(place), (40, 1.0), (71, 1), (1, text))

    def arc(self, layer: str, centre: Vertex, radius: float, start_deg: float, end_deg: float) -> None:
        self._add("ARC", layer, *_place(centre), (40, radius), (50, start_deg), (51, end_deg))

    def coded(self, *codes_of: tuple[str, str]) -> None:
        """Extended data of the entity that was drawn last: pairs of application and text."""
        pairs = [pair for name, text in codes_of for pair in ((1001, name), (1000, text), (1070, 1))]
        parts = ("VERTEX", "ATTRIB", "SEQEND")  # follow the entity that they are of, and its extended data
        last = max(row for row, one in enumerate(self.body) if one.split()[1] not in parts)
        self.body[last] += codes(*pairs)

    def define(self, name: str, layer: str, start: Vertex, end: Vertex) -> None:
        """A block with one line in it."""
        line = codes((0, "LINE"), (8, layer), *_place(start), *_place(end, 1))
        head = codes((0, "BLOCK"), (8, "0"), (2, name), (70, 0), *_place((0, 0)), (3, name))
        self.blocks.append(head + line + codes((0, "ENDBLK"), (8, "0")))

    def as_text(self) -> str:
        unit = () if self.unit is None else ((9, "$INSUNITS"), (70, self.unit))
        page = () if self.code_page is None else ((9, "$DWGCODEPAGE"), (3, self.code_page))
        header = codes((0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, self.version), *page, *unit, (0, "ENDSEC"))
        if self.blocks:
            header += codes((0, "SECTION"), (2, "BLOCKS")) + "".join(self.blocks) + codes((0, "ENDSEC"))
        return header + codes((0, "SECTION"), (2, "ENTITIES")) + "".join(self.body) + codes((0, "ENDSEC"), (0, "EOF"))

    def save(self, path: Path, encoding: str | None = None) -> Path:
        encoding = encoding or ("utf-8" if self.version == R2007 else "gb18030")
        path.write_bytes(self.as_text().replace("\n", "\r\n").encode(encoding))
        return path


def _place(place: Vertex, more: int = 0) -> Iterable[tuple[int, Any]]:
    height = place[2] if len(place) > 2 else 0.0
    return ((10 + more, repr(float(place[0]))), (20 + more, repr(float(place[1]))), (30 + more, repr(float(height))))


def workbook_as_drawing(path: Path) -> Drawing:
    """A workbook of the demo (XXPoint, XXLine) as surveyors draw it: by subclass, points as blocks, pipes in space."""
    book = openpyxl.load_workbook(path)
    points, lines = (_rows(sheet) for sheet in book.worksheets)
    book.close()
    drawing = Drawing()
    places = {}
    for row in points:
        places[row["Exp_No"]] = (row["Y"], row["X"])
        drawing.block(
            f"{row['Exp_No'][:2]}POINT",
            row["Subsid"] or row["Feature"],
            (row["Y"], row["X"]),
            {
                "点号": row["Exp_No"],
                "编码": row["Code"],
                "地面高程": row["High"],
                "井底深": row["WellDeep"],
                "附属物": row["Subsid"],
                "特征": row["Feature"],
            },
        )
    for row in lines:
        start, end = places[row["起始点号"]], places[row["终止点号"]]
        drawing.polyline(f"{row['起始点号'][:2]}LINE", (*start, row["起点高程"]), (*end, row["终点高程"]))
        middle = [(a + b) / 2 for a, b in zip(start, end, strict=True)]
        drawing.text(f"{row['起始点号'][:2]}TEXT", f"{_section(row['管径'])} {row['材质']}", middle)
    return drawing


def _section(text: Any) -> str:
    return f"DN{text}" if str(text).isdigit() else str(text)


def _rows(sheet: Any) -> list[dict[str, Any]]:
    headings, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]
