"""Shared by all tests: where the real data is, and that nothing leaves the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytest_socket import disable_socket, socket_allow_hosts

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("TWIN_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))


@pytest.fixture(autouse=True)
def _sealed_network(request: pytest.FixtureRequest) -> None:
    """No test talks to anything but this machine; ``enable_socket`` tests may talk to loopback."""
    disable_socket(allow_unix_socket=True)
    if "browser" in request.keywords or "serves" in request.keywords:
        from pytest_socket import enable_socket

        enable_socket()
        socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of 250 real files beside the checkout; tests that need it say so when it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real data is not here: {SHARED_DATA}")
    return SHARED_DATA
