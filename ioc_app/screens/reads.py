"""What screens show, answered: KPIs, panels and the colours of the map, as of now or any moment.

Blocking; call it in a thread. All browsers that ask about "now" within ``every_s`` share one answer, which is ready
before they ask where somebody looked lately (``ready``); one key is computed by one thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

from ioc_app.api.reads import Reads
from ioc_app.api.values import encoded
from ioc_app.fields.catalogue import numbers_of
from ioc_app.fields.field import FieldValues
from ioc_app.screens.kept import KeptAnswers, cells_bytes
from ioc_app.screens.ready import Ready
from twin.errors import UnknownPanelError, UnknownScreenError
from twin.live.rules.text import fill, words_of
from twin.model.text import Title
from twin.model.time import AsOf, Clock
from twin.screens.kpi import Kpi
from twin.screens.kpi_said import entry_of, is_old, kpi_said, names_of, state_of, tried
from twin.screens.panel import Panel
from twin.screens.plain import moment_text, plain, table_of
from twin.screens.question import Answer, Question
from twin.screens.said import Window
from twin.screens.screen import MapColour, Screen

KPI_EVERY_S: Final = 15.0
PANEL_ROWS: Final = 2_000
KEEP_PAST_S: Final = 120.0  # what arrives late may change what was
NOTHING: Final = "—"

# everything that is made once: rollups, hours of open days, what was heard last, alarms and incidents
_WARMING: Final = (
    (
        Window.MONTH,
        "SELECT (SELECT count(*) FROM hours), (SELECT count(*) FROM latest), (SELECT count(*) FROM devices)",
    ),
    (Window.YEAR, "SELECT count(*) FROM days"),
    (Window.MONTH, "SELECT (SELECT count(*) FROM alarms), (SELECT count(*) FROM incidents)"),
)

_Said = dict[str, Any]  # belongs to all who ask: nobody changes it
_Waits = list[dict[str, str]]


class Book(Protocol):
    """The screens in force: ``ScreenBook``."""

    @property
    def screens(self) -> Mapping[str, Screen]: ...

    @property
    def kpis(self) -> Mapping[str, Kpi]: ...

    def kpi(self, kpi_id: str) -> Kpi: ...

    @property
    def version(self) -> str: ...

    @property
    def mistakes(self) -> Sequence[Any]: ...


class Answering(Protocol):
    """Who answers questions: ``Readers``."""

    def answer(self, question: Question) -> Answer: ...

    def warm_up(self, questions: Sequence[Question]) -> None: ...


class Lacking(Protocol):
    """Who knows what never arrived: ``Arrived``."""

    def lacking(self, needs: Sequence[str]) -> list[dict[str, str]]: ...


class ScreenReads:
    """Of one campus. ``cleared`` callers may read what persons and plates are called."""

    def __init__(
        self, book: Book, asked: Answering, arrived: Lacking, reads: Reads, clock: Clock, timezone: ZoneInfo
    ) -> None:
        self.book = book
        self._asked, self._arrived, self._reads = asked, arrived, reads
        self._clock, self._timezone = clock, timezone
        self._answers: KeptAnswers[Answer] = KeptAnswers(lambda one: cells_bytes(len(one.rows), len(one.columns)))
        self._ready: Ready[_Said] = Ready(KeptAnswers(_size), lambda one: one["fault"] is None)
        self._closed = False
        self._guard = threading.Lock()
        self._nows: dict[float, tuple[int, datetime]] = {}

    def warm_up(self) -> None:
        """Have ready what the first to look at any screen needs: what readers keep, and the first screen."""
        now = self._clock.now()
        moments = (now, now - timedelta(days=1))  # a moment that is past folds what no later one needs
        self._asked.warm_up([Question(sql, AsOf(at), window) for at in moments for window, sql in _WARMING])
        for screen in list(self.book.screens.values())[:1]:
            looks: list[Callable[[], object]] = [
                partial(self.kpis, screen.id, None, None),
                partial(self.map, screen.id, None),
            ]
            looks += [partial(self.panel, screen.id, one.id, None, None) for one in screen.panels]
            for look in looks:
                if not self._closed:
                    look()

    def close(self) -> None:
        """Make nothing ahead any more."""
        self._closed = True
        self._ready.close()

    # --- KPIs ---

    def kpis(
        self,
        screen: str,
        at: datetime | None,
        place: str | None,
        *,
        cleared: bool = False,
        known_seq: int | None = None,
    ) -> dict[str, Any]:
        """Those of a screen, in its order; ``known_seq``: only with what the journal knew by that number."""
        kpis = [self.book.kpis[one] for one in self.screen(screen).kpis if one in self.book.kpis]
        found = [self._kpi(one, at, place, cleared, known_seq) for one in kpis]
        oldest = min((one["at"] for one in found), default=self._moment(at, KPI_EVERY_S).isoformat())
        return {"at": oldest, "kpis": found}

    def kpi(self, kpi_id: str, at: datetime | None, place: str | None, *, cleared: bool = False) -> dict[str, Any]:
        """One, with how it is made."""
        one = self.book.kpi(kpi_id)
        return {**self._kpi(one, at, place, cleared), **entry_of(one)}

    def kpi_rows(
        self, kpi_id: str, at: datetime | None, place: str | None, limit: int, *, cleared: bool = False
    ) -> dict[str, Any]:
        """The rows behind a number. Raises what the question raises."""
        one, moment = self.book.kpi(kpi_id), self._moment(at, KPI_EVERY_S)
        question = Question(one.rows_sql, AsOf(moment), one.window, None, place, limit, cleared)
        return {"at": moment.isoformat(), **table_of(self._ask(question, at, KPI_EVERY_S))}

    def _kpi(
        self, one: Kpi, at: datetime | None, place: str | None, cleared: bool, known_seq: int | None = None
    ) -> _Said:
        waits = self._arrived.lacking(one.needs)
        what = ("kpi", one.id, place, cleared)
        return self._said(what, at, KPI_EVERY_S, waits, lambda: self._kpi_of(one, at, place, cleared, waits, known_seq))

    def _kpi_of(
        self, one: Kpi, at: datetime | None, place: str | None, cleared: bool, waits: _Waits, known_seq: int | None
    ) -> _Said:
        def asked(about: datetime) -> Mapping[str, Any]:
            question = Question(one.sql, AsOf(about, known_seq), one.window, None, place, 1, cleared)
            answer = self._ask(question, at, KPI_EVERY_S)
            return answer.rows[0] if answer.rows else {}

        return kpi_said(one, asked, self._moment(at, KPI_EVERY_S), self._timezone, waits)

    # --- panels ---

    def panel(
        self,
        screen: str,
        panel: str,
        at: datetime | None,
        place: str | None,
        *,
        cleared: bool = False,
        known_seq: int | None = None,
    ) -> dict[str, Any]:
        """What stands in a panel: its title filled, its rows, its state."""
        one = self._known_panel(screen, panel)
        waits = self._arrived.lacking(one.needs)
        what = ("panel", screen, panel, place, cleared)
        return self._said(
            what, at, one.every_s, waits, lambda: self._panel_of(one, at, place, cleared, waits, known_seq)
        )

    def _panel_of(
        self, one: Panel, at: datetime | None, place: str | None, cleared: bool, waits: _Waits, known_seq: int | None
    ) -> _Said:
        moment = self._moment(at, one.every_s)

        def ask(sql: str, rows: int) -> Answer:
            question = Question(sql, AsOf(moment, known_seq), one.window, None, place, rows, cleared)
            return self._ask(question, at, one.every_s)

        answer, fault = (Answer(), None) if waits else tried(lambda: ask(one.sql, PANEL_ROWS), Answer())
        times = [row["true_at"] for row in answer.rows if isinstance(row.get("true_at"), datetime)]
        true_at = min(times, default=None)
        return {
            "at": moment.isoformat(),
            "id": one.id,
            "kind": one.kind,
            "title": self._title(one, ask, waiting=bool(waits)),
            "unit": one.unit,
            "decimals": one.decimals,
            "unverified": one.unverified,
            "note": names_of(one.note) if one.note else None,
            "state": state_of(waits, fault, bool(answer.rows), is_old(true_at, moment, one.fresh_s)),
            "true_at": moment_text(true_at),
            **table_of(answer),
            "waits_for": waits,
            "fault": fault,
        }

    def _title(self, one: Panel, ask: Callable[[str, int], Answer], *, waiting: bool) -> dict[str, str]:
        """Words in braces are columns of the one row of ``title_sql``; the panel's name where one is not known."""
        row: Mapping[str, Any] = {}
        if one.title_sql is not None and not waiting:
            sql = one.title_sql
            rows, _ = tried(lambda: ask(sql, 1).rows, ())
            row = rows[0] if rows else {}
        return titled(one, row)

    # --- the map ---

    def map(
        self,
        screen: str,
        at: datetime | None,
        place: str | None = None,
        *,
        cleared: bool = False,
        known_seq: int | None = None,
    ) -> dict[str, Any] | None:
        """What colours the layer; None for a screen whose map has no colours of its own."""
        colour = self.screen(screen).map.colour
        if colour is None:
            return None
        waits = self._arrived.lacking(colour.needs)
        what = ("map", screen, place, cleared)
        return self._said(
            what, at, colour.every_s, waits, lambda: self._map_of(colour, at, place, cleared, waits, known_seq)
        )

    def _map_of(
        self,
        colour: MapColour,
        at: datetime | None,
        place: str | None,
        cleared: bool,
        waits: _Waits,
        known_seq: int | None,
    ) -> _Said:
        moment = self._moment(at, colour.every_s)

        def ask() -> Answer:
            question = Question(colour.sql, AsOf(moment, known_seq), colour.window, None, place, 200_000, cleared)
            return self._ask(question, at, colour.every_s)

        answer, fault = (Answer(), None) if waits else tried(ask, Answer())
        values = {
            row["feature_id"]: row.get("value")
            for row in answer.rows
            if isinstance(row.get("feature_id"), str) and plain(row.get("value")) is not None
        }
        return {
            "at": moment.isoformat(),
            "layer": colour.layer,
            "state": state_of(waits, fault, bool(values), False),
            "decimals": colour.decimals,
            "ramp": colour.ramp,
            "steps": [one.model_dump() for one in colour.steps],
            "waits_for": waits,
            "fault": fault,
            **self._colours(colour, values),
            "title": names_of(colour.title),
        }

    def _colours(self, colour: MapColour, values: Mapping[str, Any]) -> dict[str, Any]:
        """As ``/values`` gives them."""
        generation = self._reads.generation
        if colour.layer not in generation.layer_ids():
            first, features, idx_of = 0, 0, {}
        else:
            first, features = numbers_of(generation, colour.layer)
            table = generation.table(colour.layer)
            idx_of = dict(zip(table["feature_id"].to_pylist(), table["idx"].to_pylist(), strict=True))
        found = sorted((idx_of[name], value) for name, value in values.items() if name in idx_of)
        classes = any(isinstance(value, str | bool) for _, value in found) or any(one.value for one in colour.steps)
        shown = pa.array([str(value) if classes else float(value) for _, value in found], _type(classes))
        title = Title(colour.title.zh, colour.title.en)
        field = FieldValues(title, colour.unit, pa.array([idx for idx, _ in found], pa.uint32()), shown)
        return {"first": first, "features": features, "generation": generation.number, **encoded(field)}

    # --- asking ---

    def screen(self, screen: str) -> Screen:
        """Raises UnknownScreenError."""
        found = self.book.screens.get(screen)
        if found is None:
            raise UnknownScreenError(screen=screen)
        return found

    def _known_panel(self, screen: str, panel: str) -> Panel:
        found = next((one for one in self.screen(screen).panels if one.id == panel), None)
        if found is None:
            raise UnknownPanelError(screen=screen, panel=panel)
        return found

    def _moment(self, at: datetime | None, every_s: float) -> datetime:
        """The moment that is asked about; "now" stands still for ``every_s``, and nothing is later than it."""
        now = self._clock.now()
        if at is not None:
            return min(at, now)
        number = int(time.monotonic() / every_s)
        with self._guard:
            known = self._nows.get(every_s)
            if known is None or known[0] != number:
                known = self._nows[every_s] = (number, now)
            return known[1]

    def _said(
        self, what: tuple[Hashable, ...], at: datetime | None, every_s: float, waits: _Waits, make: Callable[[], _Said]
    ) -> _Said:
        """Of now all share one, made before they ask; a past moment, and what is waited for, is told as it is."""
        if at is not None or waits:
            return make()
        return self._ready.of((what, self.book.version, *self._campus_now()), every_s, make)

    def _campus_now(self) -> tuple[int, int | None]:
        return self._reads.generation.number, self._reads.campus.registers.number

    def _ask(self, question: Question, at: datetime | None, every_s: float) -> Answer:
        keep_s = every_s if at is None else KEEP_PAST_S
        return self._answers.of((*self._campus_now(), question), lambda: self._asked.answer(question), keep_s)


def _size(said: _Said) -> int:
    """Bytes, roughly: rows of a panel, numbers of a map."""
    texts = sum(len(one) for one in said.values() if isinstance(one, str))
    return texts + cells_bytes(len(said.get("rows", ())), len(said.get("columns", ())))


def filled(template: str, row: Mapping[str, Any]) -> str:
    return fill(template, _Words({name: plain(value) for name, value in row.items()}))


def titled(panel: Panel, row: Mapping[str, Any]) -> dict[str, str]:
    """The title of a panel in both languages; its name where a word of the title is not known."""
    known = {name for name, value in row.items() if plain(value) is not None}
    says = panel.title
    if panel.name is not None and not {word for one in (says.zh, says.en) for word in words_of(one)} <= known:
        says = panel.name
    return {language: filled(getattr(says, language), row) for language in ("zh", "en")}


class _Words(dict[str, Any]):
    """What a title does not know is said to be nothing."""

    def get(self, name: str, default: Any = None) -> Any:
        found = super().get(name, default)
        return NOTHING if found is None else found


def _type(classes: bool) -> pa.DataType:
    return pa.string() if classes else pa.float64()
