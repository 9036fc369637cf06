"""A campus that only seems to be one."""

from __future__ import annotations

from twin.errors.base import TwinError


class NotSimulatedError(TwinError):
    code = "not_simulated"
    zh = "{path} 不是模拟园区：只有 campus.toml 写明 simulated = true 的园区才能使用模拟时钟和模拟器。"
    en = "{path} is no simulated campus: only one whose campus.toml says simulated = true may have a simulated clock or simulator."


class BadIncidentError(TwinError):
    code = "bad_incident"
    zh = "事件“{said}”无法安排：请写成 名称@+60s 或 名称@14:30。现有：{known}。"
    en = "Incident '{said}' cannot be planned: write NAME@+60s or NAME@14:30. There are: {known}."


class BadServerAddressError(TwinError):
    code = "bad_server_address"
    zh = "地址“{url}”无法使用，请写成 {example}。"
    en = "Address '{url}' cannot be used; write it like {example}."


class SenderRefusedError(TwinError):
    code = "sender_refused"
    zh = "{url} 拒绝了模拟器（{detail}）。请检查地址和密钥：密钥需要 send 与 see 权限。"
    en = "{url} refuses the simulator ({detail}). Check address and key: it needs the scopes send and see."
