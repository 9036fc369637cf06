"""Screens that come back: ``python -m tests.benchmarks.returning PORT COOKIE SCREENS``.

All enter, ``ready`` is printed, and each waits until its connection is lost. Then each comes back as a browser does (a
random part of three seconds, then twice a second until it is let in) and waits for its first frame. Prints JSON: when
the first and the last of them had one, in seconds of the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.benchmarks.screens import enter

JITTER_S = 3.0
AGAIN_S = 0.5


async def stay_and_return(port: int, cookie: str, entered: asyncio.Semaphore) -> float:
    socket = await enter(port, cookie)
    entered.release()
    try:
        while True:
            await socket.recv()
    except ConnectionClosed:
        await asyncio.sleep(random.uniform(0, JITTER_S))
    while True:
        try:
            socket = await enter(port, cookie)
            await socket.recv()
        except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
            await asyncio.sleep(AGAIN_S)
        else:
            return time.monotonic()


async def main(port: int, cookie: str, screens: int) -> None:
    entered = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(stay_and_return(port, cookie, entered)) for _ in range(screens)]
    for _ in tasks:
        await entered.acquire()
    print("ready", flush=True)
    back_s = await asyncio.gather(*tasks)
    print(json.dumps({"first_s": min(back_s), "last_s": max(back_s)}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
