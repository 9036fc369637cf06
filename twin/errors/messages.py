"""What devices send."""

from __future__ import annotations

from twin.errors.base import TwinError


class MessageRefusedError(TwinError):
    code = "message_refused"
    zh = "第 {index} 条（从 0 数）无法接收：{detail}。其余各条不受影响；请改正后只重发这一条。"
    en = "Message {index} (from 0) is not taken: {detail}. The others are not touched; correct it and send it alone."


class BodyRefusedError(MessageRefusedError):
    """Of a whole body, or the one message of a broker, nothing could be read."""

    code = "body_refused"
    zh = "正文无法读取：{detail}。其中什么都没有收入；请改正后全部重发。"
    en = "The body cannot be read: {detail}. Nothing of it is taken; correct it and send all of it again."


class NoMessagesError(TwinError):
    code = "no_messages"
    zh = "正文里没有消息。请发送一个 JSON 对象、JSON 数组，或每行一个对象（application/x-ndjson）。"
    en = (
        "There is no message in the body. Send a JSON object, a JSON array, or an object a line (application/x-ndjson)."
    )


class TooManyMessagesError(TwinError):
    code = "too_many_messages"
    zh = "一批 {messages} 条，超过 {most} 条。请分批发送。"
    en = "{messages} messages in one batch, more than {most}. Send them in several."


class NoFilesError(TwinError):
    code = "no_files"
    zh = "{paths}：没有可读的文件（{suffixes}）。"
    en = "{paths}: there is no file to read ({suffixes})."


class LiveNotRunningError(TwinError):
    code = "live_not_running"
    zh = "服务正在启动或停止，暂不接收数据。请稍后重发。"
    en = "The server is starting or stopping and takes no data. Send again in a moment."


class UnknownQuantityError(TwinError):
    code = "unknown_quantity"
    zh = "没有设备测量“{quantity}”。可选的量见 GET /api/v1/points/quantities。"
    en = "No device measures '{quantity}'. GET /api/v1/points/quantities lists what there is."


class UnknownPointError(TwinError):
    code = "unknown_point"
    zh = "没有测点“{point_id}”，也从未收到过它的读数。用 twin devices 查看已有测点。"
    en = "There is no point '{point_id}', and no reading of it ever came. twin devices lists those there are."
