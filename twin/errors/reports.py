"""Duty reports."""

from __future__ import annotations

from twin.errors.base import TwinError


class UnknownReportError(TwinError):
    code = "unknown_report"
    zh = "没有编号为“{report}”的存档报告。"
    en = "No report is kept as “{report}”."


class ReportDamagedError(TwinError):
    code = "report_damaged"
    zh = "存档报告“{report}”与存档时的校验值不符：文件 {path} 被改动或损坏。请从备份恢复该文件。"
    en = "The report kept as “{report}” is not what was kept: {path} was changed or is damaged. Restore it from a backup."


class ReportNamesError(TwinError):
    code = "report_names"
    zh = "存档报告“{report}”含未遮盖的姓名，您没有查看姓名的权限。请另行生成报告，姓名会被遮盖。"
    en = "The report kept as “{report}” holds names that you may not read. Make one yourself: names are masked in it."


class NoPrinterError(TwinError):
    code = "no_printer"
    zh = "未找到 Chromium 或 Chrome，无法生成 PDF。请输出 .html，用浏览器打开后打印为 PDF；或安装 Chromium 后重试。"
    en = (
        "No Chromium or Chrome was found to make the PDF. Write an .html, open it in a browser and print it to PDF; "
        "or install Chromium."
    )


class PrintingError(TwinError):
    code = "printing_failed"
    zh = "浏览器 {browser} 未能生成 PDF：{detail}。请输出 .html 后手动打印。"
    en = "The browser {browser} made no PDF: {detail}. Write an .html and print that."
