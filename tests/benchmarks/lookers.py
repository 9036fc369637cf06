"""Browsers of one screen: ``python -m tests.benchmarks.lookers PORT COOKIE BROWSERS SECONDS SCREEN PANEL...``.

Each asks for the KPIs and every panel at once, as a page does, then waits between one and two seconds. Prints the
milliseconds until all was there, one number a look, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import httpx


async def look(client: httpx.AsyncClient, paths: list[str]) -> float:
    begun_s = time.perf_counter()
    for answer in await asyncio.gather(*(client.get(one) for one in paths)):
        answer.raise_for_status()
        said = answer.json()
        shown = said.get("rows") or [one["value"] for one in said.get("kpis", ())]
        assert shown, said
        assert all(one is not None for one in shown), said
    return (time.perf_counter() - begun_s) * 1000


async def browser(number: int, port: int, cookie: str, seconds: float, paths: list[str]) -> list[float]:
    found = []
    url, headers = f"http://127.0.0.1:{port}/api/v1/screens/", {"Cookie": cookie}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
        await asyncio.sleep(number % 10 / 10)
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            found.append(await look(client, paths))
            await asyncio.sleep(1 + number % 10 / 10)
    return found


async def main(port: int, cookie: str, browsers: int, seconds: float, screen: str, panels: list[str]) -> None:
    paths = [f"{screen}/kpis", *(f"{screen}/panels/{one}" for one in panels)]
    found = await asyncio.gather(*(browser(number, port, cookie, seconds, paths) for number in range(browsers)))
    print(json.dumps([one for each in found for one in each]))


if __name__ == "__main__":
    port, cookie, browsers, seconds, screen, *panels = sys.argv[1:]
    asyncio.run(main(int(port), cookie, int(browsers), float(seconds), screen, panels))
