"""Who may come in."""

from __future__ import annotations

from twin.errors.base import TwinError


class LoginNeededError(TwinError):
    code = "login_needed"
    zh = "请先登录。程序和设备请带上密钥（Authorization: Bearer …，或作为 Basic 的密码）。"
    en = "Log in first. Programs and devices send their key (Authorization: Bearer …, or as Basic password)."


class NotAllowedError(TwinError):
    code = "not_allowed"
    zh = "您的角色没有这项权限（{right}）。如有需要，请联系管理员。"
    en = "Your role does not include this ({right}). Ask the administrator if you need it."


class CsrfError(TwinError):
    code = "csrf"
    zh = "请求没有带上本会话的校验码，已拒绝。请刷新页面再试。"
    en = "Refused: the request does not carry the token of this session. Reload the page and try again."


class TooManyRequestsError(TwinError):
    code = "too_many_requests"
    zh = "请求过于频繁。请 {retry_after_s} 秒后再试。"
    en = "Too many requests. Try again in {retry_after_s} s."
