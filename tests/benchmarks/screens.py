"""Many screens at once: ``python -m tests.benchmarks.screens PORT COOKIE SCREENS SECONDS``.

Prints ``ready`` when all are in, then watches for SECONDS and prints JSON. Every tenth screen reads what it gets and
tells how old it was; the others only take frames, for a browser's work is not what is measured.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from websockets.asyncio.client import ClientConnection, connect


async def enter(port: int, cookie: str) -> ClientConnection:
    headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
    url = f"ws://127.0.0.1:{port}/api/v1/stream"
    return await connect(url, additional_headers=headers, compression=None, max_size=None)


async def watch(socket: ClientConnection, until_s: float, ages_s: list[float] | None) -> int:
    """How many events came; their ages when they came go to ``ages_s``."""
    seen = 0
    while (left_s := until_s - time.monotonic()) > 0:
        try:
            frame = await asyncio.wait_for(socket.recv(), left_s)
        except TimeoutError:
            break
        if ages_s is None or isinstance(frame, bytes) or '"type":"events"' not in frame[:20]:
            continue
        said = json.loads(frame)
        if not said["snapshot"]:
            now = time.time()
            ages_s += [now - one["attributes"]["sent_s"] for one in said["events"]]
            seen += len(said["events"])
    return seen


async def main(port: int, cookie: str, screens: int, seconds: float) -> None:
    began_s = time.monotonic()
    sockets = [
        one for _ in range(screens // 20) for one in await asyncio.gather(*(enter(port, cookie) for _ in range(20)))
    ]
    entered_s = time.monotonic() - began_s
    print("ready", flush=True)
    ages_s: list[float] = []
    until_s = time.monotonic() + seconds
    watching = (watch(one, until_s, None if number % 10 else ages_s) for number, one in enumerate(sockets))
    seen = (await asyncio.gather(*watching))[::10]
    ages_s.sort()
    said = {"p50_ms": ages_s[len(ages_s) // 2] * 1000, "p99_ms": ages_s[int(len(ages_s) * 0.99)] * 1000}
    print(json.dumps({**said, "seen": seen, "entered_s": entered_s}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
