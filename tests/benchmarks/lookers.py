"""Browsers of one screen: ``python -m tests.benchmarks.lookers PORT COOKIE BROWSERS SECONDS SCREEN PANEL...``.

Each asks for the KPIs and every panel at once over connections that it keeps, as a page does, then waits between one
and two seconds. Prints the milliseconds until all was there, one number a look, as JSON. Real ones have machines of
their own, so this one spends as little as it can: HTTP by hand, and one of them reads every answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time


class Line:
    """A connection that is kept; opened again where the server has closed it."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie = port, cookie
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> bytes:
        said = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self._cookie}\r\n\r\n".encode()
        kept = self._open
        if kept is not None:
            try:
                return await _asked(*kept, said)
            except (OSError, EOFError):
                self.close()
        self._open = await asyncio.open_connection("127.0.0.1", self._port)
        return await _asked(*self._open, said)

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes) -> bytes:
    writer.write(said)
    head = await reader.readuntil(b"\r\n\r\n")
    first, *fields = head.decode().splitlines()
    length = next(int(one.partition(":")[2]) for one in fields if one.lower().startswith("content-length:"))
    body = await reader.readexactly(length)
    assert " 200 " in first, (first, body)
    return body


def check(answer: bytes) -> None:
    said = json.loads(answer)
    shown = said.get("rows") or [one["value"] for one in said.get("kpis", ())]
    assert shown, said
    assert all(one is not None for one in shown), said


async def browser(number: int, port: int, cookie: str, seconds: float, paths: list[str]) -> list[float]:
    found: list[float] = []
    lines = [Line(port, cookie) for _ in paths]
    await asyncio.sleep(number % 10 / 10)
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        begun_s = time.perf_counter()
        answers = await asyncio.gather(*(line.get(path) for line, path in zip(lines, paths, strict=True)))
        found.append((time.perf_counter() - begun_s) * 1000)
        if number == 0 or len(found) == 1:
            for one in answers:
                check(one)
        await asyncio.sleep(1 + number % 10 / 10)
    for line in lines:
        line.close()
    return found


async def main(port: int, cookie: str, browsers: int, seconds: float, screen: str, panels: list[str]) -> None:
    path = f"/api/v1/screens/{screen}"
    paths = [f"{path}/kpis", *(f"{path}/panels/{one}" for one in panels)]
    found = await asyncio.gather(*(browser(number, port, cookie, seconds, paths) for number in range(browsers)))
    print(json.dumps([one for each in found for one in each]))


if __name__ == "__main__":
    port, cookie, browsers, seconds, screen, *panels = sys.argv[1:]
    asyncio.run(main(int(port), cookie, int(browsers), float(seconds), screen, panels))
