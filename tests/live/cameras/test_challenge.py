"""Basic and Digest, against the examples of the RFCs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.live.cameras.challenge import authorization, challenges

REALM = 'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
NONCE = 'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: str, response: str) -> None:
    asked = REALM.format(algorithm) + NONCE
    said = authorization(asked, "GET", "/dir/index.html", "Mufasa", "Circle of Life", CNONCE)
    assert said is not None
    assert f'response="{response}"' in said
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in said
    assert said.endswith(f"algorithm={algorithm}, qop=auth, nc=00000001")


def test_the_example_of_rfc_2617() -> None:
    asked = 'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    said = authorization(asked, "GET", "/dir/index.html", "Mufasa", "Circle Of Life", "0a4f113b")
    assert said is not None
    assert 'response="6629fae49393a05397450978507c4ef1"' in said
    assert "algorithm" not in said


def test_an_old_camera_without_qop() -> None:
    """RFC 2069 with its erratum 749."""
    asked = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    said = authorization(asked, "GET", "/dir/index.html", "Mufasa", "CircleOfLife")
    assert said is not None
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in said
    assert "qop" not in said


def test_the_safest_that_we_know_goes_first() -> None:
    both = f'Basic realm="a", {REALM.format("MD5")}{NONCE}, {REALM.format("SHA-256")}{NONCE}, Negotiate realm="x"'
    said = authorization(both, "GET", "/", "u", "p")
    assert said is not None
    assert said.startswith("Digest ")
    assert "algorithm=SHA-256" in said


def test_basic_and_nothing_that_we_know() -> None:
    assert authorization('Basic realm="Aladdin"', "GET", "/", "Aladdin", "open sesame") == (
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    )
    for asked in ("", "Negotiate", 'Bearer realm="x"', 'Digest realm="x", nonce="y", algorithm=SHA-512-256'):
        assert authorization(asked, "GET", "/", "u", "p") is None
    assert authorization('Digest realm="x", nonce="y", qop="auth-int"', "GET", "/", "u", "p") is None


def test_quotes_in_names_stay_in_their_place() -> None:
    said = authorization(r'Digest realm="a \"b\" \\ c", nonce="n"', "GET", "/", 'u", uri="/other', "p")
    assert said is not None
    assert r'username="u\", uri=\"/other"' in said
    assert r'realm="a \"b\" \\ c"' in said


@given(st.text(alphabet='Digest Basic realm="nonce",= \\x', max_size=80))
def test_any_challenge_is_read_or_left(asked: str) -> None:
    assert all(re.fullmatch("[a-z]+", scheme) for scheme, _ in challenges(asked))
    authorization(asked, "GET", "/", "u", "p")
