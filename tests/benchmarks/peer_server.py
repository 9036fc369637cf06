"""The peer of the intake: decodes what comes and says so, without checking, keeping or syncing any of it."""

from __future__ import annotations

import json
import sys
from typing import Any

import uvicorn


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    answer = json.dumps({"accepted": len(json.loads(body)) if body else 0}).encode()
    length = str(len(answer)).encode()
    await send({"type": "http.response.start", "status": 202, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": answer})


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), access_log=False, lifespan="off", log_level="warning")
