"""What is asked in a notebook and cannot be answered."""

from __future__ import annotations

from twin.errors.base import TwinError


class NoGeometryError(TwinError):
    code = "no_geometry"
    zh = "“{layer}” 没有几何，不能转为 GeoDataFrame。请用 .to_pandas()。"
    en = "'{layer}' has no geometry, so it is no GeoDataFrame. Use .to_pandas()."


class BadMomentError(TwinError):
    code = "bad_moment"
    zh = "“{said}” 不是时间。请写成 2026-11-20 或 2026-11-20T08:00，或给 datetime。"
    en = "'{said}' is no time. Write 2026-11-20 or 2026-11-20T08:00, or give a datetime."


class BadAreaError(TwinError):
    code = "bad_area"
    zh = "within() 不接受 {said}。请给园区坐标系的 shapely 面、带坐标系的 GeoDataFrame，或一个 feature_id。"
    en = "within() does not take {said}. Give a shapely area in the campus CRS, a GeoDataFrame with a CRS, or a feature_id."


class UnknownSubjectError(TwinError):
    code = "unknown_subject"
    zh = "没有测点或设备 “{subject}”。相近的有：{near}。全部测点见 campus.points。"
    en = "There is no point or device '{subject}'. Near to it: {near}. All are in campus.points."


class ServerSaysError(TwinError):
    code = "server_says"
    zh = "服务器 {url} 的回答是 {status}：{detail}"
    en = "The server {url} answered {status}: {detail}"


class NoAccessError(TwinError):
    code = "no_access"
    zh = "服务器 {url} 不认识这个密钥，或密钥没有所需权限。请管理员运行：twin key add 园区 名称 --scope see"
    en = (
        "The server {url} does not know this key, or the key has not the right it takes. Ask an administrator for one: "
        "twin key add DIR NAME --scope see"
    )


class MaskedPositionsError(TwinError):
    code = "masked_positions"
    zh = "服务器只给出 “{layer}” 的概略位置，不能据此分析。请用 twin.connect(url, exactly=“原因”) 连接（密钥需有 underground 权限），或用 twin.open 打开园区文件夹。"
    en = (
        "The server tells only roughly where '{layer}' lies, which is too little to analyse. Connect with "
        "twin.connect(url, exactly='why') and a key of the scope underground, or open the folder with twin.open."
    )


class NoEnergyPointError(TwinError):
    code = "no_energy_point"
    zh = "“{subject}” 没有电能或功率测点（单位 kW.h、kW 等）。有能耗测点的设备见 campus.points.query(\"quantity == 'energy'\")。"
    en = (
        "'{subject}' has no point of energy or power in a unit such as kW.h or kW. Those that have: "
        "campus.points.query(\"quantity == 'energy'\")."
    )


class BadPlaceError(TwinError):
    code = "bad_place"
    zh = "{said} 不能表示地点。请给园区坐标系的 (x, y)、点的列表或 shapely 图形、带坐标系的 GeoDataFrame，或一个 feature_id。"
    en = (
        "{said} is no place here. Give (x, y), a list of them or a shapely shape in the campus CRS, a GeoDataFrame with "
        "a CRS, or a feature_id."
    )


class NoTerrainError(TwinError):
    code = "no_terrain"
    zh = (
        "没有地面高程：园区既无地形也无井盖高程；或地面仅由井盖推得，而服务器未授权精确数据（exactly=“原因”）。"
        "请在 campus.toml 中加入地形并重新构建。"
    )
    en = (
        "There is no ground: the campus has neither terrain nor levels of manhole covers, or only covers, which a server "
        "tells with exactly='why' alone. Add terrain to campus.toml and build."
    )


class UnknownCameraError(TwinError):
    code = "unknown_camera"
    zh = '没有摄像机 “{camera}”。相近的有：{near}。全部见 campus["devices"].where("device_type = \'camera\'")。'
    en = (
        "There is no camera '{camera}'. Near to it: {near}. All are in "
        'campus["devices"].where("device_type = \'camera\'").'
    )


class CameraNotAskedError(TwinError):
    code = "camera_not_asked"
    zh = "摄像机 “{camera}” 在室内，或缺少位置、朝向或高度，无法计算室外视野。室内请用 campus.coverage(楼层)；缺项请在设备表中补齐。"
    en = (
        "Camera '{camera}' hangs indoors, or has no position, heading or height, so its view outdoors is not known. "
        "Indoors ask campus.coverage(storey_id); else complete the table of devices."
    )


class NoFloorError(TwinError):
    code = "no_floor"
    zh = "楼层 “{storey_id}” 的墙之间没有地面（例如屋面，或建筑没有模型），无法计算覆盖。请选择有房间的楼层。"
    en = (
        "Storey '{storey_id}' has no floor between its walls (a roof, or a building without a model), so there is nothing "
        "to cover. Choose a storey with rooms."
    )
