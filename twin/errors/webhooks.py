"""Those who are told outside."""

from __future__ import annotations

from twin.errors.base import TwinError


class UnknownWebhookError(TwinError):
    code = "unknown_webhook"
    zh = "config/webhooks.toml 中没有“{hook}”。现有：{known}。"
    en = "There is no webhook '{hook}' in config/webhooks.toml. There are: {known}."


class WebhookRefusedError(TwinError):
    """The receiver took the request and did not want it."""

    code = "webhook_refused"
    zh = "对方拒收（{detail}）。请核对 config/webhooks.toml 中的地址、密钥和关键词，然后 twin webhooks retry。"
    en = "The receiver refuses it ({detail}). Check address, secret and keyword in config/webhooks.toml, then twin webhooks retry."


class WebhookBusyError(TwinError):
    """The receiver asks to try again."""

    code = "webhook_busy"
    zh = "对方暂时不收（{detail}），稍后自动重试。"
    en = "The receiver does not take it now ({detail}); it is tried again by itself."


class WebhookSkippedError(TwinError):
    code = "webhook_skipped"
    zh = "日志第 {first} 到 {last} 号中最多 {count} 条在转发之前已归档，没有转发；内容在历史中（twin query）。"
    en = "Up to {count} of the entries {first} to {last} had left the journal before they were looked at and were not sent; they are in the history (twin query)."


class WebhookOverflowError(TwinError):
    code = "webhook_overflow"
    zh = "等待转发的已超过 {most} 条，最早的移入死信。对方恢复后可 twin webhooks retry。"
    en = "More than {most} were waiting, so the oldest were put aside. twin webhooks retry sends them once the receiver is back."


class WebhookGoneError(TwinError):
    code = "webhook_gone"
    zh = "“{hook}”已从 config/webhooks.toml 中删去，未发完的移入死信。"
    en = "'{hook}' is no longer in config/webhooks.toml; what it had not sent was put aside."
