"""From a camera to a browser: what it shows now, what it is not, since when there is nothing, and nothing kept."""

from __future__ import annotations

import io
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ioc_app.app import create_app
from ioc_app.viewings import Viewings
from tests.entering import TestClient, entered
from tests.examples import examples
from tests.ioc_app.small_campus import small_campus
from tests.live.cameras.test_challenge import NONCE, REALM
from tests.looping import run_async
from tests.receiving import Asked, Receiver, Said, receiving
from tests.waiting import until
from twin.errors import ConfigError
from twin.live.cameras.settings import load_camera_settings
from twin.live.watched import ConfigWatch
from twin.people.identity import Actor, IdentityKind
from twin.people.roles import Role

pytestmark = pytest.mark.serves


def jpeg(colour: str = "red") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(made, "JPEG")
    return made.getvalue()


@pytest.fixture
def camera() -> Iterator[Receiver]:
    with receiving(Said(200, jpeg(), {"Content-Type": "text/html", "Set-Cookie": "a=b"})) as one:
        yield one


def write_cameras(folder: Path, origin: str, *more: str, head: str = "") -> None:
    (folder / "config").mkdir(exist_ok=True)
    (folder / "user").write_text("admin", encoding="utf-8")
    (folder / "password").write_text("pass:word", encoding="utf-8")
    (folder / "config" / "outgoing.toml").write_text(f'[[destinations]]\norigin = "{origin}"\n', encoding="utf-8")
    lines = [head, '[cameras."CAM-1"]', f'snapshot_url = "{origin}/picture?channel=1"', *more]
    (folder / "config" / "cameras.toml").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_campus().write(tmp_path / "campus")


@pytest.fixture
def operator(folder: Path, camera: Receiver) -> Iterator[TestClient]:
    write_cameras(folder, camera.origin, f'hls_url = "{camera.origin}/live/1/index.m3u8"', head="timeout_s = 0.5")
    with entered(create_app(folder), Role.OPERATOR) as client:
        yield client


PICTURE = "/api/v1/cameras/CAM-1/picture"
VIDEO = "/api/v1/cameras/CAM-1/hls/"


def again() -> None:
    """Past the second in which all are given the same."""
    time.sleep(1.05)


def test_a_picture_comes_through_and_is_kept_nowhere(operator: TestClient, camera: Receiver, folder: Path) -> None:
    before = {one for one in folder.rglob("*") if one.is_file()}
    answer = operator.get(PICTURE)
    assert (answer.status_code, answer.content) == (200, jpeg())
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    [asked] = camera.asked
    assert asked.path == "/picture?channel=1"
    assert "Cookie" not in asked.headers
    assert "Authorization" not in asked.headers
    assert {one for one in folder.rglob("*") if one.is_file()} - before <= set((folder / "live").rglob("*"))
    assert not any(jpeg() in one.read_bytes() for one in folder.rglob("*") if one.is_file())


