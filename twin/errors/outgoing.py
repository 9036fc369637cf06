"""Requests that leave this machine."""

from __future__ import annotations

from twin.errors.base import TwinError


class BadAddressError(TwinError):
    """Does not repeat the address, in which there may be a key."""

    code = "bad_address"
    zh = "地址无效：{detail}。请写成 https://主机:端口/路径，用户名和密码另写。"
    en = "The address is not valid: {detail}. Write https://host:port/path, user and password apart."


class OutgoingRefusedError(TwinError):
    code = "outgoing_refused"
    zh = "不允许向 {origin} 发出请求。若确需如此，请在 {path} 中为它写一段 [[destinations]]；内网地址须直接写地址，或写 private = true；链路本地、云元数据和组播地址一律不可。"
    en = "Requests to {origin} are not allowed. If this is meant, give it a [[destinations]] in {path}; an inner address is named as an address or with private = true; link-local, cloud metadata and multicast addresses never are."


class RemoteUnreachableError(TwinError):
    code = "remote_unreachable"
    zh = "{origin} 没有应答（{detail}）。请检查对方设备、网络和防火墙。"
    en = "{origin} does not answer ({detail}). Check that device, the network and the firewall."


class CertificateRefusedError(RemoteUnreachableError):
    code = "certificate_refused"
    zh = "{origin} 的证书不可信（{detail}）。若是自建证书，请在 config/outgoing.toml 中写 ca_file。"
    en = "The certificate of {origin} is not trusted ({detail}). If it is of your own authority, name that as ca_file in config/outgoing.toml."


class RemoteRedirectError(TwinError):
    code = "remote_redirect"
    zh = "{origin} 要求转到别处（{status}），系统不跟随转向。请填写最终地址。"
    en = "{origin} sends elsewhere ({status}), and redirects are not followed. Configure the final address."


class RemoteTooLargeError(TwinError):
    code = "remote_too_large"
    zh = "{origin} 的应答超过 {limit_bytes} 字节，已中止。"
    en = "The answer of {origin} is larger than {limit_bytes} bytes and was stopped."
