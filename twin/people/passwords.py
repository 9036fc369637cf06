"""Passwords: long ones, kept as argon2id (RFC 9106, its second recommended choice: 64 MiB, three passes)."""

from __future__ import annotations

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from twin.errors import WeakPasswordError

SHORTEST: Final = 12
LONGEST: Final = 200
FEWEST_DIFFERENT: Final = 6
# What people put into passwords that a length rule asks for; what is left without them has to be long enough itself.
WORN: Final = (
    "password", "passw0rd", "admin", "administrator", "root", "welcome", "letmein", "qwerty", "asdfgh", "zxcvbn",
    "iloveyou", "1234567890", "123456", "0123456789", "987654321", "abcdef", "abc123", "111111", "000000", "666666",
    "888888", "5201314", "woaini", "mima", "campus", "twin", "changeme", "default", "guest", "test",
)  # fmt: skip
LEAST_OWN: Final = 8

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    return _hasher.hash(_normal(password))


def matches(hashed: str, password: str) -> bool:
    """Whether ``password`` is the one; takes as long when it is not."""
    try:
        return _hasher.verify(hashed, _normal(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False


def waste_time(password: str) -> None:
    """What checking a password costs, for a name that does not exist: how long it took must not tell."""
    matches(_NOBODY, password)


def require_strong(password: str, *names: str) -> None:
    """Raises WeakPasswordError with what is missing; ``names`` are of the person and must not make up the password."""
    said = _normal(password)
    if len(said) < SHORTEST:
        raise WeakPasswordError(why_zh=f"少于 {SHORTEST} 个字符", why_en=f"it has fewer than {SHORTEST} characters")
    if len(said) > LONGEST:
        raise WeakPasswordError(why_zh=f"多于 {LONGEST} 个字符", why_en=f"it has more than {LONGEST} characters")
    if len(set(said)) < FEWEST_DIFFERENT:
        raise WeakPasswordError(why_zh="不同的字符太少", why_en="it repeats the same few characters")
    own = said.casefold()
    for worn in sorted((*WORN, *(one.casefold() for one in names if len(one) > 2)), key=len, reverse=True):
        own = own.replace(worn, "")
    if len(own) < LEAST_OWN:
        raise WeakPasswordError(
            why_zh="主要由常用词或本人姓名组成", why_en="it is made of common words or of your name"
        )


def _normal(password: str) -> str:
    """One form however it was typed: an input method may compose what another does not."""
    return unicodedata.normalize("NFKC", password)


_NOBODY: Final = _hasher.hash("nobody has this password")
