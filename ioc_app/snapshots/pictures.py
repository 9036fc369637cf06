"""What a screen shows as a picture, a drawing sheet and a model: its layers, its colours, its numbers at the foot."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import numpy as np

from ioc_app.screens.written import unit_said, written
from ioc_app.snapshots.wanted import Wanted
from twin.build.drawing import finest_meshes, meshing_code
from twin.live.running import RunningCampus
from twin.model.text import Title
from twin.render import (
    Caption,
    Colouring,
    PictureScene,
    Step,
    TitleBlock,
    View,
    coloured,
    kept_meshes,
    render_glb,
    render_page,
    render_picture,
    scene_of,
)
from twin.render import Wanted as Shown
from twin.render.look import Style, look
from twin.render.view import view_named
from twin.screens.screen import MapColour, MapView, Screen
from twin.store.campus import Generation

_NO_NUMBER: Final = "–"
_OVERVIEW: Final = "overview"
_CAMPUS: Final = Title("园区全貌", "The campus")


class Picture:
    """Of one moment, and of the first of the wanted screens. ``screens`` answers as ``ScreenReads`` does."""

    def __init__(self, running: RunningCampus, screens: Any, generation: Generation, layers: list[str], wanted: Wanted):
        self._running, self._screens, self._wanted, self._layers = running, screens, wanted, layers
        self._generation = generation
        known = screens.book.screens
        self._screen: Screen | None = known[wanted.screens[0]] if wanted.screens else None
        self._style: Style = "light" if wanted.style == "light" else "dark"

    def png(self) -> bytes:
        return render_picture(
            self._scene(), self._caption(), self._view, size_px=self._wanted.size_px, style=self._style
        )

    def pdf(self) -> bytes:
        return render_page(self._scene(), self._caption(), TitleBlock(self._title), self._view, style=self._style)

    def glb(self) -> bytes:
        return render_glb(self._scene())

    @property
    def _view(self) -> View | str:
        return view_of(self._wanted.view or _OVERVIEW)

    @property
    def _title(self) -> Title:
        return _title(self._screen.title) if self._screen else _CAMPUS

    def _scene(self) -> PictureScene:
        generation, folder = self._generation, self._running.campus.folder
        meshed = kept_meshes(folder, generation, meshing_code(), lambda: finest_meshes(generation))
        shown = self._screen.map if self._screen else MapView()
        return scene_of(generation, meshed, self._shown(shown), self._colouring(shown.colour))

    def _shown(self, view: MapView) -> Shown:
        """Layers as the screen has them; with ``layers`` only those of them that were asked for."""
        told = self._generation.definitions
        named = {one: share for one, share in view.layers.items() if one in told}
        asked = self._wanted.layers
        shown = asked or [one for one, layer in told.items() if one in self._layers and named.get(one, layer.visible)]
        return Shown(
            layers=tuple(shown),
            opacity={one: share for one, share in named.items() if share > 0},
            ground=view.ground if view.ground < 1 else None,
            devices=view.devices,
            labels=view.labels,
            exactly=self._wanted.exactly is not None,
        )

    def _colouring(self, colour: MapColour | None) -> Colouring | None:
        if colour is None or self._screen is None or colour.layer not in self._layers:
            return None
        as_of = self._wanted.as_of
        answer = self._screens.map(self._screen.id, as_of.at, cleared=self._wanted.cleared, known_seq=as_of.known_seq)
        if answer["state"] in ("waiting", "broken"):
            return None
        table = self._generation.table(colour.layer)
        steps = [Step(_title(one.title), one.colour, one.below, one.value) for one in colour.steps]
        return coloured(
            colour.layer,
            _title(colour.title),
            _values(answer),
            table["idx"].to_pylist(),
            look(self._style),
            unit=colour.unit,
            steps=steps,
            ramp=colour.ramp,
            decimals=colour.decimals,
        )

    def _caption(self) -> Caption:
        wanted = self._wanted
        made_at = f"{self._local(wanted.made_at)} · #{wanted.as_of.known_seq}"
        return Caption(self._local(wanted.as_of.at), wanted.by, made_at, self._title, tuple(self._numbers()))

    def _numbers(self) -> list[Title]:
        """The numbers in the head of the screen, in one line."""
        if self._screen is None:
            return []
        as_of = self._wanted.as_of
        said = self._screens.kpis(
            self._screen.id, as_of.at, None, cleared=self._wanted.cleared, known_seq=as_of.known_seq
        )
        lines = {language: "  ·  ".join(_number(one, language) for one in said["kpis"]) for language in ("zh", "en")}
        return [Title(lines["zh"], lines["en"])] if said["kpis"] else []

    def _local(self, at: datetime) -> str:
        return f"{at.astimezone(self._running.timezone):%Y-%m-%d %H:%M:%S}"


def view_of(said: str) -> View | str:
    """As the app writes it: six numbers, and of a plan ``p`` and how many metres it is high. Other words are names."""
    *numbers, height = said.split(",")
    if len(numbers) != 6 or not re.fullmatch(r"p\d{1,6}(\.\d+)?", height):
        return said
    found = view_named(",".join(numbers), (0.0,) * 6, (0.0,) * 6, (1, 1))
    return replace(found, plan_height_m=max(1.0, float(height[1:])))


def _title(names: Any) -> Title:
    return Title(names.zh, names.en)


def _number(kpi: dict[str, Any], language: Any) -> str:
    value = kpi["value"]
    text = _NO_NUMBER if value is None else written(value, kpi["decimals"])
    return f"{kpi['title'][language]} {text} {unit_said(kpi['unit'], language)}".strip()


def _values(answer: dict[str, Any]) -> dict[int, float | str]:
    """By idx, as ``/values`` packs them."""
    idx = np.frombuffer(b64decode(answer["idx"]), "<u4").tolist()
    if answer["type"] == "number":
        return dict(zip(idx, np.frombuffer(b64decode(answer["value"]), "<f4").astype(float).tolist(), strict=True))
    names = answer["categories"]
    codes = np.frombuffer(b64decode(answer["code"]), "<u2").tolist()
    return {one: names[code] for one, code in zip(idx, codes, strict=True)}
