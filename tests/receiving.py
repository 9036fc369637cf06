"""A server on loopback that answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

Hang = float  # seconds of silence


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Said:
    """An answer. ``hang_s`` before it, ``drip_s`` between its bytes; ``raw`` replaces all of it."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_s: float = 0.0
    drip_s: float = 0.0
    raw: bytes | None = None


OK: Final = Said(200, b"{}")
Answering = Callable[[Asked], Said]


@dataclass
class Receiver:
    """``answer`` may be replaced at any time."""

    answer: Answering
    asked: list[Asked] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    origin: str = ""

    def bodies(self) -> list[str]:
        return [one.body.decode() for one in self.asked]


class _Handler(http.server.BaseHTTPRequestHandler):
    receiver: Receiver

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
        self.receiver.asked.append(asked)
        said = self.receiver.answer(asked)
        if said.hang_s:
            self.receiver.stopped.wait(said.hang_s)
        try:
            self._say(said)
        except OSError:
            self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def _say(self, said: Said) -> None:
        self.close_connection = True
        if said.raw is not None:
            self.wfile.write(said.raw)
            return
        self.send_response(said.status)
        headers = {"Content-Length": str(len(said.body))} | dict(said.headers)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        pieces = [said.body[n : n + 1] for n in range(len(said.body))] if said.drip_s else [said.body]
        for piece in pieces:
            self.wfile.write(piece)
            if said.drip_s and self.receiver.stopped.wait(said.drip_s):
                return

    def log_message(self, *_: object) -> None:
        """The test's output is not an access log."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what some tests are about."""


@contextmanager
def receiving(
    answer: Answering | Said = OK, *, port: int = 0, certificate: tuple[Path, Path] | None = None
) -> Iterator[Receiver]:
    """The server while it is open; ``certificate`` (and key, PEM) makes it one of https."""
    receiver = Receiver(answer if callable(answer) else lambda _: answer)
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    server = _Server(("127.0.0.1", port), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.origin = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()
