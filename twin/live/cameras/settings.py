"""``config/cameras.toml``: where the picture and the video of each camera come from.

::

    at_once = 8                     # so many cameras are asked at a time
    timeout_s = 3.0

    [cameras."CAM-012"]             # the device_code
    snapshot_url = "http://10.0.8.12/ISAPI/Streaming/channels/101/picture"
    hls_url = "http://10.0.8.2:8888/cam-012/index.m3u8"
    user = "env:TWIN_CAMERA_USER"
    password = "env:TWIN_CAMERA_PASSWORD"

Where they lead must also stand in ``config/outgoing.toml``. An address that holds a key is ``env:NAME`` or
``file:PATH``, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, field_validator, model_validator

from twin.config_file import Settings, load_config
from twin.errors import BadAddressError
from twin.remote import Origin

CONFIG: Final = Path("config") / "cameras.toml"
SECRETS: Final = ("env:", "file:")

Secret = Annotated[str, Field(pattern="^(env|file):.+")]


class CameraSettings(Settings):
    snapshot_url: str | None = None
    hls_url: str | None = None
    user: Secret | None = None
    password: Secret | None = None

    @field_validator("snapshot_url", "hls_url")
    @classmethod
    def _is_an_address(cls, said: str | None) -> str | None:
        if said is not None and not said.startswith(SECRETS):
            try:
                Origin.of(said)
            except BadAddressError as fault:
                raise ValueError(str(fault)) from fault
        return said

    @model_validator(mode="after")
    def _has_something_to_show(self) -> Self:
        if self.snapshot_url is None and self.hls_url is None:
            raise ValueError("a camera has a snapshot_url, an hls_url, or both")
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password go together")
        return self


class CamerasFile(Settings):
    at_once: Annotated[int, Field(ge=1, le=64)] = 8
    timeout_s: Annotated[float, Field(gt=0, le=30)] = 3.0
    cameras: dict[str, CameraSettings] = Field(default_factory=dict)


def load_camera_settings(campus_folder: Path) -> CamerasFile:
    """Raises ConfigError with the line of the first mistake."""
    return load_config(campus_folder / CONFIG, CamerasFile)
