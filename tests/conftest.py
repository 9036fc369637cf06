"""Shared by all tests: where the real data is, and that nothing leaves the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import disable_socket, socket_allow_hosts

from tests.run import FAILED

# how long an example takes says more of the machine than of the code
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

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


@pytest.fixture(scope="session")
def campuses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this process has its campuses."""
    return tmp_path_factory.mktemp("campuses")


@pytest.fixture(scope="session")
def demo_campus(campuses: Path) -> Path:
    """The demo campus, generated and built."""
    from tests import campuses as shared

    return shared.demo_campus(campuses / "demo")


@pytest.fixture(scope="session")
def composed_campus(campuses: Path, shared_data: Path) -> Path:
    """UBC, Schutterwald, Bellinge, four models and Swiss terrain, built."""
    from tests.campuses import real_campus

    return real_campus("composed", shared_data, campuses / "composed")


@pytest.fixture(scope="session")
def pcert_campus(campuses: Path, shared_data: Path) -> Path:
    from tests.campuses import real_campus

    return real_campus("pcert", shared_data, campuses / "pcert")


@pytest.fixture(scope="session")
def helsinki_campus(campuses: Path, shared_data: Path) -> Path:
    from tests.campuses import real_campus

    return real_campus("helsinki", shared_data, campuses / "helsinki")


@pytest.fixture(scope="session")
def schutterwald_campus(campuses: Path, shared_data: Path) -> Path:
    from tests.campuses import real_campus

    return real_campus("schutterwald", shared_data, campuses / "schutterwald")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the benchmarks measured, at the end of every run that had some; for ``./run test``, what failed."""
    if told := os.environ.get(FAILED):
        failed = {one.nodeid for kind in ("failed", "error") for one in terminalreporter.getreports(kind)}
        Path(told).write_text("".join(f"{one}\n" for one in sorted(failed)), encoding="utf-8")
    said = [
        line
        for report in terminalreporter.getreports("passed")
        if report.when == "call" and "benchmark" in report.keywords
        for line in report.capstdout.splitlines()
        if line.strip()
    ]
    if said:
        terminalreporter.section("measured")
        for line in said:
            terminalreporter.line(line)
