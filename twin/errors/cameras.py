"""Pictures of cameras."""

from __future__ import annotations

from twin.errors.base import TwinError


class CameraNotConnectedError(TwinError):
    code = "camera_not_connected"
    zh = "摄像机 {camera} 未接入。请管理员在 config/cameras.toml 中填写它的地址。"
    en = "Camera {camera} is not connected. The administrator names its address in config/cameras.toml."


class NoPictureError(TwinError):
    code = "no_picture"
    zh = "{since} 之后没有画面：{fault}"
    en = "No picture since {since}: {fault}"


class NoPictureYetError(NoPictureError):
    code = "no_picture_yet"
    zh = "系统 {since} 启动以来没有画面：{fault}"
    en = "No picture since this server started at {since}: {fault}"


class CameraAnswerError(TwinError):
    code = "camera_answer"
    zh = "摄像机的应答不可用（{detail}）。请核对 config/cameras.toml 中的地址和密码。"
    en = "What the camera answers is of no use ({detail}). Check its address and password in config/cameras.toml."


class CamerasBusyError(TwinError):
    code = "cameras_busy"
    zh = "同时读取的摄像机太多。请 {retry_after_s} 秒后再试。"
    en = "Too many cameras are being read at once. Try again in {retry_after_s} s."


class CameraOfNoDeviceError(TwinError):
    """A remark: the device may come with the next build."""

    code = "camera_of_no_device"
    zh = "{path}：园区目前没有设备 {cameras}，其画面无处可看。请核对设备编码；若设备尚未建入园区，无需处理。"
    en = "{path}: the campus has no device {cameras} now, so nobody can look there. Is the code right? If the device is still to come, nothing is to be done."
