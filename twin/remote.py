"""The one way out: every request that this program sends to another machine goes through here.

``config/outgoing.toml`` names what may be reached, by scheme, host and port exactly; without it nothing may be::

    [[destinations]]
    origin = "https://qyapi.weixin.qq.com"

    [[destinations]]
    origin = "http://10.0.0.21"            # an address of the plant's own net, named as an address

    [[destinations]]
    origin = "https://nvr.plant.example:8443"
    private = true                         # a name that may lead to a private or loopback address
    ca_file = "config/plant-ca.pem"        # instead of the system's authorities

A name is looked up once and the connection goes to the address that was judged. Redirects are not followed, no proxy
of the environment is used, certificates are verified, and an answer has an end in bytes and in time.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from twin.addresses import Address, address_of, addresses_within, is_never_reached, is_of_everybody
from twin.config_file import Settings, load_config
from twin.errors import (
    BadAddressError,
    CertificateRefusedError,
    OutgoingRefusedError,
    RemoteRedirectError,
    RemoteTooLargeError,
    RemoteUnreachableError,
)

CONFIG: Final = Path("config") / "outgoing.toml"
PORTS: Final = {"http": 80, "https": 443}
AGENT: Final = "campus-twin"
CHUNK: Final = 65_536

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port, as they are compared."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if PORTS[self.scheme] == self.port else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @staticmethod
    def of(url: str) -> Origin:
        """Raises BadAddressError, which does not repeat the address: there may be a key in it."""
        if any(not "!" <= one <= "~" or one in "#\\" for one in url):
            raise BadAddressError(detail="there are signs in it that an address cannot have")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as fault:
            raise BadAddressError(detail="it cannot be read") from fault
        if parts.scheme not in PORTS or not host:
            raise BadAddressError(detail="it does not begin with http:// or https:// and a host")
        if "@" in parts.netloc:
            raise BadAddressError(detail="user and password do not belong into it")
        return Origin(parts.scheme, host, PORTS[parts.scheme] if port is None else port)


class Destination(Settings):
    """One line of the allowlist."""

    origin: str
    private: bool = False
    ca_file: Path | None = None

    @field_validator("origin")
    @classmethod
    def _is_an_origin(cls, said: str) -> str:
        try:
            found = Origin.of(said)
        except BadAddressError as fault:
            raise ValueError(str(fault)) from fault
        if urlsplit(said).path not in ("", "/") or urlsplit(said).query:
            raise ValueError(f"is scheme, host and port only, such as {found}")
        return str(found)


class OutgoingSettings(Settings):
    destinations: Annotated[list[Destination], Field(default_factory=list)]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much. ``total_s`` is from the first look-up to the last byte; ``read_s`` between two bytes."""

    connect_s: float = 5.0
    read_s: float = 10.0
    total_s: float = 20.0
    answer_bytes: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """Whatever status the other side chose, bar redirects. Header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Remote:
    """May be used from any thread; blocks."""

    folder: Path
    destinations: Mapping[Origin, Destination] = field(default_factory=dict)
    resolve: Resolve = field(default_factory=lambda: looked_up)

    @staticmethod
    def of(campus_folder: Path) -> Remote:
        """With the allowlist of the campus; raises ConfigError with the line of the first mistake."""
        settings = load_config(campus_folder / CONFIG, OutgoingSettings)
        return Remote(campus_folder, {Origin.of(one.origin): one for one in settings.destinations})

    def require(self, url: str) -> Destination:
        """The line that allows this address; raises OutgoingRefusedError, which names no more than the origin."""
        origin = Origin.of(url)
        if origin not in self.destinations:
            raise OutgoingRefusedError(origin=origin, path=CONFIG)
        return self.destinations[origin]

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limits: Limits = Limits(),
    ) -> Answer:
        """Ask once. Raises OutgoingRefusedError and what else a RemoteUnreachableError or its like says."""
        destination, origin = self.require(url), Origin.of(url)
        end_s = time.monotonic() + limits.total_s
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            line = self._connected(destination, origin, limits, end_s)
            try:
                return _asked(line, origin, method, target, {"User-Agent": AGENT} | dict(headers or {}), body, limits)
            finally:
                line.hang_up()
        except ssl.SSLCertVerificationError as fault:
            raise CertificateRefusedError(origin=origin, detail=fault.verify_message) from fault
        except TimeoutError as fault:
            raise RemoteUnreachableError(origin=origin, detail=f"no answer within {limits.total_s:g} s") from fault
        except OSError as fault:
            raise RemoteUnreachableError(origin=origin, detail=fault.strerror or type(fault).__name__) from fault
        except http.client.HTTPException as fault:
            detail = f"no whole HTTP answer: {type(fault).__name__}"
            raise RemoteUnreachableError(origin=origin, detail=detail) from fault

    def _connected(self, destination: Destination, origin: Origin, limits: Limits, end_s: float) -> _Line:
        fault: OSError = OSError("no address")
        for address in self._addresses(destination, origin):
            try:
                plain = socket.create_connection((address, origin.port), min(limits.connect_s, _left(end_s)))
            except OSError as failed:
                fault = failed
                continue
            return _Line(self._secured(plain, destination, origin), limits.read_s, end_s)
        raise fault

    def _addresses(self, destination: Destination, origin: Origin) -> list[str]:
        """Where the name leads. One address that may not be reached, and none is."""
        literal = address_of(origin.host)
        found = [origin.host] if literal else self.resolve(origin.host, origin.port)
        inside_is_meant = destination.private or literal is not None
        for said in found:
            judged = address_of(said)
            if judged is None or _is_refused(judged, inside_is_meant):
                raise OutgoingRefusedError(origin=f"{origin} ({said})", path=CONFIG)
        return found

    def _secured(self, plain: socket.socket, destination: Destination, origin: Origin) -> socket.socket:
        if origin.scheme == "http":
            return plain
        try:
            authorities = str(self.folder / destination.ca_file) if destination.ca_file else None
            return ssl.create_default_context(cafile=authorities).wrap_socket(plain, server_hostname=origin.host)
        except BaseException:
            plain.close()
            raise


def looked_up(host: str, port: int) -> list[str]:
    """The addresses of a name, once each, in the order of the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _is_refused(address: Address, inside_is_meant: bool) -> bool:
    inner = addresses_within(address)
    if any(is_never_reached(one) for one in inner):
        return True
    return not inside_is_meant and not all(is_of_everybody(one) for one in inner)


