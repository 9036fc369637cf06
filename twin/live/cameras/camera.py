"""One camera: asked for its picture or a part of its video, with its password where it wants one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from twin.errors import CameraAnswerError, UnknownPathError
from twin.live.cameras.challenge import authorization
from twin.live.cameras.kinds import PLAYLIST, part_type, picture_type
from twin.live.cameras.playlist import address_in, folder_of, rewritten
from twin.remote import Answer, Limits, Remote

PICTURE_BYTES: Final = 4_000_000
PART_BYTES: Final = 16_000_000
VIDEO_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Shown:
    """Bytes as a browser may have them."""

    media_type: str
    data: bytes


@dataclass(frozen=True)
class Camera:
    """``timeout_s`` is for a picture, both requests of a login together. Blocks; may be used from any thread."""

    remote: Remote
    timeout_s: float
    snapshot_url: str | None
    hls_url: str | None
    user: str | None = None
    password: str | None = None

    def picture(self) -> Shown:
        """What it shows now. Raises CameraAnswerError, RemoteUnreachableError and their like."""
        if self.snapshot_url is None:
            raise CameraAnswerError(detail="it has no snapshot_url")
        data = self._fetched(self.snapshot_url, self._limits(self.timeout_s, PICTURE_BYTES))
        media_type = picture_type(data)
        if media_type is None:
            raise CameraAnswerError(detail="neither JPEG nor PNG")
        return Shown(media_type, data)

    def part(self, path: str, query: str) -> Shown:
        """The playlist for an empty path, else what lies beside or below it. Raises UnknownPathError, too."""
        if self.hls_url is None:
            raise UnknownPathError()
        url = address_in(self.hls_url, path, query)
        data = self._fetched(url, self._limits(VIDEO_S, PART_BYTES))
        name = urlsplit(url).path
        media_type = part_type(name if path else "a.m3u8", data)
        if media_type is None:
            raise CameraAnswerError(detail=f"it is no {name.rpartition('.')[2]}")
        if media_type == PLAYLIST:
            text = data.decode("utf-8-sig", "replace")
            data = rewritten(text, folder_of(self.hls_url), url.partition("?")[0]).encode()
        return Shown(media_type, data)

    @staticmethod
    def _limits(total_s: float, answer_bytes: int) -> Limits:
        return Limits(connect_s=total_s, read_s=total_s, total_s=total_s, answer_bytes=answer_bytes)

    def _fetched(self, url: str, limits: Limits) -> bytes:
        began_s = time.monotonic()
        answer = self.remote.send("GET", url, limits=limits)
        if answer.status == 401 and (said := self._login(answer.headers, url)):
            left_s = limits.total_s - (time.monotonic() - began_s)
            answer = self.remote.send(
                "GET", url, headers={"Authorization": said}, limits=replace(limits, total_s=max(left_s, 0.0))
            )
        return _body_of(answer)

    def _login(self, headers: Mapping[str, str], url: str) -> str | None:
        if self.user is None or self.password is None:
            return None
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return authorization(headers.get("www-authenticate", ""), "GET", target, self.user, self.password)


def _body_of(answer: Answer) -> bytes:
    if answer.status in (401, 403):
        raise CameraAnswerError(detail="it does not take our user and password")
    if answer.status != 200:
        raise CameraAnswerError(detail=f"HTTP {answer.status}")
    return answer.body
