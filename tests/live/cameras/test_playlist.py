"""Playlists and paths: whatever a camera or a browser writes, nothing leaves the camera's folder."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import CameraAnswerError, UnknownPathError
from twin.live.cameras.kinds import PARTS, picture_type
from twin.live.cameras.playlist import address_in, folder_of, rewritten

URL = "http://10.0.0.5:8888/live/cam 1/index.m3u8".replace(" ", "%20")
BASE = "http://10.0.0.5:8888/live/cam%201/"


def test_the_folder_is_up_to_the_last_slash() -> None:
    assert folder_of(URL) == BASE
    assert folder_of("http://a/index.m3u8?x=/y") == "http://a/"
    assert folder_of("http://a") == "http://a/"


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("", URL),
        ("seg1.ts", BASE + "seg1.ts"),
        ("hd/main.m3u8", BASE + "hd/main.m3u8"),
        ("段 1.ts".replace(" ", "_"), BASE + "%E6%AE%B5_1.ts"),
    ],
)
def test_paths_lead_below_it(path: str, address: str) -> None:
    assert address_in(URL, path) == address


OUTSIDE = [
    "../other/index.m3u8",
    "..",
    "a/../../b.ts",
    "a/./b.ts",
    "/etc/passwd.ts",
    "//evil.example/a.ts",
    "a//b.ts",
    "http://evil.example/a.ts",
    "..;/a.ts",
    "a;x/../b.ts",
    "%2e%2e/a.ts",
    "..%2fa.ts",
    "..\\a.ts",
    "a\\..\\b.ts",
    ".hidden.ts",
    "a\0.ts",
    "a\r\nHost: b.ts",
    "a b.ts",
    "a?b.ts",
    "a#b.ts",
    "cgi-bin/reboot.cgi",
    "index.html",
    "a",
    "x" * 600 + ".ts",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_leaves_it_or_asks_for_anything_else(path: str) -> None:
    with pytest.raises(UnknownPathError):
        address_in(URL, path)


@given(st.text(alphabet="ab./\\%2eE;:@?#\0~", max_size=20), st.text(alphabet="ab&=#\r\n %", max_size=10))
def test_any_path_stays_below_it_or_is_refused(path: str, query: str) -> None:
    try:
        address = address_in(URL, path + ".ts", query)
    except UnknownPathError:
        return
    assert address.startswith(BASE)
    assert urljoin(URL, address) == address
    assert "#" not in address
    assert ".." not in urlsplit(address).path.split("/")


def test_a_query_that_is_none_is_refused() -> None:
    assert address_in(URL, "a.ts", "token=a%20b&n=1").endswith("/a.ts?token=a%20b&n=1")
    for query in ("a b", "a#b", "a\r\nb", "x" * 1001):
        with pytest.raises(UnknownPathError):
            address_in(URL, "a.ts", query)


PLAYLIST = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-MAP:URI="init.mp4",BYTERANGE="1@0"
#EXT-X-KEY:METHOD=AES-128,URI="http://10.0.0.5:8888/live/cam%201/keys/1.key",IV=0x1
#EXTINF:2.0,
seg1.m4s?token=1
#EXTINF:2.0,

/live/cam%201/hd/seg2.m4s
"""


def test_addresses_become_relative_to_where_the_playlist_lies() -> None:
    assert rewritten(PLAYLIST, BASE, URL).splitlines()[2:] == [
        '#EXT-X-MAP:URI="init.mp4",BYTERANGE="1@0"',
        '#EXT-X-KEY:METHOD=AES-128,URI="keys/1.key",IV=0x1',
        "#EXTINF:2.0,",
        "seg1.m4s?token=1",
        "#EXTINF:2.0,",
        "",
        "hd/seg2.m4s",
    ]
    below = rewritten(PLAYLIST, BASE, BASE + "sd/main.m3u8")
    assert '"../keys/1.key"' in below
    assert "../hd/seg2.m4s" in below
    assert "10.0.0.5" not in below


@pytest.mark.parametrize(
    "line",
    [
        "http://evil.example/a.ts",
        "https://10.0.0.5:8888/live/cam%201/a.ts",
        "http://10.0.0.5/live/cam%201/a.ts",
        "//evil.example/a.ts",
        "../other/a.ts",
        "/live/cam%201x/a.ts",
        "/live/cam%201/%2e%2e/a.ts",
        "a/../../b.ts",
        "javascript:alert(1).ts",
        "data:text/html,x.ts",
        "http://[a.ts",
        "reboot.cgi",
        "http://u:p@10.0.0.5:8888/live/cam%201/a.ts",
        '#EXT-X-KEY:METHOD=AES-128,URI="http://evil.example/1.key"',
        '#EXT-X-MEDIA:TYPE=AUDIO,URI="../../a.m3u8"',
    ],
)
def test_a_playlist_that_leads_out_is_refused(line: str) -> None:
    with pytest.raises(CameraAnswerError):
        rewritten(f"#EXTM3U\n{line}\n", BASE, URL)


@given(st.text(alphabet='ab./\\%2eE;:@?#[\0~\n"URI=', max_size=60))
def test_whatever_a_playlist_says_its_addresses_come_back_to_us(text: str) -> None:
    try:
        found = rewritten(f"#EXTM3U\n{text}", BASE, URL)
    except CameraAnswerError:
        return
    for line in found.splitlines():
        if line and not line.startswith("#"):
            path, _, _ = line.partition("?")
            assert urljoin(BASE, path).startswith(BASE)


def test_what_a_picture_is_is_seen_from_its_bytes() -> None:
    assert picture_type(b"\xff\xd8\xff\xe0xxxx") == "image/jpeg"
    assert picture_type(b"\x89PNG\r\n\x1a\nxxxx") == "image/png"
    for other in (b"", b"<html>", b"<svg onload=alert(1)>", b"GIF89a", b"\xff\xd8", b"%PDF-1.7", b"BM"):
        assert picture_type(other) is None


@pytest.mark.parametrize("ending", PARTS)
def test_a_page_is_no_part_of_a_video(ending: str) -> None:
    _, holds = PARTS[ending]
    assert not holds(b"<html><script>alert(1)</script></html>")
    assert not holds(b"")