def test_what_there_is_of_a_camera(operator: TestClient) -> None:
    assert operator.get("/api/v1/cameras/CAM-1").json() == {"picture": True, "video": True}
    for path in ("", "/picture", "/hls/"):
        answer = operator.get(f"/api/v1/cameras/CAM-2{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "camera_not_connected")


NO_PICTURES = {
    "a page": Said(200, b"<html><script>alert(1)</script>", {"Content-Type": "image/jpeg"}),
    "a drawing": Said(200, b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "nothing": Said(200, b""),
    "a fault": Said(500),
    "elsewhere": Said(302, headers={"Location": "http://127.0.0.1:1/"}),
    "silence": Said(hang_s=30),
    "too much": Said(200, jpeg() + b"x" * 4_000_000),
    "half": Said(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\xff\xd8\xff"),
}


@pytest.mark.parametrize("said", NO_PICTURES.values(), ids=NO_PICTURES.keys())
def test_since_when_there_is_no_picture_is_said(operator: TestClient, camera: Receiver, said: Said) -> None:
    camera.answer = lambda _: said
    answer = operator.get(PICTURE)
    assert (answer.status_code, answer.json()["code"]) == (503, "no_picture_yet")
    camera.answer = lambda _: Said(200, jpeg())
    again()
    assert operator.get(PICTURE).status_code == 200
    camera.answer = lambda _: said
    again()
    answer = operator.get(PICTURE)
    assert (answer.status_code, answer.json()["code"]) == (503, "no_picture")
    assert answer.headers["cache-control"] == "no-store"
    text = answer.json()["text"]
    assert text["en"].startswith("No picture since ")
    assert "之后没有画面" in text["zh"]
    assert "channel=1" not in str(text)


def test_all_who_look_within_a_second_share_one_picture(operator: TestClient, camera: Receiver) -> None:
    def slow(_: Asked) -> Said:
        time.sleep(0.2)
        return Said(200, jpeg())

    camera.answer = slow
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: operator.get(PICTURE).status_code, range(20)))
    assert answers == [200] * 20
    assert len(camera.asked) == 1
    again()
    operator.get(PICTURE)
    assert len(camera.asked) == 2


def test_few_cameras_are_asked_at_once_and_nobody_waits_for_ever(folder: Path) -> None:
    at_once, most, guard = [0], [0], threading.Lock()

    def slow(_: Asked) -> Said:
        with guard:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        time.sleep(0.1)
        with guard:
            at_once[0] -= 1
        return Said(200, jpeg())

    with receiving(slow) as camera:
        lines = [f'[cameras."N-{number}"]\nsnapshot_url = "{camera.origin}/{number}"' for number in range(30)]
        write_cameras(folder, camera.origin, *lines, head="at_once = 2")
        with entered(create_app(folder), Role.OPERATOR) as client, ThreadPoolExecutor(30) as pool:
            answers = list(pool.map(lambda number: client.get(f"/api/v1/cameras/N-{number}/picture"), range(30)))
    statuses = [one.status_code for one in answers]
    assert statuses.count(200) >= 10
    busy = [one for one in answers if one.status_code == 503]
    assert all(one.json()["code"] == "cameras_busy" and one.headers["retry-after"] == "2" for one in busy)
    assert len(busy) + statuses.count(200) == 30
    assert most[0] <= 2


def test_other_questions_are_answered_while_cameras_hang(operator: TestClient, camera: Receiver) -> None:
    camera.answer = lambda _: Said(hang_s=30)
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(operator.get, PICTURE)
        time.sleep(0.1)
        began = time.monotonic()
        assert operator.get("/api/v1/me").status_code == 200
        assert not looking.done()
        assert time.monotonic() - began < 0.4
        assert looking.result().status_code == 503


@pytest.mark.parametrize(
    ("challenge", "said"),
    [('Basic realm="camera"', "Basic YWRtaW46cGFzczp3b3Jk"), (REALM.format("MD5") + NONCE, 'Digest username="admin"')],
)
def test_a_camera_that_wants_a_password_gets_it(folder: Path, challenge: str, said: str) -> None:
    def answer(asked: Asked) -> Said:
        if asked.headers.get("Authorization", "").startswith(said):
            return Said(200, jpeg())
        return Said(401, headers={"WWW-Authenticate": challenge})

    with receiving(answer) as camera:
        secrets = f'user = "file:{folder / "user"}"', f'password = "file:{folder / "password"}"'
        write_cameras(folder, camera.origin, *secrets)
        with entered(create_app(folder), Role.OPERATOR) as client:
            assert client.get(PICTURE).status_code == 200
        assert len(camera.asked) == 2
        assert ("pass" in str(camera.asked)) is False
        write_cameras(folder, camera.origin)
        with entered(create_app(folder), Role.OPERATOR) as client:
            assert "user and password" in client.get(PICTURE).json()["text"]["en"]


def test_what_the_allowlist_does_not_name_is_not_asked(folder: Path, camera: Receiver) -> None:
    write_cameras(folder, camera.origin)
    (folder / "config" / "outgoing.toml").unlink()
    with entered(create_app(folder), Role.OPERATOR) as client:
        assert "outgoing.toml" in client.get(PICTURE).json()["text"]["en"]
    assert camera.asked == []


def test_a_video_comes_through_in_parts(operator: TestClient, camera: Receiver) -> None:
    segment = (b"\x47" + b"\0" * 187) * 3
    parts = {
        "/live/1/index.m3u8": b"#EXTM3U\n#EXTINF:2,\n" + camera.origin.encode() + b"/live/1/hd/1.ts?token=x\n",
        "/live/1/hd/1.ts?token=x": segment,
        "/live/1/bad.ts": b"<html>",
        "/live/1/out.m3u8": b"#EXTM3U\n/secret/1.ts\n",
    }
    camera.answer = lambda asked: Said(200, parts[asked.path]) if asked.path in parts else Said(404)
    playlist = operator.get(VIDEO)
    assert (playlist.headers["content-type"], playlist.text) == (
        "application/vnd.apple.mpegurl",
        "#EXTM3U\n#EXTINF:2,\nhd/1.ts?token=x\n",
    )
    assert playlist.headers["cache-control"] == "no-store"
    part = operator.get(VIDEO + "hd/1.ts?token=x")
    assert (part.content, part.headers["content-type"]) == (segment, "video/mp2t")
    assert operator.get(VIDEO + "bad.ts").status_code == 502
    assert operator.get(VIDEO + "out.m3u8").status_code == 502
    assert operator.get(VIDEO + "gone.ts").status_code == 502
    asked = len(camera.asked)
    for path in ("..%2f..%2fsecret/1.ts", "%2e%2e/1.ts", "%252e%252e/1.ts", "reboot.cgi", "a%00.ts", "a\\b.ts"):
        assert operator.get(VIDEO + path).status_code == 404, path
    assert len(camera.asked) == asked


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ENGINEER])
def test_who_may_not_look_does_not(folder: Path, camera: Receiver, role: Role) -> None:
    write_cameras(folder, camera.origin)
    app: FastAPI = create_app(folder)
    with entered(app, role) as client:
        for path in ("/api/v1/cameras/CAM-1", PICTURE, VIDEO):
            assert client.get(path).status_code == 403
    assert camera.asked == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('snapshot_url = "file:///etc/passwd"', None),
        ('snapshot_url = "ftp://a/"', r"cameras\.CAM-1\.snapshot_url"),
        ('snapshot_url = "http://u:p@a/"', "do not belong"),
        ("", "has a snapshot_url"),
        ('hls_url = "http://a/b"\nuser = "env:U"', "go together"),
        ('hls_url = "http://a/b"\nuser = "admin"\npassword = "env:P"', r"cameras\.CAM-1\.user"),
        ('hls_url = "http://a/b"\nrecord = true', r"cameras\.CAM-1\.record"),
    ],
)
def test_a_mistake_in_the_file_is_a_line(tmp_path: Path, lines: str, said: str | None) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "cameras.toml").write_text(f'[cameras."CAM-1"]\n{lines}\n', encoding="utf-8")
    if said is None:  # a file that holds the address, as file:PATH says
        assert load_camera_settings(tmp_path).cameras["CAM-1"].snapshot_url == "file:///etc/passwd"
        return
    with pytest.raises(ConfigError, match=said):
        load_camera_settings(tmp_path)


