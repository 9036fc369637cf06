"""Secrets handed out once: we keep only their digest.

They have 256 random bits, so a plain SHA-256 is as good as a slow hash; passwords are another matter (``passwords``).
"""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """A short public name of a session, key or link: safe to show and to write down."""
    return secrets.token_hex(6)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
