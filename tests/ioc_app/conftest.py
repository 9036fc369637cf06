"""A small campus for the application's tests, and a client that asks it without a socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.entering import TestClient, entered
from tests.ioc_app.small_campus import small_campus


@pytest.fixture(scope="session")
def campus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_campus().write(tmp_path_factory.mktemp("campus"))


@pytest.fixture(scope="session")
def app(campus_folder: Path) -> FastAPI:
    from ioc_app.app import create_app

    return create_app(campus_folder)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    with entered(app) as one:
        yield one