def test_a_changed_file_is_taken_up_and_a_bad_one_leaves_the_old_one(folder: Path, camera: Receiver) -> None:
    app = create_app(folder)
    config: ConfigWatch = app.state.running.config
    with entered(app, Role.OPERATOR) as client:
        assert client.get(PICTURE).status_code == 404
        write_cameras(folder, camera.origin)
        until(lambda: client.get(PICTURE).status_code == 200)
        (folder / "config" / "cameras.toml").write_text('[cameras."CAM-1"]\nsnapshot = "x"\n', encoding="utf-8")
        until(lambda: config.faults)
        until(lambda: client.get("/api/v1/feeds").json()["rules"]["ready"])
        wrong, *remarks = client.get("/api/v1/feeds").json()["rules"]["wrong"]
        assert [one for one in remarks if "CAM-1" not in one["en"]] == []  # no device of the small campus
        assert "cameras.toml" in wrong["en"]
        assert "line 2" in wrong["en"]
        assert client.get(PICTURE).status_code == 200
        write_cameras(folder, camera.origin)
        until(lambda: not config.faults)


def test_a_camera_that_is_no_device_here_is_remarked_on_and_no_mistake(folder: Path, camera: Receiver) -> None:
    write_cameras(folder, camera.origin, '[cameras."SMK-001"]', f'snapshot_url = "{camera.origin}/a"')
    with entered(create_app(folder), Role.OPERATOR) as client:
        until(lambda: client.get("/api/v1/feeds").json()["rules"]["ready"])
        [remark] = client.get("/api/v1/feeds").json()["rules"]["wrong"]
        for language in ("zh", "en"):
            assert ("CAM-1" in remark[language], "SMK-001" in remark[language]) == (True, False)
        assert client.app.state.running.config.faults == []  # type: ignore[attr-defined]
        assert client.get(PICTURE).status_code == 200


