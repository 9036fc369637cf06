"""A load on the intake: ``python -m tests.benchmarks.load PORT KEY CONNECTIONS BATCH PER_SECOND SECONDS``; prints JSON.

In a process of its own, with bodies made beforehand, so that what is measured is the server. Each message has its own
id; those that were acknowledged are printed as ranges, to be held against the journal.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

IDLE_S = 4.0


@dataclass
class Told:
    """What the server said."""

    acked: int = 0
    latency_s: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    batches: list[str] = field(default_factory=list)


def body_of(name: str, batch: int) -> bytes:
    at = datetime.now(UTC).isoformat()
    said = [
        f'{{"point_id":"D{number % 1300}:temperature","observed_at":"{at}","value":{20 + number % 10}.5,'
        f'"message_id":"{name}-{number}"}}'
        for number in range(batch)
    ]
    return ("[" + ",".join(said) + "]").encode()


async def connection(port: int, key: str, number: int, batch: int, period_s: float, until_s: float, told: Told) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    due_s = time.monotonic() + period_s * (number % 64) / 64
    sent = 0
    while due_s < until_s:
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        if period_s > IDLE_S:  # the server would have let it go
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        name = f"{number}-{sent}"
        body = body_of(name, batch)
        head = f"POST /api/v1/readings HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        began_s = time.monotonic()
        writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        status, answer = await _answer(reader)
        told.latency_s.append(time.monotonic() - began_s)
        told.statuses[status] = told.statuses.get(status, 0) + 1
        if status == 202:
            told.acked += answer["accepted"]
            told.batches.append(name)
        sent += 1
        due_s = max(due_s + period_s, time.monotonic() - 1)
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, int]]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    return int(head[9:12]), json.loads(await reader.readexactly(length))


async def main(port: int, key: str, connections: int, batch: int, per_s: float, seconds: float) -> None:
    told = Told()
    period_s = connections * batch / per_s
    began_s = time.monotonic()
    until_s = began_s + seconds
    await asyncio.gather(
        *(connection(port, key, number, batch, period_s, until_s, told) for number in range(connections))
    )
    took_s = time.monotonic() - began_s
    latency = sorted(told.latency_s)
    said = {
        "acked": told.acked,
        "acked_per_s": told.acked / took_s,
        "p50_ms": latency[len(latency) // 2] * 1000,
        "p99_ms": latency[int(len(latency) * 0.99)] * 1000,
        "statuses": told.statuses,
        "batches": told.batches,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    port, key, connections, batch, per_s, seconds = sys.argv[1:]
    asyncio.run(main(int(port), key, int(connections), int(batch), float(per_s), float(seconds)))
