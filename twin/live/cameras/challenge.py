"""Answering a camera that asks who is there: Basic (RFC 7617) and Digest (RFC 7616), which most cameras insist on."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Final

_ALGORITHMS: Final[dict[str, Callable[[bytes], hashlib._Hash]]] = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False),
    "sha-256": hashlib.sha256,
}
_SCHEME: Final = re.compile(r"(?:^|,)\s*([A-Za-z]+)\s+(?=[A-Za-z0-9_-]+\s*=)")
_PARAMETER: Final = re.compile(r'([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


def authorization(
    asked: str, method: str, target: str, user: str, password: str, client_nonce: str | None = None
) -> str | None:
    """What to say to a ``WWW-Authenticate``; None where it asks for nothing that we know. The safest goes first."""
    found = challenges(asked)
    digests = [said for scheme, said in found if scheme == "digest" and _hash_of(said) in _ALGORITHMS]
    for said in sorted(digests, key=lambda one: _hash_of(one) != "sha-256"):
        if "auth" in _list(said.get("qop", "auth")):
            return _digest(said, method, target, user, password, client_nonce or secrets.token_hex(8))
    if any(scheme == "basic" for scheme, _ in found):
        return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
    return None


def challenges(asked: str) -> list[tuple[str, dict[str, str]]]:
    """Scheme and parameters of each challenge, names in small letters."""
    starts = list(_SCHEME.finditer(asked))
    ends = [*(one.start() for one in starts[1:]), len(asked)][: len(starts)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        said = _PARAMETER.finditer(asked, start.end(), end)
        found.append((start[1].lower(), {one[1].lower(): _unquoted(one) for one in said}))
    return found


def _digest(said: dict[str, str], method: str, target: str, user: str, password: str, client_nonce: str) -> str:
    digest, name = _ALGORITHMS[_hash_of(said)], said.get("algorithm", "MD5")
    realm, nonce = said.get("realm", ""), said.get("nonce", "")

    def hashed(*parts: str) -> str:
        return digest(":".join(parts).encode()).hexdigest()

    secret = hashed(user, realm, password)
    if name.lower().endswith("-sess"):
        secret = hashed(secret, nonce, client_nonce)
    asked = hashed(method, target)
    fields = {"username": user, "realm": realm, "nonce": nonce, "uri": target}
    bare = {"algorithm": name} if "algorithm" in said else {}
    if "qop" in said:
        fields |= {"cnonce": client_nonce, "response": hashed(secret, nonce, "00000001", client_nonce, "auth", asked)}
        bare |= {"qop": "auth", "nc": "00000001"}
    else:
        fields |= {"response": hashed(secret, nonce, asked)}
    if "opaque" in said:
        fields["opaque"] = said["opaque"]
    quoted = [f'{key}="{_escaped(value)}"' for key, value in fields.items()]
    return "Digest " + ", ".join([*quoted, *(f"{key}={value}" for key, value in bare.items())])


def _hash_of(said: dict[str, str]) -> str:
    return said.get("algorithm", "MD5").lower().removesuffix("-sess")


def _list(text: str) -> list[str]:
    return [one.strip().lower() for one in text.split(",")]


def _unquoted(found: re.Match[str]) -> str:
    return found[3] if found[2] is None else re.sub(r"\\(.)", r"\1", found[2])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
