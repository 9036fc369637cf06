"""RDF in Turtle: Brick, SSN/SOSA and BOT statements -> relations of the campus graph.

Things are named by their IRI, unless ``options.namespaces`` turns a namespace into a prefix of feature ids
(``{"https://w3id.org/ibp/osh/OpenSmartHomeDataSet#" = "space:flat:"}``). ``options.predicates`` adds IRIs of further
predicates (``{"http://…#related" = "serves"}``; ``-serves`` for the inverse).
``options.models`` says which namespace holds the things of which model (``{"http://…/resources/" = "flat"}``):
``IfcSpace_311`` there is step #311 of the source ``flat``. ``options.same`` lists predicates that say two names are one
thing, beside ``owl:sameAs``. Literals, types and other statements are counted, not kept. Nothing named in the file is
fetched.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Final

from twin.errors import MissingDependencyError, ReaderLimitError, SourceUnreadableError, TableUnclearError
from twin.model.tables import RelationKind
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.options import POSITIVE, TEXTS, WORDS, Options
from twin.readers.relations.turtle_predicates import Predicate, of_iri
from twin.readers.writer import BatchWriter

LARGEST_MB: Final = 64
NAMED: Final = 6  # predicates a note names

TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_COMMANDS: Final = ("setpoint", "command")  # points of Brick by which something is set, not measured

SAME: Final = "http://www.w3.org/2002/07/owl#sameAs"
_STEP: Final = re.compile(r"Ifc[A-Za-z0-9]+_(\d+)\Z")  # how ifcOWL names the things of a model

Relation = tuple[str, str, str]  # with the kind in the middle; SAME is one of two names


class TurtleReader:
    """Triples -> relations."""

    name: ClassVar[str] = "turtle"
    version: ClassVar[int] = 2
    suffixes: ClassVar[tuple[str, ...]] = (".ttl",)
    options: ClassVar[Options] = {
        **dict.fromkeys(("namespaces", "predicates", "models"), WORDS),
        "same": TEXTS,
        "max_mb": POSITIVE,
    }

    def supports(self, path: Path) -> bool:
        return path.suffix.lower() in self.suffixes

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002 - imports are not followed
        return []

    def inspect(self, path: Path) -> Inspection:  # noqa: ARG002 - relations need neither CRS nor layer
        return Inspection(needs_crs=False, needs_layer=False)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        report = ReadReport()
        table = _predicates(source)
        triples = _parse(source)
        report.found = len(triples)
        types: dict[Any, str] = {}
        for subject, predicate, target in triples:
            if predicate == TYPE:
                types[subject] = f"{types.get(subject, '')} {target}".lower()
        same = {SAME, *source.options.get("same", ())}
        kept, other = _relations(triples, table, same, types, report)
        _write(out, source, kept)
        report.kept = len(kept)
        _account(source, other, report)
        return report


def _predicates(source: Source) -> dict[str, Predicate]:
    """Further predicates from campus.toml."""
    found: dict[str, Predicate] = {}
    for iri, said in dict(source.options.get("predicates", {})).items():
        word = str(said)
        kinds = {one.value for one in RelationKind}
        if word.removeprefix("-") not in kinds:
            raise TableUnclearError(
                path=source.path,
                detail=f"options.predicates: '{word}' is no relation",
                cure=f"Write one of {', '.join(sorted(kinds))}, with - before it for the inverse.",
            )
        found[iri] = Predicate(RelationKind(word.removeprefix("-")), inverse=word.startswith("-"))
    return found


def _parse(source: Source) -> list[tuple[Any, str, Any]]:
    """All triples in a stable order; nodes as rdflib gives them, predicates as text."""
    try:
        import rdflib
    except ModuleNotFoundError as fault:
        raise MissingDependencyError(path=source.path, package="rdflib", extra="survey") from fault
    limit = float(source.options.get("max_mb", LARGEST_MB))
    size = source.path.stat().st_size / 1e6
    if size > limit:
        raise ReaderLimitError(path=source.path, limit=f"{size:.0f} MB of Turtle, options.max_mb = {limit:g}")
    graph = rdflib.Graph()
    try:
        with _quiet("rdflib.term"):  # it logs a traceback for every date that is none; literals do not matter here
            graph.parse(data=source.path.read_bytes(), format="turtle", publicID=source.path.as_uri())
    except Exception as fault:  # rdflib raises a dozen kinds, some of them bare
        detail = " ".join(str(fault).split())[:200] or type(fault).__name__
        raise SourceUnreadableError(path=source.path, detail=f"not valid Turtle: {detail}") from fault
    return sorted(((s, str(p), o) for s, p, o in graph), key=lambda one: (str(one[0]), one[1], str(one[2])))


@contextmanager
def _quiet(logger: str) -> Iterator[None]:
    noisy = logging.getLogger(logger)
    before, noisy.disabled = noisy.disabled, True
    try:
        yield
    finally:
        noisy.disabled = before


def _relations(
    triples: Iterable[tuple[Any, str, Any]],
    table: dict[str, Predicate],
    same: Collection[str],
    types: dict[Any, str],
    report: ReadReport,
) -> tuple[list[Relation], Counter[str]]:
    """Relations without repeats (hasPart and isPartOf say the same), and how often every other predicate occurs."""
    from rdflib import BNode, URIRef

    seen: dict[Relation, None] = {}
    other: Counter[str] = Counter()
    for subject, iri, target in triples:
        predicate = table.get(iri) or of_iri(iri)
        if (predicate is None and iri not in same) or not isinstance(target, URIRef | BNode):
            other[iri] += 1
            report.skip(SkipReason.NOT_SELECTED)
        elif isinstance(subject, BNode) or isinstance(target, BNode):
            report.skip(SkipReason.NO_KEY)
        else:
            relation = (
                (str(subject), SAME, str(target)) if predicate is None else _relation(subject, predicate, target, types)
            )
            if relation in seen:
                report.skip(SkipReason.DUPLICATE)
            seen[relation] = None
    return list(seen), other


def _relation(subject: Any, predicate: Predicate, target: Any, types: dict[Any, str]) -> Relation:
    start, end = (target, subject) if predicate.inverse else (subject, target)
    kind = predicate.kind
    if predicate.point and any(word in types.get(start, "") for word in _COMMANDS):
        kind = RelationKind.CONTROLS
    return str(start), kind.value, str(end)


def _write(out: BatchWriter, source: Source, relations: list[Relation]) -> None:
    spaces = {str(iri): str(prefix) for iri, prefix in dict(source.options.get("namespaces", {})).items()}
    models = {str(iri): str(key) for iri, key in dict(source.options.get("models", {})).items()}

    def named(iri: str) -> str:
        for space, key in models.items():
            step = _STEP.match(iri[len(space) :]) if iri.startswith(space) else None
            if step is not None:
                return f"{key}#{step[1]}"
        return next((prefix + iri[len(space) :] for space, prefix in spaces.items() if iri.startswith(space)), iri)

    ends = [(named(start), kind, named(end), source.key) for start, kind, end in relations]
    verbs, pairs = [one for one in ends if one[1] != SAME], [one for one in ends if one[1] == SAME]
    if verbs:
        names = ("from_id", "kind", "to_id", "source")
        out.table("relations", {name: [one[n] for one in verbs] for n, name in enumerate(names)})
    if pairs:
        columns = {"alias": 0, "feature_id": 2, "source": 3}
        out.table("aliases", {name: [one[n] for one in pairs] for name, n in columns.items()})


def _account(source: Source, other: Counter[str], report: ReadReport) -> None:
    """Which statements were left, so that a person can add them to options.predicates."""
    if other:
        some = ", ".join(f"{_short(iri)} ({count})" for iri, count in other.most_common(NAMED))
        more = f" and {len(other) - NAMED} more" if len(other) > NAMED else ""
        report.note(f"{source.path.name}: statements that are no relation of the campus: {some}{more}")
    if report.kept == 0:
        report.note(f"{source.path.name}: no relation was found; options.predicates can name further ones")


def _short(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
