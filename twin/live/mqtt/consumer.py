"""A broker's messages into the journal: each is acknowledged when it is on disk, and not before.

A session that the broker keeps, manual acknowledgement, at most a thousand messages unacknowledged (with MQTT 3.1.1 the
broker alone says how many). What cannot be read is acknowledged when it lies among the dead letters. While the queue or
the disk is full nothing is taken from the network.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from twin.config_file import secret
from twin.errors import DiskLowError, JournalBusyError, MissingDependencyError, TwinError
from twin.live.batch import Appended
from twin.live.intake import Intake
from twin.live.messages import Messages, Refused
from twin.live.mqtt.payload import incoming, matching
from twin.live.mqtt.settings import CONFIG, BrokerSettings, Protocol
from twin.live.running import RunningCampus

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessage

UNACKNOWLEDGED: Final = 1000
KEEPALIVE_S: Final = 60
RETRY_S: Final = 1.0

log = logging.getLogger(__name__)


class MqttConsumer:
    """One broker, with paho's own network thread, while the campus runs."""

    def __init__(self, running: RunningCampus, broker: BrokerSettings) -> None:
        self.feed = f"mqtt:{broker.name}"
        self._running = running
        self._broker = broker
        self._stop = threading.Event()
        self._refusal = ""
        self._client = self._make()

    def __enter__(self) -> MqttConsumer:
        self._running.feeds.connected(self.feed, False, "")
        session = {"clean_start": False, "properties": self._session()} if self._speaks_5 else {}
        self._client.connect_async(self._broker.host, self._broker.port, KEEPALIVE_S, **session)
        self._client.loop_start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def _speaks_5(self) -> bool:
        return self._broker.protocol is Protocol.MQTT_5

    def _make(self) -> Client:
        try:
            from paho.mqtt import client as paho
            from paho.mqtt.enums import CallbackAPIVersion
        except ModuleNotFoundError as fault:
            raise MissingDependencyError(path=CONFIG, package="paho-mqtt", extra="mqtt") from fault
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._broker.client_id,
            protocol=paho.MQTTv5 if self._speaks_5 else paho.MQTTv311,
            clean_session=None if self._speaks_5 else False,
            manual_ack=True,
        )
        if self._broker.username:
            path = self._running.campus.folder / CONFIG
            password = secret(self._broker.password, path) if self._broker.password else None
            client.username_pw_set(self._broker.username, password)
        if self._broker.tls:
            client.tls_set(ca_certs=_text(self._broker.ca_file))
        client.reconnect_delay_set(min_delay=1, max_delay=30)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_message = self._arrived
        return client

    def _session(self) -> Any:
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        make: Any = Properties  # paho has no types here
        said = make(PacketTypes.CONNECT)
        said.SessionExpiryInterval = self._broker.keep_s
        said.ReceiveMaximum = UNACKNOWLEDGED
        return said

    def _connected(self, client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._refusal = str(reason) if reason.is_failure else ""
        if reason.is_failure:
            self._running.feeds.connected(self.feed, False, self._refusal)
            log.error("%s refuses the connection: %s", self.feed, reason)
            return
        self._running.feeds.connected(self.feed, True, "")
        client.subscribe([(one.filter, one.qos) for one in self._broker.topics])

    def _disconnected(self, _client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if not self._stop.is_set():
            # a refusal is followed by a disconnection that no longer knows why
            self._running.feeds.connected(self.feed, False, self._refusal or str(reason))

    def _arrived(self, client: Client, _data: Any, message: MQTTMessage) -> None:
        """In paho's thread: as long as this waits, nothing more is taken from the network."""
        intake = self._running.intake
        while intake is None:  # the campus is only just opening its journal
            if self._stop.wait(RETRY_S):
                return
            intake = self._running.intake
        try:
            found = self._read(intake, message)
        except TwinError as fault:
            found = Messages([], [Refused(0, fault, message.payload.decode("utf-8", "replace"))])
        if found.refused:
            intake.keep_refused(self.feed, found.refused, message.topic)
        if found.entries:
            self._submit(client, intake, found, message)
        else:
            intake.receipt(self.feed, found, None)
            client.ack(message.mid, message.qos)

    def _read(self, intake: Intake, message: MQTTMessage) -> Messages:
        topic = matching(self._broker.topics, message.topic)
        if topic is None:  # an old subscription that the broker still keeps
            return Messages()
        said = incoming(self._broker, topic, message.topic, bytes(message.payload), self._running.clock.now())
        return intake.read(said.kind, said.body, self.feed, lines=False)

    def _submit(self, client: Client, intake: Intake, found: Messages, message: MQTTMessage) -> None:
        mid, qos = message.mid, message.qos

        def stored(future: Future[Appended]) -> None:
            fault = future.exception()
            if fault is None:
                intake.receipt(self.feed, found, future.result())
                client.ack(mid, qos)
            elif not self._stop.is_set():  # the disk failed: it is not acknowledged, and tried again
                threading.Timer(RETRY_S, self._submit, (client, intake, found, message)).start()

        while not self._stop.is_set():
            try:
                intake.commit.submit(found.entries).add_done_callback(stored)
                return
            except (JournalBusyError, DiskLowError):
                self._stop.wait(RETRY_S)


def _text(path: Path | None) -> str | None:
    return str(path) if path is not None else None
