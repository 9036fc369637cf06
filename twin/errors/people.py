"""Accounts, sessions, keys, walls, and the audit."""

from __future__ import annotations

from twin.errors.base import TwinError


class BadAccountNameError(TwinError):
    code = "bad_account_name"
    zh = "账户名“{name}”无效。请用小写字母、数字和 . _ -，以字母或数字开头，至多 40 个字符；中文姓名写在显示名里。"
    en = "'{name}' is no account name. Use small letters, digits and . _ -, a letter or digit first, 40 characters at most; a full name is the display name."


class BadNameError(TwinError):
    code = "bad_name"
    zh = "名称“{name}”含有换行或其他控制字符。请只用可见的文字。"
    en = "The name '{name}' has line breaks or other control characters. Use visible characters only."


class AccountExistsError(TwinError):
    code = "account_exists"
    zh = "账户“{name}”已存在。请换一个名字，或用 twin user link 给它新的登录链接。"
    en = "There is an account '{name}' already. Choose another name, or give it a new link with twin user link."


class UnknownAccountError(TwinError):
    code = "unknown_account"
    zh = "没有账户“{name}”。用 twin user list 查看已有账户。"
    en = "There is no account '{name}'. twin user list shows those there are."


class LastAdministratorError(TwinError):
    code = "last_administrator"
    zh = "“{name}”是最后一个可登录的管理员，不能停用或改换角色。请先指定另一位管理员，并由其设好密码；确要如此，请在本机命令行加 --anyway。"
    en = "'{name}' is the last administrator who can log in; make somebody else one first, who chooses a password. If you mean it, say --anyway at the command line."


class WeakPasswordError(TwinError):
    code = "weak_password"
    zh = "密码太弱：{why_zh}。请用至少 12 个字符，例如几个互不相关的词。"
    en = "The password is weak: {why_en}. Use 12 characters or more, several unrelated words for instance."


class WrongCredentialsError(TwinError):
    code = "wrong_credentials"
    zh = "账户名或密码不对，或该账户已停用。"
    en = "Name or password is wrong, or the account is disabled."


class TooManyAttemptsError(TwinError):
    code = "too_many_attempts"
    zh = "登录失败次数过多。请 {retry_after_s} 秒后再试。"
    en = "Too many failed logins. Try again in {retry_after_s} s."


class UnknownSessionError(TwinError):
    code = "unknown_session"
    zh = "没有会话 {session_id}，它可能已结束。"
    en = "There is no session {session_id}; it may have ended."


class BadScopeError(TwinError):
    code = "bad_scope"
    zh = "密钥的权限“{scope}”无效。可用：{known}。"
    en = "'{scope}' is no scope of a key. There are: {known}."


class NameTakenError(TwinError):
    code = "name_taken"
    zh = "“{name}”已被使用。请换一个名字，或先撤销旧的。"
    en = "'{name}' is in use. Choose another name, or revoke the old one first."


class UnknownKeyError(TwinError):
    code = "unknown_key"
    zh = "没有密钥“{key}”。用 twin key list 查看。"
    en = "There is no key '{key}'. twin key list shows those there are."


class UnknownKioskError(TwinError):
    code = "unknown_kiosk"
    zh = "没有大屏令牌“{kiosk}”。用 twin kiosk list 查看。"
    en = "There is no kiosk '{kiosk}'. twin kiosk list shows those there are."


class LinkSpentError(TwinError):
    code = "link_spent"
    zh = "这个一次性链接已用过或已过期。请向管理员要一个新的（twin user link）。"
    en = "This one-time link was used already, or is too old. Ask the administrator for a new one (twin user link)."


class AuditBrokenError(TwinError):
    code = "audit_broken"
    zh = "{path}：审计日志在第 {seq} 行（{at} 之前）被改动、删去或移位。请保全此文件，与备份及每日摘要核对。"
    en = "{path}: line {seq} of the audit (up to {at}) was altered, removed or moved. Keep this file as it is and compare it with the backups and daily heads."


class AuditHeadMissingError(TwinError):
    code = "audit_head_missing"
    zh = "{path}：审计日志共 {lines} 行，其中没有摘要 {head}：末尾被截去，或整个日志被重写。请与备份核对。"
    en = "{path}: the audit has {lines} lines and none has the head {head}: its end was cut off, or all of it was written anew. Compare it with the backups."


class BadHeadError(TwinError):
    code = "bad_head"
    zh = "“{head}”不是审计摘要。请照日报或 twin audit head 的写法：行号-64 位十六进制。"
    en = "'{head}' is no head of an audit. Write it as the duty report or twin audit head does: line number, dash, 64 hexadecimal digits."