def _left(end_s: float) -> float:
    left_s = end_s - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s


class _Line:
    """What ``http.client`` takes for a socket. Each wait ends with the whole: an answer that drips in has an end."""

    def __init__(self, connection: socket.socket, read_s: float, end_s: float) -> None:
        self._connection = connection
        self._read_s = read_s
        self._end_s = end_s

    def sendall(self, data: bytes) -> None:
        self._connection.settimeout(_left(self._end_s))
        self._connection.sendall(data)

    def receive_into(self, buffer: Any) -> int:
        self._connection.settimeout(min(self._read_s, _left(self._end_s)))
        return self._connection.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        """The exchange says so while its answer is still being read."""

    def hang_up(self) -> None:
        self._connection.close()


class _Incoming(io.RawIOBase):
    def __init__(self, line: _Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._line.receive_into(buffer)


def _asked(
    line: _Line,
    origin: Origin,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | None,
    limits: Limits,
) -> Answer:
    """One exchange on an open line, whichever kind of connection it is."""
    exchange = http.client.HTTPConnection(origin.host, origin.port)
    exchange.sock = line  # all that it asks of a socket
    shown = str(origin).partition("://")[2]
    exchange.request(method, target, body=body, headers={"Host": shown, "Connection": "close"} | dict(headers))
    answer = exchange.getresponse()
    if 300 <= answer.status < 400:
        raise RemoteRedirectError(origin=origin, status=answer.status)
    said = b""
    if (answer.length or 0) > limits.answer_bytes:
        raise RemoteTooLargeError(origin=origin, limit_bytes=limits.answer_bytes)
    while piece := answer.read(CHUNK):
        said += piece
        if len(said) > limits.answer_bytes:
            raise RemoteTooLargeError(origin=origin, limit_bytes=limits.answer_bytes)
    if answer.length:  # it broke off
        raise http.client.IncompleteRead(said, answer.length)
    return Answer(answer.status, _joined(answer.getheaders()), said)


def _joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    """One value a name; those of one name in their order, as RFC 9110 joins them."""
    found: dict[str, str] = {}
    for name, value in headers:
        found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
    return found
