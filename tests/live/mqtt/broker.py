"""A real Mosquitto on loopback, with the configuration that is shipped."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[3] / "docs" / "mqtt"
MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
USERS = {"campus-twin": "reads everything", "field": "writes its own"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    """Its port. Passwords and data lie in ``folder``; everything else is as shipped."""
    port = free_port()
    passwords = folder / "passwords"
    passwords.touch(mode=0o600)
    for user, password in USERS.items():
        subprocess.run(["mosquitto_passwd", "-b", str(passwords), user, password], check=True, capture_output=True)
    shutil.copy(SHIPPED / "acl", folder / "acl")
    text = (SHIPPED / "mosquitto.conf").read_text()
    text = text.replace("listener 1883 127.0.0.1", f"listener {port} 127.0.0.1")
    text = text.replace("/etc/mosquitto/", f"{folder}/").replace("/var/lib/mosquitto/", f"{folder}/")
    assert re.search(r"^allow_anonymous false$", text, re.MULTILINE)
    (folder / "mosquitto.conf").write_text(text + "user root\n")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([str(MOSQUITTO), "-c", str(folder / "mosquitto.conf")], stderr=log, stdout=log)
        try:
            port_opens(port, 10)
            yield port
        finally:
            process.terminate()
            process.wait()


def port_opens(port: int, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the broker did not start")
