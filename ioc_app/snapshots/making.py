"""Makes a snapshot from the folder of a campus, beside the process that serves it: it takes no lock and writes nothing.

``python -m ioc_app.snapshots.making FOLDER TIMEZONE FILE < job`` is the same as a process of its own, so that walls
still get their answers and a fault in it is its own. The answer is a line of JSON, ``{"made": {…}}`` or
``{"error": {…}}``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import FastAPI

from ioc_app.app import create_app
from ioc_app.snapshots.asking import Asker
from ioc_app.snapshots.kept import Made
from ioc_app.snapshots.page import snapshot_page
from ioc_app.snapshots.pictures import Picture
from ioc_app.snapshots.recording import Recorder
from ioc_app.snapshots.tiles import tiles_zip
from ioc_app.snapshots.veil import Veil
from ioc_app.snapshots.wanted import Form, Wanted, wanted_of
from twin.errors import SnapshotLayersError, TwinError, UnknownLayerError, UnknownScreenError
from twin.model.time import Clock
from twin.people.identity import Identity, IdentityKind
from twin.people.roles import Right
from twin.store.campus import Generation


@dataclass(frozen=True, slots=True)
class Scene:
    """What a form is made of: the application over the folder, the model of the moment, and what may be seen of it."""

    server: FastAPI
    generation: Generation
    veil: Veil
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Standing:
    """The campus' time when the snapshot was asked for; of a simulated campus that may be ahead of the machine's."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@contextmanager
def looking(folder: Path, timezone: ZoneInfo, clock: Clock, *, answering: bool) -> Iterator[FastAPI]:
    """The application over ``folder``, for who only reads; ``answering``: screens are asked."""
    server = create_app(folder, timezone=timezone, clock=clock)
    readers = server.state.readers
    server.state.running.look_only()
    if answering:
        readers.open()
    try:
        yield server
    finally:
        server.state.screens.close()
        readers.close()


def make(folder: Path, form: Form, wanted: Wanted, timezone: ZoneInfo) -> Made:
    """Takes seconds, of an interval minutes. ``timezone`` is the campus' own.

    Raises SnapshotSpanError, SnapshotLayersError, UnknownLayerError, UnknownScreenError, and what a picture raises.
    """
    wanted.checked()
    with looking(folder, timezone, Standing(wanted.made_at), answering=form in _ASKING) as server:
        generation = _model(server, form, wanted)
        known = server.state.screens.book.screens
        for one in wanted.screens:
            if one not in known:
                raise UnknownScreenError(screen=one, known=", ".join(known))
        layers = _layers(generation, wanted)
        content = _FORMS[form](Scene(server, generation, Veil(generation, layers), wanted))
    return Made(content, form, generation.number, tuple(layers))


def _model(server: FastAPI, form: Form, wanted: Wanted) -> Generation:
    """That of the moment; a page is told of the past in the numbers of the model in force, as the app is."""
    if form == "html":
        return server.state.reads.generation  # type: ignore[no-any-return]
    return server.state.running.campus.generation_at(wanted.as_of)  # type: ignore[no-any-return]


def _layers(generation: Generation, wanted: Wanted) -> list[str]:
    """Those that may be in it."""
    told = generation.definitions
    unknown = [one for one in wanted.layers or () if one not in told]
    if unknown:
        raise UnknownLayerError(layer=unknown[0], known=", ".join(told))
    hidden = [one for one, layer in told.items() if layer.underground and wanted.exactly is None]
    asked = [one for one in wanted.layers or () if one in hidden]
    if asked:
        raise SnapshotLayersError(layers=", ".join(asked))
    return [one for one in (wanted.layers or told) if one not in hidden]


def _html(scene: Scene) -> bytes:
    server, wanted = scene.server, scene.wanted
    state = server.state
    rights = {Right.SEE, Right.NAMES} if wanted.cleared else {Right.SEE}
    identity = Identity(IdentityKind.CONSOLE, wanted.by, wanted.by, frozenset(rights), "snapshot")
    with Asker(server, identity) as ask:
        recording = Recorder(ask, state.running, state.screens, state.reads, scene.veil, wanted).record()
    return snapshot_page(scene.generation, recording, scene.veil, wanted, state.running.timezone.key)


def _zip(scene: Scene) -> bytes:
    return tiles_zip(scene.generation, scene.veil, scene.wanted)


def _picture(scene: Scene) -> Picture:
    state = scene.server.state
    kept = [one for one in scene.generation.definitions if one in scene.veil.kept]
    return Picture(state.running, state.screens, scene.generation, kept, scene.wanted)


_ASKING: Final = frozenset({"png", "pdf", "glb", "html"})
_FORMS: Final[Mapping[Form, Callable[[Scene], bytes]]] = {
    "png": lambda scene: _picture(scene).png(),
    "pdf": lambda scene: _picture(scene).pdf(),
    "glb": lambda scene: _picture(scene).glb(),
    "zip": _zip,
    "html": _html,
}


# --- as a process of its own ---


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is for the log
    folder, timezone, out = Path(sys.argv[1]), ZoneInfo(sys.argv[2]), Path(sys.argv[3])
    try:
        made = make(folder, *wanted_of(json.load(sys.stdin)), timezone)
        out.write_bytes(made.content)
        said: dict[str, Any] = {"made": {"form": made.form, "generation": made.generation, "layers": made.layers}}
    except TwinError as fault:
        said = {"error": fault.to_dict()}
    answers.write(json.dumps(said, ensure_ascii=False) + "\n")
    answers.close()


if __name__ == "__main__":
    main()