def test_with_a_bad_file_the_campus_starts_all_the_same(folder: Path) -> None:
    (folder / "config").mkdir()
    for name in ("cameras.toml", "webhooks.toml", "feeds.toml", "points.toml", "resources.toml"):
        (folder / "config" / name).write_text("nonsense = 1\n", encoding="utf-8")
    app = create_app(folder)
    with entered(app, Role.OPERATOR) as client:
        assert client.get(PICTURE).status_code == 404
        assert {Path(str(one).split(": ")[0]).name for one in app.state.running.config.faults} == {
            "cameras.toml",
            "webhooks.toml",
            "feeds.toml",
            "points.toml",
            "resources.toml",
        }


def viewings(client: TestClient) -> list[tuple[str, str, str]]:
    """Who, which, what: the earliest first."""
    lines = client.app.state.people.audit.lines(action="camera.viewed")  # type: ignore[attr-defined]
    return [(one.actor, one.target, one.detail) for one in reversed(lines)]


def test_who_looked_is_written_down_once_a_viewing(operator: TestClient) -> None:
    assert operator.get("/api/v1/cameras/CAM-1").status_code == 200  # what there is of it shows nothing
    assert viewings(operator) == []
    for _ in range(3):
        operator.get(PICTURE)
        operator.get(VIDEO)
        operator.get(VIDEO + "seg1.ts")
    [(who, which, what)] = viewings(operator)
    assert (which, what) == ("CAM-1", '{"what": "picture"}')
    assert who == operator.app.state.people.audit.lines(limit=1)[0].actor  # type: ignore[attr-defined]
    operator.get("/api/v1/cameras/CAM-9/picture")
    assert len(viewings(operator)) == 1  # nothing is there to be seen


def test_a_camera_that_is_dead_was_looked_at_too(operator: TestClient, camera: Receiver) -> None:
    camera.answer = lambda _: Said(500)
    assert operator.get(PICTURE).status_code == 503
    assert len(viewings(operator)) == 1


def test_what_cannot_be_written_down_is_not_shown(operator: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = operator.app.state.people.audit  # type: ignore[attr-defined]

    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "append", full)
        with pytest.raises(sqlite3.OperationalError):
            operator.get(PICTURE)
    assert operator.get(PICTURE).status_code == 200
    assert len(viewings(operator)) == 1


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.floats(0, 90)), max_size=40))
@settings(max_examples=examples(60), deadline=None)
def test_a_viewing_ends_when_nothing_was_asked_for_a_minute(asked: list[tuple[str, str, float]]) -> None:
    """Against all times at which each was asked for."""
    now_s, times, noted = 0.0, dict[tuple[str, str], list[float]](), list[tuple[str, str]]()

    class Audit:
        def append(self, actor: Actor, _action: str, target: str, **_: object) -> None:
            noted.append((actor.name, target))

    kept = Viewings(Audit(), lambda: now_s)  # type: ignore[arg-type]

    async def ask_all() -> None:
        nonlocal now_s
        for who, which, pause_s in asked:
            now_s += pause_s
            times.setdefault((who, which), []).append(now_s)
            await kept.note(Actor(who, IdentityKind.PERSON, "10.0.0.1"), which, "picture")

    run_async(ask_all())
    for key, at in times.items():
        assert noted.count(key) == 1 + sum(later - one >= 60 for one, later in pairwise(at))
