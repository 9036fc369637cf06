"""The sending side of a device: over HTTP or MQTT, as ``docs/operations.md`` says, and again until it is acknowledged.

This is the other end of the wire, not the twin: it talks to the campus it was told and to nothing else.
"""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import unquote, urlsplit

from twin.errors import BadAddressError, MissingDependencyError, SenderRefusedError

if TYPE_CHECKING:
    from paho.mqtt.client import Client

AT_ONCE: Final = 2_000  # messages a request
TRY_AGAIN: Final = frozenset({429, 502, 503, 504, 507})
_WAIT_S: Final = 1.0
_TIMEOUT_S: Final = 60.0
_IN_FLIGHT: Final = 200
KINDS: Final = ("readings", "events")


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of messages. ``doubled`` were there before."""

    accepted: int = 0
    doubled: int = 0
    refused: int = 0

    def __add__(self, other: Sent) -> Sent:
        return Sent(self.accepted + other.accepted, self.doubled + other.doubled, self.refused + other.refused)


@dataclass(frozen=True, slots=True)
class CampusTime:
    """What the campus says its clock shows."""

    now: datetime
    rate: float
    simulated: bool


class Sender(Protocol):
    def send(self, kind: str, lines: Sequence[str]) -> Sent:
        """Send JSON objects (``readings`` or ``events``), and return when they are acknowledged."""

    def close(self) -> None: ...


class HttpSender:
    """``POST /api/v1/…`` over one connection that is kept. Raises SenderRefusedError where trying again is no help."""

    def __init__(self, url: str, key: str, say: Callable[[str], None] = lambda _line: None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadAddressError(url=url, example="http://127.0.0.1:8050")
        self._url = url
        self._say = say
        self._lost = False
        self._prefix = parts.path.rstrip("/") + "/api/v1/"
        self._headers = {"Authorization": f"Bearer {key}"}
        if parts.scheme == "https":
            context = ssl.create_default_context()
            self._line: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=_TIMEOUT_S, context=context
            )
        else:
            self._line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_TIMEOUT_S)

    def clock(self) -> CampusTime:
        """Raises SenderRefusedError."""
        said = self._ask("GET", "clock", None)
        return CampusTime(datetime.fromisoformat(said["now"]), float(said["rate"]), bool(said["simulated"]))

    def send(self, kind: str, lines: Sequence[str]) -> Sent:
        total = Sent()
        for first in range(0, len(lines), AT_ONCE):
            body = ("[" + ",".join(lines[first : first + AT_ONCE]) + "]").encode()
            said = self._ask("POST", kind, body)
            total += Sent(said["accepted"], said["doubled"], len(said["rejected"]))
        return total

    def close(self) -> None:
        self._line.close()

    def _ask(self, method: str, name: str, body: bytes | None) -> dict[str, Any]:
        """Until there is an answer: what was not acknowledged is sent again with the same ids."""
        while True:
            try:
                headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
                self._line.request(method, self._prefix + name, body, headers)
                answer = self._line.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException) as fault:
                self._line.close()
                self._tell(lost=True, why=str(fault))
                time.sleep(_WAIT_S)
                continue
            self._tell(lost=False)
            if answer.status in TRY_AGAIN:
                time.sleep(_seconds(answer.getheader("Retry-After")))
                continue
            found = _object(said)
            if answer.status >= 400 and "accepted" not in found:
                detail = found.get("text", {}).get("en") or answer.reason
                raise SenderRefusedError(url=self._url, detail=f"{answer.status} {detail}")
            return found

    def _tell(self, *, lost: bool, why: str = "") -> None:
        """Once when the campus is gone, and once when it is back."""
        if lost != self._lost:
            self._say(f"{self._url} does not answer ({why}); trying on" if lost else f"{self._url} answers again")
        self._lost = lost


class MqttSender:
    """Arrays of messages to ``campus/USER/readings`` and ``alarms/USER/events``, quality of service 1."""

    def __init__(self, url: str, password: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.password:
            raise BadAddressError(
                url=f"{parts.scheme}://{parts.hostname or ''}", example="mqtt://simulator@127.0.0.1:1883"
            )
        user = unquote(parts.username) if parts.username else "simulator"
        self._topics = {"readings": f"campus/{user}/readings", "events": f"alarms/{user}/events"}
        self._client = _client(user)
        self._free = threading.Semaphore(_IN_FLIGHT)
        self._client.on_publish = lambda *_args: self._free.release()
        if parts.username:
            self._client.username_pw_set(user, password)
        if parts.scheme == "mqtts":
            self._client.tls_set()
        try:
            self._client.connect(parts.hostname, parts.port or (8883 if parts.scheme == "mqtts" else 1883))
        except OSError as fault:
            raise SenderRefusedError(url=f"{parts.scheme}://{parts.hostname}", detail=str(fault)) from fault
        self._client.loop_start()

    def send(self, kind: str, lines: Sequence[str]) -> Sent:
        """Acknowledged here means that the broker has it."""
        told = []
        for first in range(0, len(lines), AT_ONCE // 4):
            self._free.acquire()
            part = lines[first : first + AT_ONCE // 4]
            told.append(self._client.publish(self._topics[kind], "[" + ",".join(part) + "]", qos=1))
        for one in told:
            one.wait_for_publish()
        return Sent(accepted=len(lines))

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def _client(user: str) -> Client:
    try:
        from paho.mqtt import client as paho
        from paho.mqtt.enums import CallbackAPIVersion
    except ModuleNotFoundError as fault:
        raise MissingDependencyError(path="--mqtt", package="paho-mqtt", extra="mqtt") from fault
    return paho.Client(CallbackAPIVersion.VERSION2, client_id=f"{user}-simulator", protocol=paho.MQTTv5)


def _seconds(said: str | None) -> float:
    try:
        return min(max(float(said or _WAIT_S), 0.05), 30.0)
    except ValueError:
        return _WAIT_S


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
