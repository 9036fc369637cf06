"""The body of a request, read whole and no further than its route allows.

Frameworks turn an error raised inside ``receive`` into answers of their own, so it is read before the application runs.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from twin.errors import BodyTooLargeError


async def read_body(scope: Scope, receive: Receive, limit_bytes: int) -> Receive:
    """A ``receive`` that gives the body whole; raises BodyTooLargeError by its declared length or as it grows."""
    declared = Headers(scope=scope).get("content-length", "0")
    if not declared.isdigit() or int(declared) > limit_bytes:
        raise BodyTooLargeError(limit_bytes=limit_bytes)
    body = await _all(receive, limit_bytes)
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _all(receive: Receive, limit_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(chunks)
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit_bytes:
            raise BodyTooLargeError(limit_bytes=limit_bytes)
        if not message.get("more_body", False):
            return b"".join(chunks)
