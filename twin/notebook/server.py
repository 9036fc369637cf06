"""How a served campus answers: over HTTP, with a key, from the addresses of docs/interfaces.md.

Nobody but the server that was named is asked, through the one way out of this program (``twin.remote``).
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import pyarrow as pa

from twin.analysis.ground import ground_from
from twin.analysis.plans.parts import StoreyParts, parts_of
from twin.errors import (
    BuildGoneError,
    NoAccessError,
    ServerSaysError,
    SnapshotGoneError,
    TwinError,
    UnknownLayerError,
)
from twin.model.registers import REGISTERS
from twin.notebook.page import WantedPage
from twin.notebook.readings import RAW, ROLLED
from twin.remote import Answer, Destination, Limits, Origin, Remote
from twin.screens.question import Question
from twin.store.choosing import Choice, joined
from twin.store.facts import LayerFacts
from twin.store.rollups import Step

if TYPE_CHECKING:
    from twin.mesh.elevation import TerrainSurface

API: Final = "/api/v1"
LIMITS: Final = Limits(connect_s=10.0, read_s=120.0, total_s=600.0, answer_bytes=1_000_000_000)
RAW_AT_ONCE: Final = timedelta(hours=48)  # as much as the server gives of single readings
EVENTS_AT_ONCE: Final = 5_000  # as many as the server gives
BUILD_S: Final = 3_600.0
PAGE_S: Final = 1_800.0
JSON: Final = "application/json"
DESCRIBED: Final = "derived"


class ServerSource:
    """``exactly``: why what lies underground is wanted as it is; the key needs the right for it."""

    def __init__(self, url: str, key: str, *, exactly: str | None = None, ca_file: Path | None = None) -> None:
        self._url = url.rstrip("/")
        destination = Destination(origin=str(Origin.of(url)), private=True, ca_file=ca_file)
        self._remote = Remote(Path(), {Origin.of(url): destination})
        self._key, self._exactly = key, exactly
        self._campus: Mapping[str, Any] = {}
        self._look()

    @property
    def crs(self) -> str:
        return str(self._campus["crs"])

    @property
    def vertical_datum(self) -> str:
        return str(self._campus["vertical_datum"])

    @property
    def timezone(self) -> str:
        return str(self._campus["timezone"])

    @property
    def tells_exactly(self) -> bool:
        return self._exactly is not None

    @property
    def generation(self) -> int:
        self._look()
        return int(self._campus["generation"])

    def describe(self) -> str:
        self._look()
        campus = self._campus
        return f"{campus['name']}, generation {campus['generation']}, {campus['crs']}, at {self._url}"

    def newest_at(self) -> datetime | None:
        self._look()
        found = self._campus["newest_at"]
        return None if found is None else datetime.fromisoformat(found)

    # --- layers ---

    def layers(self) -> Sequence[LayerFacts]:
        return [LayerFacts.from_dict(one) for one in self._look()["layers"]]

    def table(self, layer_id: str, choice: Choice) -> pa.Table:
        if layer_id in REGISTERS:
            return self._register(layer_id, choice)
        within = [base64.b64encode(one).decode() for one in choice.within]
        body = {"where": list(choice.where), "within": within, **self._as_of(choice.at)}
        return self._arrow(f"/layers/{quote(layer_id, safe='')}/rows", body)

    def _register(self, name: str, choice: Choice) -> pa.Table:
        """Through the views of screens, which mask persons."""
        if name not in {one.layer_id for one in self.layers()}:
            raise UnknownLayerError(layer=name, known=", ".join(one.layer_id for one in self.layers()))
        condition = f" WHERE {joined(choice.where)}" if choice.where else ""
        body = {"sql": f'SELECT * FROM "{name}"{condition}', **self._as_of(choice.at)}
        return self._arrow("/ask", body)

    def ground(self) -> TerrainSurface:
        try:
            return ground_from(self._arrow("/terrain", self._as_of(None)))
        except (ValueError, KeyError) as fault:
            raise ServerSaysError(url=self._url, status=200, detail="no terrain") from fault

    def storey(self, storey_id: str) -> StoreyParts:
        plan = self._json("GET", f"/plan/{quote(storey_id, safe='')}")
        return parts_of(plan, self._campus["origin"])

    def findings(self, rule: str | None, severity: str | None, layer: str | None) -> pa.Table:
        said = {"rule": rule, "severity": severity, "layer": layer, "exactly": self._exactly}
        query = urlencode({name: one for name, one in said.items() if one is not None})
        return self._stream(self._send("GET", f"/findings/table?{query}"))

    def sql(self, sql: str, at: datetime | None) -> pa.Table:
        return self._arrow("/sql", {"sql": sql, **self._as_of(at)})

    # --- what was measured ---

    def ask(self, question: Question) -> pa.Table:
        body = {
            "sql": question.sql,
            "window": question.window.value,
            "place": question.place,
            "known_seq": question.as_of.known_seq,
            "most_rows": question.most_rows,
            **self._as_of(question.as_of.at),
        }
        return self._arrow("/ask", body)

    def points(self) -> pa.Table:
        return self._arrow("/ask", {"sql": "SELECT * FROM points"})

    def readings(self, point_id: str, start: datetime, end: datetime, step: Step | None) -> pa.Table:
        schema = RAW if step is None else ROLLED
        rows: list[dict[str, Any]] = []
        while start < end:
            until = end if step is not None else min(end, start + RAW_AT_ONCE)
            asked = {"point_id": point_id, "start": start.isoformat(), "end": until.isoformat()}
            try:
                rows += self._json("GET", "/readings", query={**asked, **({"step": step.value} if step else {})})[
                    "rows"
                ]
            except TwinError as fault:
                if fault.code != "unknown_point":
                    raise
            start = until
        columns = [pa.array([_value(one.get(field.name), field.type) for one in rows], field.type) for field in schema]
        return pa.table(columns, schema=schema)

    def events(
        self, start: datetime, end: datetime, type: str | None, originator: str | None, limit: int | None
    ) -> list[dict[str, Any]]:
        """Page by page, the next ending with the moment that the last one reached: several may be of it."""
        asked = {name: one for name, one in (("type", type), ("originator", originator)) if one is not None}
        found: dict[str, dict[str, Any]] = {}
        while limit is None or len(found) < limit:
            most = EVENTS_AT_ONCE if limit is None else min(EVENTS_AT_ONCE, limit)
            window = {"start": start.isoformat(), "end": end.isoformat(), "limit": str(most)}
            page = self._json("GET", "/events", query={**asked, **window})
            known = len(found)
            found |= {one["event_id"]: one for one in page}
            if len(page) < most or len(found) == known:
                break
            end = datetime.fromisoformat(page[-1]["occurred_at"]) + timedelta(microseconds=1)
        return list(found.values())[:limit]

    # --- numbers ---

    def kpis(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._json("GET", "/kpis")["kpis"]
        return found

    def kpi(self, kpi_id: str, at: datetime | None, place: str | None) -> dict[str, Any]:
        found: dict[str, Any] = self._json("GET", f"/kpis/{quote(kpi_id, safe='')}", query=_moment(at, place))
        return found

    def kpi_rows(self, kpi_id: str, at: datetime | None, place: str | None) -> pa.Table:
        said = self.kpi(kpi_id, at, place)
        body = {"sql": said["rows_sql"], "window": said["window"], "place": place}
        return self._arrow("/ask", {**body, "at": said["at"]})

    # --- writing back ---

    def write(self, said: Mapping[str, Any], table: pa.Table) -> int:
        told = table.replace_schema_metadata({DESCRIBED: json.dumps(said)})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, told.schema) as out:
            out.write_table(told)
        layer = quote(str(said["layer_id"]), safe="")
        return self._built(self._json("PUT", f"/layers/{layer}", body=sink.getvalue().to_pybytes()))

    def withdraw(self, layer_id: str, why: str) -> int:
        return self._built(self._json("DELETE", f"/layers/{quote(layer_id, safe='')}", query={"why": why}))

    def _built(self, build: Mapping[str, Any]) -> int:
        """Wait until the server has built it. Raises what went wrong there."""
        done = self._done(build, f"/builds/{build['build_id']}", BUILD_S, BuildGoneError)
        return int(done["generation"])

    # --- taken out ---

    def page(self, wanted: WantedPage) -> bytes:
        job = self._told(self._send("POST", "/snapshots", body=json.dumps(wanted.body()).encode(), media=JSON))
        job = self._done(job, f"/snapshots/jobs/{quote(job['job_id'])}", PAGE_S, SnapshotGoneError)
        return self._send("GET", f"/snapshots/{quote(job['snapshot']['snapshot_id'])}/file").body

    def close(self) -> None:
        """Nothing is held open."""

    # --- asking ---

    def _done(self, work: Mapping[str, Any], path: str, most_s: float, gone: type[TwinError]) -> Mapping[str, Any]:
        """What the server says at ``path`` once the work is done. Raises what went wrong there, ``gone`` in time."""
        give_up_s = time.monotonic() + most_s
        while work["state"] == "waiting":
            if time.monotonic() > give_up_s:
                raise gone(detail=f"no end after {most_s:g} s")
            time.sleep(0.5)
            work = self._json("GET", path)
        if work["fault"] is not None:
            raise TwinError.from_dict(work["fault"])
        return work

    def _look(self) -> dict[str, Any]:
        said: dict[str, Any] = self._json("GET", "/layers")
        self._campus = said["campus"]
        return said

    def _as_of(self, at: datetime | None) -> dict[str, Any]:
        return {"at": at.isoformat() if at else None, "exactly": self._exactly}

    def _arrow(self, path: str, body: Mapping[str, Any]) -> pa.Table:
        return self._stream(self._send("POST", path, body=json.dumps(body).encode(), media=JSON))

    def _stream(self, answer: Answer) -> pa.Table:
        try:
            return pa.ipc.open_stream(answer.body).read_all()
        except (pa.ArrowException, OSError) as fault:
            raise ServerSaysError(url=self._url, status=answer.status, detail="no Arrow stream") from fault

    def _json(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Any:
        return self._told(self._send(method, path + (f"?{urlencode(query)}" if query else ""), body=body))

    def _told(self, answer: Answer) -> Any:
        try:
            return json.loads(answer.body)
        except ValueError as fault:
            raise ServerSaysError(url=self._url, status=answer.status, detail="no JSON") from fault

    def _send(self, method: str, path: str, *, body: bytes | None = None, media: str | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = media or "application/vnd.apache.arrow.stream"
        answer = self._remote.send(method, f"{self._url}{API}{path}", headers=headers, body=body, limits=LIMITS)
        if answer.status < 400:
            return answer
        raise self._fault(answer)

    def _fault(self, answer: Answer) -> TwinError:
        """What the server says is wrong, as the error it is there."""
        try:
            said = json.loads(answer.body)
            fault = TwinError.from_dict(said)
        except (ValueError, KeyError, TypeError):
            return ServerSaysError(url=self._url, status=answer.status, detail="no reason given")
        if answer.status == 401:
            return NoAccessError(url=self._url)
        return (
            fault
            if type(fault) is not TwinError
            else ServerSaysError(url=self._url, status=answer.status, detail=said["text"]["en"])
        )


def key_of(said: str | None) -> str:
    """A key as it is, ``env:NAME`` or ``file:PATH``; without one, the environment's ``TWIN_KEY``."""
    text = said or "env:TWIN_KEY"
    kind, _, name = text.partition(":")
    if kind == "env":
        return os.environ.get(name, "")
    if kind == "file":
        return Path(name).read_text(encoding="utf-8").strip()
    return text


def _moment(at: datetime | None, place: str | None) -> dict[str, str]:
    said = {"at": at.isoformat() if at else None, "place": place}
    return {name: one for name, one in said.items() if one is not None}


def _value(said: Any, kind: pa.DataType) -> Any:
    return datetime.fromisoformat(said) if said is not None and pa.types.is_timestamp(kind) else said
