"""A real RabbitMQ on loopback, with the configuration that is shipped."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.live.mqtt.broker import SHIPPED, USERS, free_port, port_opens

RABBITMQ = next(Path("/usr/lib/rabbitmq").glob("**/bin/rabbitmq-server"), None)
START_S = 90
PERMISSIONS = {  # as the commands in rabbitmq.conf: configure, write, read
    "campus-twin": ("^mqtt-subscription-", "^mqtt-subscription-", ".*"),
    "field": ("^mqtt-subscription-", "^(mqtt-subscription-|amq.topic$)", "^$"),
}


@contextmanager
def rabbitmq(folder: Path) -> Iterator[int]:
    """Its MQTT port. Everything it writes lies in ``folder``."""
    port, names_port = free_port(), free_port()
    (folder / "definitions.json").write_text(json.dumps(_definitions()))
    (folder / "enabled_plugins").write_text("[rabbitmq_mqtt].")
    shipped = (SHIPPED / "rabbitmq.conf").read_text().replace("127.0.0.1:1883", f"127.0.0.1:{port}")
    (folder / "rabbitmq.conf").write_text(f"{shipped}load_definitions = {folder}/definitions.json\n")
    settings = {
        "HOME": folder,
        "RABBITMQ_NODENAME": f"twin{port}@localhost",
        "RABBITMQ_MNESIA_BASE": folder / "data",
        "RABBITMQ_LOG_BASE": folder / "log",
        "RABBITMQ_CONFIG_FILE": folder / "rabbitmq",
        "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "enabled_plugins",
        "RABBITMQ_DIST_PORT": free_port(),
        "ERL_EPMD_PORT": names_port,
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    environment = {**os.environ, **{name: str(value) for name, value in settings.items()}}
    with (folder / "out").open("w") as out:
        process = subprocess.Popen([str(RABBITMQ)], stdout=out, stderr=out, env=environment)
    try:
        port_opens(port, START_S)
        yield port
    finally:
        _stop(process, names_port)


def _definitions() -> dict[str, object]:
    users = [
        {"name": name, "password_hash": _hash(password), "hashing_algorithm": HASHING, "tags": ""}
        for name, password in USERS.items()
    ]
    permissions = [
        {"user": user, "vhost": "/", "configure": configure, "write": write, "read": read}
        for user, (configure, write, read) in PERMISSIONS.items()
    ]
    own = {"user": "field", "vhost": "/", "exchange": "amq.topic", "write": "^(campus|alarms)[.]field[.]", "read": "^$"}
    return {"users": users, "vhosts": [{"name": "/"}], "permissions": permissions, "topic_permissions": [own]}


HASHING = "rabbit_password_hashing_sha256"


def _hash(password: str) -> str:
    """https://www.rabbitmq.com/docs/passwords: four bytes of salt, and the sum of salt and password."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _stop(process: subprocess.Popen[bytes], names_port: int) -> None:
    """The server, what it started, and the name server that it leaves behind."""
    mine = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    process.wait()
    names = [one for one in psutil.process_iter(["name", "environ"]) if one.info["name"] == "epmd"]
    mine += [one for one in names if (one.info["environ"] or {}).get("ERL_EPMD_PORT") == str(names_port)]
    for one in mine:
        if one.is_running():
            one.kill()
