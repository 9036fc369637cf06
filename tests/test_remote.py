"""The one way out: only where the allowlist says, to the address that was judged, and never for ever."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.receiving import Said, receiving
from twin.errors import (
    BadAddressError,
    CertificateRefusedError,
    ConfigError,
    OutgoingRefusedError,
    RemoteRedirectError,
    RemoteTooLargeError,
    RemoteUnreachableError,
)
from twin.remote import Destination, Limits, Origin, Remote

pytestmark = pytest.mark.serves
QUICK = Limits(connect_s=1, read_s=0.3, total_s=0.6, answer_bytes=10_000)


def allowing(*origins: str, private: bool = False, leads_to: str = "127.0.0.1", ca: Path | None = None) -> Remote:
    lines = {Origin.of(one): Destination(origin=one, private=private, ca_file=ca) for one in origins}
    return Remote(Path(), lines, resolve=lambda _host, _port: leads_to.split())


def test_without_a_file_nothing_is_allowed(tmp_path: Path) -> None:
    with receiving() as server:
        with pytest.raises(OutgoingRefusedError) as refused:
            Remote.of(tmp_path).send("GET", f"{server.origin}/robot?key=SECRET")
        assert "SECRET" not in str(refused.value)
        assert server.asked == []


def test_what_the_file_names_is_reached(tmp_path: Path) -> None:
    with receiving(Said(201, b"made", {"X-One": "1"})) as server:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "outgoing.toml").write_text(f'[[destinations]]\norigin = "{server.origin}"\n')
        answer = Remote.of(tmp_path).send("POST", f"{server.origin}/a/b?c=d", body=b"x", headers={"X-Two": "2"})
        assert (answer.status, answer.body, answer.headers["x-one"]) == (201, b"made", "1")
        [asked] = server.asked
        assert (asked.method, asked.path, asked.body, asked.headers["X-Two"]) == ("POST", "/a/b?c=d", b"x", "2")
        assert asked.headers["Host"] == server.origin.removeprefix("http://")
        assert asked.headers["User-Agent"] == "campus-twin"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "https://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://127.1:{port}/",
        "http://0x7f000001:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://127.0.0.1.:{port}/",
    ],
)
def test_scheme_host_and_port_are_compared_exactly(url: str) -> None:
    with receiving() as server:
        port = server.origin.rpartition(":")[2]
        with pytest.raises(OutgoingRefusedError):
            allowing(server.origin).send("GET", url.format(port=port))
        assert server.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a/",
        "file:///etc/passwd",
        "a",
        "",
        "http://",
        "http://u:p@127.0.0.1/",
        "http://127.0.0.1\\@evil.example/",
        "http://a/\r\nHost: b",
        "http://a/ b",
        "http://a:99999/",
        "http://[::1/",
        "http://a/#b",
        "http://园区/",
    ],
)
def test_what_is_no_plain_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadAddressError) as refused:
        Origin.of(url)
    assert "passwd" not in str(refused.value)


@given(st.text(max_size=40))
def test_any_text_is_an_origin_or_is_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://{text}/x"):
        try:
            found = Origin.of(url)
        except BadAddressError:
            continue
        assert Origin.of(str(found)) == found


INNER = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd12::1", "::ffff:10.0.0.1"]
NEVER = [
    "169.254.169.254",
    "fe80::1",
    "fe80::1%eth0",
    "224.0.0.1",
    "ff02::1",
    "0.0.0.0",
    "::",
    "255.255.255.255",
    "240.0.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "fd00:ec2::254",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
]


@pytest.mark.parametrize("address", INNER)
def test_a_name_leads_inside_only_where_that_is_said(address: str) -> None:
    with pytest.raises(OutgoingRefusedError):
        allowing("http://robot.example:1", leads_to=address).send("GET", "http://robot.example:1/", limits=QUICK)
    meant = allowing("http://robot.example:1", leads_to=address, private=True)
    assert meant._addresses(*_line_of(meant)) == [address]


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_that_is_named_itself_is_meant(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    remote = allowing(f"http://{host}:1")
    assert remote._addresses(*_line_of(remote)) == [address]


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_reached(address: str) -> None:
    for private in (False, True):
        with pytest.raises(OutgoingRefusedError):
            allowing("http://robot.example", leads_to=address, private=private).send("GET", "http://robot.example/")
    if "%" not in address:
        host = f"[{address}]" if ":" in address else address
        with pytest.raises(OutgoingRefusedError):
            allowing(f"http://{host}", private=True).send("GET", f"http://{host}/")


def _line_of(remote: Remote) -> tuple[Destination, Origin]:
    [(origin, destination)] = remote.destinations.items()
    return destination, origin


def test_one_bad_address_among_good_ones_refuses_the_name() -> None:
    with pytest.raises(OutgoingRefusedError):
        allowing("http://robot.example", leads_to="93.184.216.34 169.254.169.254").send("GET", "http://robot.example/")


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    """A name server that says something else the second time is not asked a second time."""
    said = iter(["127.0.0.1", "10.255.255.1"])
    with receiving() as server:
        port = server.origin.rpartition(":")[2]
        origin = f"http://robot.example:{port}"
        lines = {Origin.of(origin): Destination(origin=origin, private=True)}
        remote = Remote(Path(), lines, resolve=lambda _host, _port: [next(said)])
        assert remote.send("GET", f"{origin}/").status == 200
        assert server.asked[0].headers["Host"] == f"robot.example:{port}"
    assert next(said) == "10.255.255.1"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with receiving() as other, receiving(Said(status, headers={"Location": f"{other.origin}/"})) as server:
        with pytest.raises(RemoteRedirectError):
            allowing(server.origin, other.origin).send("GET", f"{server.origin}/")
        assert other.asked == []


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        allowing(server.origin).send("GET", f"{server.origin}/")
        assert (len(proxy.asked), len(server.asked)) == (0, 1)


@pytest.mark.parametrize(
    "said",
    [
        Said(hang_s=30),
        Said(body=b"x" * 1000, drip_s=0.1),
        Said(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
        Said(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha"),
        Said(raw=b"SSH-2.0-OpenSSH_9.6\r\n"),
        Said(raw=b""),
    ],
    ids=["hangs", "drips", "breaks off", "breaks off in a chunk", "other protocol", "hangs up"],
)
def test_every_answer_has_an_end(said: Said) -> None:
    with receiving(said) as server:
        began = time.monotonic()
        with pytest.raises(RemoteUnreachableError):
            allowing(server.origin).send("GET", f"{server.origin}/", limits=QUICK)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "said",
    [
        Said(body=b"x" * 10_001),
        Said(raw=b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10_001),
        Said(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2711\r\n" + b"x" * 10_001 + b"\r\n0\r\n\r\n"),
    ],
    ids=["says so", "does not say", "chunked"],
)
def test_an_answer_that_is_too_large_is_stopped(said: Said) -> None:
    with receiving(said) as server, pytest.raises(RemoteTooLargeError):
        allowing(server.origin).send("GET", f"{server.origin}/", limits=QUICK)


def test_nobody_there_is_said_in_words() -> None:
    with receiving() as server:
        origin = server.origin
    with pytest.raises(RemoteUnreachableError, match="does not answer"):
        allowing(origin).send("GET", f"{origin}/", limits=QUICK)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of its own making for 127.0.0.1, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here: no certificate can be made")
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=plant"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-out", str(made[0]), "-keyout", str(made[1])),
        ],
        check=True,
        capture_output=True,
    )
    return made


def test_a_certificate_of_nobody_is_refused_and_a_named_authority_trusted(certificate: tuple[Path, Path]) -> None:
    with receiving(Said(200, b"secure"), certificate=certificate) as server:
        with pytest.raises(CertificateRefusedError, match="ca_file"):
            allowing(server.origin).send("GET", f"{server.origin}/")
        assert allowing(server.origin, ca=certificate[0]).send("GET", f"{server.origin}/").body == b"secure"


def test_a_certificate_must_be_for_that_name(certificate: tuple[Path, Path]) -> None:
    with receiving(certificate=certificate) as server:
        origin = f"https://other.example:{server.origin.rpartition(':')[2]}"
        with pytest.raises(CertificateRefusedError):
            allowing(origin, private=True, ca=certificate[0]).send("GET", f"{origin}/")


@pytest.mark.parametrize(
    "line", ['origin = "http://a/path"', 'origin = "a"', 'origin = "http://a"\nredirects = true', "private = true"]
)
def test_a_mistake_in_the_file_names_its_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "outgoing.toml").write_text(f"[[destinations]]\n{line}\n")
    with pytest.raises(ConfigError, match=r"outgoing\.toml: line \d"):
        Remote.of(tmp_path)
