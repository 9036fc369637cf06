"""The sending side of a device: over HTTP or MQTT, as ``docs/operations.md`` says, and again until it is acknowledged.

This is the other end of the wire, not the twin: it talks to the campus it was told and to nothing else.
"""

from __future__ import annotations

import http.client
import json
import queue
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import unquote, urlsplit

from twin.errors import BadServerAddressError, MissingDependencyError, SenderRefusedError

if TYPE_CHECKING:
    from paho.mqtt.client import Client

AT_ONCE: Final = 2_000  # messages a request
TRY_AGAIN: Final = frozenset({429, 502, 503, 504, 507})
_WAIT_S: Final = 1.0
_PATIENCE_S: Final = 15.0
_TIMEOUT_S: Final = 60.0
_CONNECTIONS: Final = 4  # a batch waits for the disk; others need not wait for it
_IN_FLIGHT: Final = 200


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
    def send(self, messages: Mapping[str, Sequence[str]]) -> Sent:
        """Send JSON objects (``readings`` and ``events``), and return when all are acknowledged."""

    def close(self) -> None: ...


class HttpSender:
    """``POST /api/v1/…`` over a few connections that are kept. Raises SenderRefusedError where trying on is no help."""

    def __init__(self, url: str, key: str, say: Callable[[str], None] = lambda _line: None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadServerAddressError(url=url, example="http://127.0.0.1:8050")
        self._url = url
        self._say = say
        self._lost = False
        self._answered_s = time.monotonic()
        self._host, self._port = parts.hostname, parts.port
        self._context = ssl.create_default_context() if parts.scheme == "https" else None
        self._prefix = parts.path.rstrip("/") + "/api/v1/"
        self._headers = {"Authorization": f"Bearer {key}"}
        self._lines: queue.LifoQueue[http.client.HTTPConnection] = queue.LifoQueue()
        for _ in range(_CONNECTIONS):
            self._lines.put(self._connection())
        self._workers = ThreadPoolExecutor(_CONNECTIONS, "sender")

    def clock(self) -> CampusTime:
        """Raises SenderRefusedError."""
        said = self._ask("GET", "clock", None)
        return CampusTime(datetime.fromisoformat(said["now"]), float(said["rate"]), bool(said["simulated"]))

    def send(self, messages: Mapping[str, Sequence[str]]) -> Sent:
        parts = list(_parts(messages, AT_ONCE))
        return sum(self._workers.map(self._post, *zip(*parts, strict=True)), Sent()) if parts else Sent()

    def close(self) -> None:
        self._workers.shutdown()
        while not self._lines.empty():
            self._lines.get().close()

    def _post(self, kind: str, lines: Sequence[str]) -> Sent:
        said = self._ask("POST", kind, ("[" + ",".join(lines) + "]").encode())
        return Sent(said["accepted"], said["doubled"], len(said["rejected"]))

    def _ask(self, method: str, name: str, body: bytes | None) -> dict[str, Any]:
        """Until there is an answer: what was not acknowledged is sent again with the same ids."""
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        line, is_fresh = self._lines.get(), False
        try:
            while True:
                try:
                    line.request(method, self._prefix + name, body, headers)
                    answer = line.getresponse()
                    said = answer.read()
                except (OSError, http.client.HTTPException) as fault:
                    line.close()
                    if is_fresh:  # one that was kept may have been closed meanwhile
                        self._tell(lost=True, why=str(fault))
                        time.sleep(_WAIT_S)
                    is_fresh = True
                    continue
                self._tell(lost=False)
                if answer.status not in TRY_AGAIN:
                    return self._understood(answer.status, answer.reason, said)
                time.sleep(_seconds(answer.getheader("Retry-After")))
        finally:
            self._lines.put(line)

    def _understood(self, status: int, reason: str, said: bytes) -> dict[str, Any]:
        """A batch of which nothing was taken is an answer, too: it says of each why."""
        found = _object(said)
        if status >= 400 and "accepted" not in found:
            raise SenderRefusedError(url=self._url, detail=f"{status} {found.get('text', {}).get('en') or reason}")
        return found

    def _connection(self) -> http.client.HTTPConnection:
        if self._context is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)
        return http.client.HTTPSConnection(self._host, self._port, timeout=_TIMEOUT_S, context=self._context)

    def _tell(self, *, lost: bool, why: str = "") -> None:
        """Once when the campus is gone, and once when it is back; a server that is only just starting is not gone."""
        now_s = time.monotonic()
        self._answered_s = now_s if not lost else self._answered_s
        if lost != self._lost and (not lost or now_s - self._answered_s > _PATIENCE_S):
            self._lost = lost
            self._say(f"{self._url} does not answer ({why}); trying on" if lost else f"{self._url} answers again")


class MqttSender:
    """Arrays of messages to ``campus/USER/readings`` and ``alarms/USER/events``, quality of service 1."""

    def __init__(self, url: str, password: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.password:
            raise BadServerAddressError(
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

    def send(self, messages: Mapping[str, Sequence[str]]) -> Sent:
        """Acknowledged here means that the broker has it."""
        told = []
        for kind, lines in _parts(messages, AT_ONCE // 4):
            self._free.acquire()
            told.append(self._client.publish(self._topics[kind], "[" + ",".join(lines) + "]", qos=1))
        for one in told:
            one.wait_for_publish()
        return Sent(accepted=sum(map(len, messages.values())))

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def _parts(messages: Mapping[str, Sequence[str]], at_once: int) -> Iterator[tuple[str, Sequence[str]]]:
    for kind, lines in messages.items():
        for first in range(0, len(lines), at_once):
            yield kind, lines[first : first + at_once]


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
