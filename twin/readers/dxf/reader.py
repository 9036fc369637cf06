"""A pipe drawing in DXF -> nodes and links of the pipe layers.

Options: ``layers`` (layer of the drawing = class, ``"-"`` leaves it out), ``codes`` (code of CASS = class, for layers
that say none), ``pipe_class`` for layers that only say what they hold (管线, POINT), ``unit`` where $INSUNITS is wrong,
``axes``, ``join_m``, ``text_m``, ``elevation_reference`` of heights of lines, ``accuracy`` and ``depth_m`` as for pipe
tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

from twin.crs import decide_crs
from twin.crs.axes import AXES
from twin.model.feature import Accuracy
from twin.model.pipe_codes import CROWN, INVERT, pipe_codes
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.crs_unit import crs_units_per
from twin.readers.dxf.blocks import lines_inside
from twin.readers.dxf.entities import LINE, POINT, TEXT, Entity, read_entities
from twin.readers.dxf.file import looks_like_dxf, read_dxf_text
from twin.readers.dxf.labels import Label
from twin.readers.dxf.layers import default_class, layers_of, require_layers, require_pipes, say_codes, say_layers
from twin.readers.dxf.network import Network, Tolerances, build
from twin.readers.dxf.placing import placed_in
from twin.readers.dxf.sorting import sorted_out
from twin.readers.dxf.words import layer_of
from twin.readers.options import NUMBER, POSITIVE, WORDS, Options, one_of
from twin.readers.options import TEXT as WORD
from twin.readers.survey.pipe_points import Points
from twin.readers.survey.pipe_writing import write_network
from twin.readers.writer import BatchWriter
from twin.units import METRES_PER_UNIT

JOIN_M: Final = 0.05  # half of what a detected point 1 m deep may be off (CJJ 61-2017: 0.10 h)
TEXT_M: Final = 3.0  # texts of a 1:500 drawing stand within 6 mm of their point


class DxfReader:
    """Layers, lines, blocks and texts of a drawing -> nodes and links of the pipe layers."""

    name: ClassVar[str] = "dxf"
    version: ClassVar[int] = 2  # codes of CASS
    suffixes: ClassVar[tuple[str, ...]] = (".dxf",)
    options: ClassVar[Options] = {
        "layers": WORDS,
        "codes": WORDS,
        "pipe_class": WORD,
        "unit": one_of(*METRES_PER_UNIT),
        "axes": one_of(*AXES),
        "join_m": POSITIVE,
        "text_m": POSITIVE,
        "elevation_reference": one_of(CROWN, INVERT, "axis"),
        "accuracy": one_of(*Accuracy),
        "depth_m": NUMBER,
    }

    def supports(self, path: Path) -> bool:
        """A DXF; also a DWG or a binary DXF, to say what to do with it."""
        return looks_like_dxf(path)

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002  nothing is read along
        return []

    def inspect(self, path: Path) -> Inspection:
        drawing = read_dxf_text(path)
        entities, notes = read_entities(path, drawing)
        layers = layers_of(entities, {}, None)
        require_pipes(path, entities, layers)
        classes = sorted({found for one in entities if (found := layers.of(one).pipe_class)})
        told = tuple(dict.fromkeys(pipe_codes().classes[one].layer_id for one in classes))
        count = sum(entity.kind in (LINE, POINT) and bool(layers.of(entity).pipe_class) for entity in entities)
        return Inspection(layers=told, has_heights=True, count=count, notes=tuple(notes))

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        report = ReadReport()
        drawing = read_dxf_text(source.path)
        entities, notes = read_entities(source.path, drawing)
        for note in notes:
            report.note(note)
        layers = layers_of(entities, source.options, default_class(source))
        require_layers(source, layers)
        require_pipes(source.path, entities, layers)
        say_layers(source, entities, layers, report)
        say_codes(source, entities, layers, report)
        inserted = {one.block for one in entities if one.block}
        _count_inside_blocks(source, lines_inside(drawing.utf8, inserted), report)
        crs = decide_crs(source.path, None, source.crs, override=False)
        georeference = source.georeference(None, heights=True)
        placed = placed_in(source, drawing, entities, layers, crs, report)
        per_metre = crs_units_per("m", crs) or 1.0
        join_m = float(source.options.get("join_m", JOIN_M))
        text_m = float(source.options.get("text_m", TEXT_M))
        near = Tolerances(join_m * per_metre, text_m * per_metre, join_m)
        drawn, labels = sorted_out(entities, placed, layers, near, report)
        networks = [build(one, labels, near, source, report) for one in drawn]
        _count_texts(entities, labels, networks, report)
        _unverified_note(networks, source, report)
        points, lines = _together(networks)
        report.kept = write_network(out, georeference, points, lines, report)
        return report


def _count_inside_blocks(source: Source, inside: list[str], report: ReadReport) -> None:
    """Lines on layers of pipes inside blocks that are inserted: a drawing that was pasted as a block loses them."""
    said = source.options.get("layers", {})
    told = {name: layer_of(name, said) for name in set(inside)}
    lost = [one for one in inside if told[one].pipe_class and told[one].role != "text"]
    report.found += len(lost)
    names = ", ".join(dict.fromkeys(lost))
    report.skip(
        SkipReason.UNSUPPORTED_OBJECT,
        len(lost),
        f"{source.path.name}: {len(lost)} lines on layers of pipes ({names}) are drawn inside blocks and not read: "
        "explode the blocks (分解) and save again",
    )


def _count_texts(entities: list[Entity], labels: list[Label], networks: list[Network], report: ReadReport) -> None:
    """Texts that told something are no things of their own; the others are counted as not taken."""
    used = set().union(*(one.used for one in networks))
    unclear = set().union(*(one.unclear for one in networks)) - used
    texts = sum(one.kind == TEXT for one in entities)
    report.found += texts - len(used)
    report.skip(SkipReason.NOT_SELECTED, texts - len(used))
    report.note(f"{len(used)} of {texts} texts told a number, level, depth or section")
    if unclear:
        shown = ", ".join(f"{entities[row].position} ({entities[row].text!r})" for row in sorted(unclear)[:8])
        report.note(f"{len(unclear)} texts may belong to two things or contradict another one; not used: {shown}")
    lost = {one.row for one in labels} - used - unclear
    if lost:
        shown = ", ".join(f"{entities[row].position} ({entities[row].text!r})" for row in sorted(lost)[:8])
        report.note(f"{len(lost)} texts stand beside nothing that lacks what they say (options.text_m): {shown}")


def _unverified_note(networks: list[Network], source: Source, report: ReadReport) -> None:
    for one in networks:
        codes = pipe_codes().classes[str(one.points.pipe_class[0])]
        if codes.unverified and "elevation_reference" not in source.options:
            report.note(
                f"levels of class {codes.code} ({codes.title.zh}) are read as {codes.elevation_reference}: not "
                "verified against CJJ 61-2017; options.elevation_reference settles it"
            )


def _together(networks: list[Network]) -> tuple[Points, list[Any]]:
    """All classes with one numbering of points."""
    points = Points.concatenate([one.points for one in networks])
    lines, before = [], 0
    for one in networks:
        one.lines.ends[:] += before
        lines.append(one.lines)
        before += len(one.points)
    return points, lines
