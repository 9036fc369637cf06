"""Many screens at once: ``python -m tests.benchmarks.screens PORT COOKIE SCREENS SECONDS``; prints JSON.

Every tenth of them reads what it gets and tells how old it was; the others only count frames, for a browser's work is
not what is measured.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from websockets.asyncio.client import connect


async def screen(port: int, cookie: str, number: int, until_s: float, ages_s: list[float], seen: list[int]) -> None:
    headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
    url = f"ws://127.0.0.1:{port}/api/v1/stream"
    async with connect(url, additional_headers=headers, compression=None, max_size=None) as socket:
        while (left_s := until_s - time.monotonic()) > 0:
            try:
                frame = await asyncio.wait_for(socket.recv(), left_s)
            except TimeoutError:
                return
            if number % 10 or isinstance(frame, bytes) or '"type":"events"' not in frame[:20]:
                continue
            said = json.loads(frame)
            if said["snapshot"]:
                continue
            now = time.time()
            ages_s += [now - one["attributes"]["sent_s"] for one in said["events"]]
            seen[number] += len(said["events"])


async def main(port: int, cookie: str, screens: int, seconds: float) -> None:
    ages_s: list[float] = []
    seen = [0] * screens
    until_s = time.monotonic() + seconds
    await asyncio.gather(*(screen(port, cookie, number, until_s, ages_s, seen) for number in range(screens)))
    ages_s.sort()
    p99_ms = ages_s[int(len(ages_s) * 0.99)] * 1000 if ages_s else None
    print(
        json.dumps(
            {"p50_ms": ages_s[len(ages_s) // 2] * 1000 if ages_s else None, "p99_ms": p99_ms, "seen": seen[::10]}
        )
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
