"""Incidents, work orders, handovers, photos."""

from __future__ import annotations

from twin.errors.base import TwinError


class UnknownIncidentError(TwinError):
    code = "unknown_incident"
    zh = "没有事件“{incident}”。请刷新列表，或到历史中查找。"
    en = "There is no incident '{incident}'. Reload the list, or look in the history."


class UnknownOrderError(TwinError):
    code = "unknown_order"
    zh = "事件“{incident}”没有工单“{order}”。请刷新。"
    en = "Incident '{incident}' has no work order '{order}'. Reload it."


class UnknownActError(TwinError):
    code = "unknown_act"
    zh = "没有名为“{act}”的操作；可用的有：{known}。"
    en = "There is no act '{act}'; there are: {known}."


class IncidentActError(TwinError):
    code = "incident_act"
    zh = "{what_zh}“{name}”不能{act_zh}：{why_zh}。{cure_zh}"
    en = "{what_en} '{name}': '{act_en}' is not possible: {why_en}. {cure_en}"


class ActIncompleteError(TwinError):
    code = "act_incomplete"
    zh = "“{act_zh}”还缺少内容，或内容不合要求：{missing}。请补充后再提交。"
    en = "'{act_en}' needs more, or something else: {missing}. Add it and try again."


class ReportAheadError(TwinError):
    code = "report_ahead"
    zh = "接报：发生时间 {at} 比现在晚 {minutes} 分钟以上。请核对日期、时刻与时区；不填即为现在。"
    en = "Take a report: it is said to have occurred at {at}, more than {minutes} minutes from now. Look at date, time and offset; left out, it is now."


class HandoverError(TwinError):
    code = "handover"
    zh = "不能交接班：{why_zh}。{cure_zh}"
    en = "The shift cannot be handed over so: {why_en}. {cure_en}"


class UnknownHandoverError(TwinError):
    code = "unknown_handover"
    zh = "没有交接班记录“{handover}”。请刷新。"
    en = "There is no handover '{handover}'. Reload."


class PhotoRefusedError(TwinError):
    code = "photo_refused"
    zh = "这不是可用的照片：{detail_zh}。请上传 JPEG、PNG 或 WebP，不超过 {limit_mb} MB。"
    en = "This is no picture that can be taken: {detail_en}. Send JPEG, PNG or WebP of at most {limit_mb} MB."


class UnknownPhotoError(TwinError):
    code = "unknown_photo"
    zh = "没有照片“{photo}”。请先上传。"
    en = "There is no photo '{photo}'. Upload it first."


class UnknownPlaceError(TwinError):
    code = "unknown_place"
    zh = "找不到这个地点：{detail}。请在图上重新点选，或写明设备编码。"
    en = "This place is not known: {detail}. Pick it on the map again, or give a device code."
