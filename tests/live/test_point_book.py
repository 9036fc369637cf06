"""The points of a campus: those of device types, and what ``config/points.toml`` makes of them."""

from __future__ import annotations

import pytest

from tests.ioc_app.small_campus import small_campus
from twin.live.point_book import PointBook, PointsFile
from twin.model.live import PointKind
from twin.store.campus import Campus, Generation

CODE = "SMK-001"


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    return Campus.open(small_campus().write(tmp_path_factory.mktemp("campus") / "campus")).generation


def book(generation: Generation, **said: object) -> PointBook:
    return PointBook.of(generation, PointsFile.model_validate({"points": [said]}))


def test_a_quantity_that_comes_under_another_name_is_that_of_the_type(generation: Generation) -> None:
    plain = PointBook.of(generation)
    main = plain.main_of(CODE)
    assert main is not None
    known = plain.get(main)
    assert known is not None
    points = book(generation, point_id="logger:3", device_code=CODE, quantity=known.point.quantity, kind="delta")
    assert points.get(main) is None
    assert len(points) == len(plain)
    found = points.get("logger:3")
    assert found is not None
    assert (found.point.kind, found.point.unit, found.title) == (PointKind.DELTA, known.point.unit, known.title)
    assert points.main_of(CODE) == "logger:3"


def test_a_quantity_that_the_type_has_not_stands_where_the_device_does(generation: Generation) -> None:
    points = book(generation, point_id="logger:4", device_code=CODE, quantity="noise", unit="dB")
    found, plain = points.get("logger:4"), PointBook.of(generation)
    assert found is not None
    assert (found.device_type, found.idx) == ("smoke", plain.idx_of_device(CODE))
    assert (found.point.device_code, found.point.quantity) == (CODE, "noise")
    assert len(points) == len(plain) + 1


def test_a_point_of_no_device_stands_nowhere(generation: Generation) -> None:
    found = book(generation, point_id="weather:rain", unit="mm/h").get("weather:rain")
    assert found is not None
    assert (found.device_type, found.idx, found.point.device_code) == (None, None, "weather")
