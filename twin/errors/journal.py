"""What is kept: the journal and the history."""

from __future__ import annotations

from twin.errors.base import TwinError


class JournalLockedError(TwinError):
    code = "journal_locked"
    zh = "{path}：日志正由进程 {pid} 写入，同一时间只能有一个写入者。请先停止该进程（twin serve），或把数据交给它的接口。"
    en = "{path}: process {pid} is writing this journal, and there is one writer at a time. Stop that process (twin serve), or send the data to its interface."


class JournalFaultError(TwinError):
    """The disk or the file failed; nothing of this was acknowledged, and a repeat is harmless."""

    code = "journal_fault"
    zh = "{path}：未能写入（{detail}）。请检查磁盘空间和硬件后重发，重复发送无妨。"
    en = "{path}: could not be written ({detail}). Check the disk and its free space, then send again; a repeat is harmless."


class JournalBusyError(TwinError):
    code = "journal_busy"
    zh = "等待写入的数据已达上限（{rows} 行）。请在 {retry_after_s} 秒后重发。"
    en = "Too much waits to be written ({rows} rows). Send again in {retry_after_s} s."


class JournalClosedError(TwinError):
    code = "journal_closed"
    zh = "{path}：日志已关闭，不再接收数据。请重新启动服务后重发。"
    en = "{path}: the journal is closed and takes nothing more. Start the service again and send again."


class DiskLowError(TwinError):
    code = "disk_low"
    zh = "{path}：磁盘只剩 {free_mb} MB，低于 {needed_mb} MB，暂停接收数据。请腾出空间，之后会自动恢复。"
    en = "{path}: {free_mb} MB of disk are free, less than {needed_mb} MB, so no data are taken. Make room; it goes on by itself then."


class EntryRefusedError(TwinError):
    code = "entry_refused"
    zh = "数据 {entry_id} 不能保存：{detail}。请更正后重发。"
    en = "Entry {entry_id} cannot be stored: {detail}. Correct it and send it again."


class StoreNewerError(TwinError):
    code = "store_newer"
    zh = "{path}：由更新的版本写成（格式 {found}，本版本只认到 {known}）。请升级程序，或取回旧的备份。"
    en = "{path}: written by a newer version (schema {found}; this one knows {known}). Upgrade the program, or take back an older copy."


class StoreFaultError(TwinError):
    code = "store_fault"
    zh = "{path}：暂时无法读写（{detail}）。请检查磁盘、剩余空间和文件夹权限；已保存的数据不受影响，可再试。"
    en = "{path}: cannot be read or written now ({detail}). Check the disk, its free space and the rights of the folder, then try again; what is stored is not touched."


class HistoryLockedError(TwinError):
    code = "history_locked"
    zh = "{path}：历史数据正由进程 {pid} 改写。请稍后再试。"
    en = "{path}: process {pid} is changing the history. Try again in a while."


class HistoryDamagedError(TwinError):
    code = "history_damaged"
    zh = "{path}：历史文件损坏或缺失（{detail}）。请从备份中恢复这个文件。"
    en = "{path}: a file of the history is damaged or missing ({detail}). Put it back from a backup."


class TimezoneChangedError(TwinError):
    code = "timezone_changed"
    zh = "{path}：历史数据按时区 {held} 分日，而现在给出的是 {given}。请在 campus.toml 中改回 timezone。"
    en = "{path}: the history is cut into days of {held}, but {given} was given. Set timezone back in campus.toml."


class HistoryTableError(TwinError):
    code = "history_table"
    zh = "要导入的表不可用：{detail}。需要的列：{needed}。"
    en = "The table to import cannot be used: {detail}. Columns needed: {needed}."
