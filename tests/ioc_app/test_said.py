"""Texts that people send, on their way to the journal: NUL, half pairs, lengths."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from ioc_app.api.said import Said
from ioc_app.app import create_app
from tests.entering import entered
from tests.ioc_app.small_campus import small_campus
from tests.waiting import until
from twin.model.text import storable
from twin.people.roles import Role

NASTY = "a\x00b\ud800c\udc00"
CLEAN = "a?b?c?"

texts = st.text(alphabet=st.characters(codec=None) | st.sampled_from("\x00\ud800\udfff"), max_size=40)


class Note(Said):
    text: str
    more: dict[str, Any]


@given(texts, st.recursive(texts | st.integers() | st.none(), lambda one: st.lists(one) | st.dictionaries(texts, one)))
def test_every_text_however_deep_can_be_kept(text: str, deep: Any) -> None:
    note = Note.model_validate({"text": text, "more": {"deep": deep}})
    kept = json.dumps(note.model_dump(), ensure_ascii=False)
    assert kept.encode("utf-8").decode() == kept
    assert "\\u0000" not in kept
    assert len(note.text) == len(text)
    if "\x00" not in text and not any("\ud800" <= one <= "\udfff" for one in text):
        assert note.text == text


@given(texts)
def test_what_is_storable_comes_back_from_sqlite(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        [said] = db.execute("SELECT ?1 || ''", (storable(text),)).fetchone()
        [size] = db.execute("SELECT length(?1)", (storable(text),)).fetchone()
    assert (said, size) == (storable(text), len(text))


def bodies(route: Any) -> Iterator[tuple[str, type[BaseModel]]]:
    """Path and model of everything that is sent as JSON."""
    if hasattr(route, "effective_candidates"):  # FastAPI keeps included routers whole
        for one in route.effective_candidates():
            yield from bodies(one)
    elif (body := getattr(route, "body_field", None)) is not None:
        yield route.path, body.field_info.annotation


def test_every_body_of_a_route_is_one(tmp_path: Path) -> None:
    """But those about accounts: a password is taken as it is, or refused."""
    app = create_app(small_campus().write(tmp_path / "campus"))
    found = [pair for route in app.router.routes for pair in bodies(route)]
    others = {path for path, one in found if not issubclass(one, Said)}
    assert len(found) - len(others) >= 8
    of_accounts = ("/api/v1/me/", "/api/v1/people", "/api/v1/keys", "/api/v1/kiosks")
    assert {one for one in others if not one.startswith(of_accounts)} == set()


@pytest.mark.serves
def test_nasty_texts_are_kept_clean(tmp_path: Path) -> None:
    with entered(create_app(small_campus().write(tmp_path / "campus")), Role.ADMINISTRATOR) as client:

        def post(path: str, **body: Any) -> Any:
            # as a program may write it: \ud800 and \u0000 are allowed in JSON
            return client.post(f"/api/v1{path}", content=json.dumps(body), headers={"Content-Type": "application/json"})

        until(lambda: client.get("/api/v1/feeds").json()["rules"]["ready"])
        place = {"device": None, "where": NASTY}
        report = {"report_id": "r-0000001", "kind": "facility", "text": NASTY, "channel": "phone", "place": place}
        made = post("/incidents", **report, reporter={"name": NASTY, "phone": NASTY})
        assert made.status_code == 201
        card = made.json()
        assert (card["place"]["said"], card["reports"][0]["text"]) == (CLEAN, CLEAN)
        assert card["reports"][0]["reporter"]["name"] == CLEAN
        card = post(f"/incidents/{card['incident_id']}/acts", act="comment", text=NASTY).json()
        assert card["history"][-1]["text"] == CLEAN
        assert post("/handover", act="write", remarks=NASTY).json()["waiting"]["remarks"] == CLEAN
        window = {"window_id": "w", "start": "2099-01-01T00:00:00Z", "end": "2099-01-02T00:00:00Z"}
        assert post("/maintenance", **window, scope={"buildings": ["A1"]}, reason=NASTY).status_code == 201
        [found] = client.get("/api/v1/maintenance").json()
        assert found["reason"] == CLEAN
        refused = post("/maintenance", **window, scope={"zones": [NASTY]}, reason=NASTY)
        assert (refused.status_code, CLEAN in refused.json()["text"]["zh"]) == (422, True)
        assert post("/rules/rollback", number=0, why=NASTY).status_code == 200
        assert client.get("/api/v1/rules/versions").json()[0]["why"] == CLEAN
        assert post("/alarms/acts", act="comment", alarms=[NASTY], text=NASTY).json()["done"] == []
        too_long = {"act": "comment", "alarms": ["x"], "text": "\x00" * 4001}
        assert post("/alarms/acts", **too_long).status_code == 422
