"""A client that knows of the API what the standard says, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from tests.entering import TestClient

ROOT = "/sta/v1.1"
METER = "DB-0001:energy"


@dataclass(frozen=True)
class Sta:
    client: TestClient

    def get(self, address: str, status: int = 200, **options: object) -> Any:
        """``options`` without their dollar; ``address`` from the root, or a whole one from a link."""
        path = address if address.startswith("http") else f"{ROOT}/{address}".rstrip("/")
        said = "&".join(f"${name}={quote(str(value), safe='')}" for name, value in options.items())
        answer = self.client.get(f"{path}?{said}" if said else path)
        assert answer.status_code == status, (path, said, answer.text[:400])
        return answer.json() if answer.headers.get("content-type", "").startswith("application/json") else answer.text

    def values(self, address: str, **options: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(address, **options)["value"]
        return found

    def every(self, address: str, **options: object) -> list[dict[str, Any]]:
        """All pages, one link after the other."""
        page = self.get(address, **options)
        found = list(page["value"])
        while "@iot.nextLink" in page:
            assert urlsplit(page["@iot.nextLink"]).path.startswith(ROOT)
            page = self.get(page["@iot.nextLink"])
            found += page["value"]
        return found

    def fault(self, address: str, status: int, **options: object) -> str:
        """The code of the fault, whose text stands in both languages."""
        told = self.get(address, status, **options)
        assert set(told["text"]) == {"zh", "en"}
        return str(told["code"])


def time(text: str) -> datetime:
    return datetime.fromisoformat(text)
