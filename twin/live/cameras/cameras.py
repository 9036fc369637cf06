"""All cameras that are connected, and since when each shows nothing."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from twin.config_file import secret
from twin.errors import CameraNotConnectedError, CameraOfNoDeviceError, NoPictureError, NoPictureYetError, TwinError
from twin.live.cameras.camera import Camera, Shown
from twin.live.cameras.settings import CONFIG, SECRETS, CameraSettings, CamerasFile, load_camera_settings
from twin.live.point_book import PointBook
from twin.live.watched import Watched
from twin.model.time import Clock, SystemClock
from twin.remote import CONFIG as OUTGOING
from twin.remote import Remote


@dataclass(frozen=True)
class _Connected:
    """What the files say, in force together."""

    at_once: int = CamerasFile().at_once
    cameras: Mapping[str, Camera] = field(default_factory=dict)


class Cameras:
    """``config/cameras.toml`` and the allowlist, as they are now. May be used from any thread; blocks."""

    def __init__(self, campus_folder: Path, timezone: ZoneInfo, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._timezone = timezone
        self._started_at = self._clock.now()
        self._guard = threading.Lock()
        self._seen_at: dict[str, datetime] = {}  # when each last showed something; the picture itself is not kept
        paths = [campus_folder / CONFIG, campus_folder / OUTGOING]
        self.watched = Watched(paths, partial(_connected, campus_folder), _Connected(), settled=True)
        self.watched.look()

    @property
    def at_once(self) -> int:
        return self.watched.value.at_once

    def without_device(self, points: PointBook) -> list[TwinError]:
        """A remark about cameras that the campus has no device for."""
        strangers = sorted(one for one in self.watched.value.cameras if points.idx_of_device(one) is None)
        return [CameraOfNoDeviceError(path=CONFIG, cameras=", ".join(strangers))] if strangers else []

    def camera(self, device_code: str) -> Camera:
        """Raises CameraNotConnectedError."""
        cameras = self.watched.value.cameras
        if device_code not in cameras:
            raise CameraNotConnectedError(camera=device_code)
        return cameras[device_code]

    def picture(self, device_code: str) -> Shown:
        """What a camera shows now. Raises NoPictureError, which says since when and why."""
        camera = self.camera(device_code)
        try:
            shown = camera.picture()
        except TwinError as fault:
            raise self._no_picture(device_code, fault) from fault
        with self._guard:
            self._seen_at[device_code] = self._clock.now()
        return shown

    def _no_picture(self, device_code: str, fault: TwinError) -> NoPictureError:
        with self._guard:
            seen_at = self._seen_at.get(device_code)
        if seen_at is None:
            return NoPictureYetError(since=self._said(self._started_at), fault=fault)
        return NoPictureError(since=self._said(seen_at), fault=fault)

    def _said(self, at: datetime) -> str:
        """Campus-local, without the day where that is today."""
        local, now = at.astimezone(self._timezone), self._clock.now().astimezone(self._timezone)
        return local.strftime("%H:%M" if local.date() == now.date() else "%Y-%m-%d %H:%M")


def _connected(campus_folder: Path) -> _Connected:
    """Raises ConfigError."""
    settings, remote = load_camera_settings(campus_folder), Remote.of(campus_folder)
    path, timeout_s = campus_folder / CONFIG, settings.timeout_s
    cameras = {code: _camera(one, remote, timeout_s, path) for code, one in settings.cameras.items()}
    return _Connected(settings.at_once, cameras)


def _camera(settings: CameraSettings, remote: Remote, timeout_s: float, path: Path) -> Camera:
    def read(said: str | None) -> str | None:
        return secret(said, path) if said is not None and said.startswith(SECRETS) else said

    return Camera(
        remote,
        timeout_s,
        read(settings.snapshot_url),
        read(settings.hls_url),
        read(settings.user),
        read(settings.password),
    )
