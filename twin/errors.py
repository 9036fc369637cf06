"""What can go wrong, one class a fault, each with its cure.

An error carries a code and parameters; its text is made from them in the reader's language, so the same
fault reads well in a terminal, in the build report and in a Chinese browser. It also crosses the border of
the reader process: ``to_dict`` there, ``from_dict`` here.

This module imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol, runtime_checkable


@runtime_checkable
class Bilingual(Protocol):
    """What has words of its own in both languages: another error, the mistakes in a file."""

    def text(self, language: str = "zh") -> str: ...


class TwinError(Exception):
    """A fault that a person can cure. ``str()`` is one English line: what, where, what to do."""

    code: ClassVar[str] = "twin"
    zh: ClassVar[str] = "{detail}"
    en: ClassVar[str] = "{detail}"

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.text("en"))

    def text(self, language: str = "zh") -> str:
        """The fault and its cure in ``language`` (``zh`` or ``en``), on one line."""
        template = self.zh if language == "zh" else self.en
        params = {key: one.text(language) if isinstance(one, Bilingual) else one for key, one in self.params.items()}
        return " ".join(template.format(**params).split())

    def to_dict(self) -> dict[str, Any]:
        """Code and parameters, JSON-ready."""
        return {"code": self.code, "params": {k: str(v) for k, v in self.params.items()}}

    @staticmethod
    def from_dict(data: dict[str, Any]) -> TwinError:
        """Rebuild the error that ``to_dict`` described; an unknown code keeps its text."""
        kind = _by_code().get(data["code"], TwinError)
        return kind(**data["params"])


def _by_code() -> dict[str, type[TwinError]]:
    found: dict[str, type[TwinError]] = {}
    queue: list[type[TwinError]] = [TwinError]
    while queue:
        kind = queue.pop()
        found[kind.code] = kind
        queue.extend(kind.__subclasses__())
    return found


# --- sources and readers -------------------------------------------------------------------------------


class SourceUnreadableError(TwinError):
    code = "source_unreadable"
    zh = "{path}：无法读取（{detail}）。{cure}"
    en = "{path}: cannot be read ({detail}). {cure}"

    def __init__(
        self, *, path: Any, detail: str, cure: str = "Check that the file is complete and deliver it again."
    ) -> None:
        super().__init__(path=path, detail=detail, cure=cure)


class SourceMissingError(TwinError):
    code = "source_missing"
    zh = "{path}：文件不存在。请把文件放回原处，或在 campus.toml 中改正路径。"
    en = "{path}: no such file. Put it back or correct the path in campus.toml."


class NoReaderError(TwinError):
    code = "no_reader"
    zh = "{path}：没有读取器认识这种文件。若其中有园区数据，请换一种格式交付。"
    en = "{path}: no reader takes this file. If it holds data of the campus, deliver them in another format."


class UnknownReaderError(TwinError):
    code = "unknown_reader"
    zh = "campus.toml：没有名为 “{reader}” 的读取器。现有：{known}。"
    en = "campus.toml: there is no reader '{reader}'. There are: {known}."


class UnknownOptionError(TwinError):
    code = "unknown_option"
    zh = "{path}：读取器 {reader} 没有选项 options.{option}，可用的是：{known}。请在 campus.toml 中更正或删去。"
    en = "{path}: reader {reader} has no options.{option}; known: {known}. Correct or remove it in campus.toml."


class BadOptionError(TwinError):
    code = "bad_option"
    zh = "{path}：options.{option} 写作 {value}，应为{wanted_zh}。请在 campus.toml 中更正。"
    en = "{path}: options.{option} is {value} and must be {wanted}. Correct it in campus.toml."


class AmbiguousFormatError(TwinError):
    code = "ambiguous_format"
    zh = '{path}：多个读取器都认领它（{readers}）。请在 campus.toml 中用 reader = "…" 指明。'
    en = '{path}: claimed by several readers ({readers}). Name one with reader = "…" in campus.toml.'


class MissingDependencyError(TwinError):
    code = "missing_dependency"
    zh = "{path}：读取它需要 {package}。请安装：pip install 'campus-twin[{extra}]'。"
    en = "{path}: reading it needs {package}. Install it: pip install 'campus-twin[{extra}]'."


class UnsupportedSchemaError(TwinError):
    code = "unsupported_schema"
    zh = "{path}：不支持的模型格式 {schema}。可读：{known}。请用建模软件重新导出为 IFC4 或 IFC4X3_ADD2（.ifc）。"
    en = "{path}: the model schema {schema} is not supported. Readable: {known}. Export it again as IFC4 or IFC4X3_ADD2 (.ifc)."


class UnsafeArchiveError(TwinError):
    code = "unsafe_archive"
    zh = "{path}：压缩包不能解开（{detail}）。请直接交付其中的文件。"
    en = "{path}: the archive cannot be unpacked safely ({detail}). Deliver the file inside it instead."


class TableUnclearError(TwinError):
    code = "table_unclear"
    zh = "{path}：{detail}。{cure}"
    en = "{path}: {detail}. {cure}"


class NetworkRefusedError(TwinError):
    """The verdict of the engine the file was written for (EPANET, SWMM), with its error number."""

    code = "network_refused"
    zh = "{path}，第 {line} 行：{fault}（{engine} ERROR {number}）。{cure}"
    en = "{path}, line {line}: {fault} ({engine} ERROR {number}). {cure}"


class ReaderLimitError(TwinError):
    code = "reader_limit"
    zh = "{path}：读取超出限制（{limit}），已中止。若文件确实很大，请在 campus.toml 的 [limits] 中放宽。"
    en = "{path}: reading exceeded its limit ({limit}) and was stopped. If the file is honestly that large, raise it under [limits] in campus.toml."


class ReaderCrashError(TwinError):
    code = "reader_crash"
    zh = "{path}：读取进程意外终止（{detail}）。文件可能已损坏，请重新导出。"
    en = "{path}: the reading process died ({detail}). The file is probably damaged; export it again."


class TilesetDamagedError(TwinError):
    code = "tileset_damaged"
    zh = "{path}：三维瓦片损坏或不完整（{detail}）。请重新导出。"
    en = "{path}: the 3D Tiles set is damaged or incomplete ({detail}). Export it again."


class TilesetUnsupportedError(TwinError):
    code = "tileset_unsupported"
    zh = "{path}：不支持 {what}。请重新导出为显式瓦片的 3D Tiles 1.0 或 1.1，内含 glTF 2.0，几何不压缩，或用 meshopt、Draco 压缩，纹理用 JPEG、PNG 或 WebP。"
    en = "{path}: {what} is not supported. Export it again as 3D Tiles 1.0 or 1.1 with explicit tiles of glTF 2.0, geometry plain or compressed with meshopt or Draco, textures JPEG, PNG or WebP."


class TilesetOutsideError(TwinError):
    code = "tileset_outside"
    zh = "{path}：引用了瓦片集文件夹之外的“{uri}”。系统不向外发出请求：请把所需文件放进该文件夹并改用相对路径。"
    en = "{path}: refers to '{uri}', outside the folder of the set. No request leaves this server: put what is needed into the folder and refer to it by a relative path."


class TilesetUnplacedError(TwinError):
    code = "tileset_unplaced"
    zh = "{path}：{detail_zh}。请在 campus.toml 的 [[tilesets]]（key = {key}）中写 {cure}。"
    en = "{path}: {detail}. Write {cure} for tileset {key} in campus.toml."


class TilesetElsewhereError(TwinError):
    code = "tileset_elsewhere"
    zh = "三维瓦片集 {key} 距园区 {distance_km} 千米。请检查它的 crs、placement，或是否选错了瓦片集。"
    en = "Tileset {key} lies {distance_km} km from the campus. Check its crs and placement, or whether it is the right set."


# --- space ---------------------------------------------------------------------------------------------


class MissingCrsError(TwinError):
    code = "missing_crs"
    zh = '{path}：文件没有说明坐标系。请用 --crs EPSG:… 或在 campus.toml 中为该来源写 crs = "EPSG:…"（独立坐标系写 "local"）。'
    en = '{path}: the file does not say its CRS. Answer with --crs EPSG:… or crs = "EPSG:…" for this source in campus.toml ("local" for a local frame).'


class MissingVerticalDatumError(TwinError):
    code = "missing_vertical_datum"
    zh = "{path}：有高程但没有说明高程基准。请用 --vertical-datum（如 EPSG:5737 为 1985 国家高程基准，或 local）。"
    en = "{path}: has heights but names no vertical datum. Answer with --vertical-datum (EPSG:5737 is the 1985 datum, or local)."


class UnknownCrsError(TwinError):
    code = "unknown_crs"
    zh = "{path}：坐标系 “{crs}” 不可用（{detail}）。请写一个有效的 EPSG 代码或 WKT。"
    en = "{path}: CRS '{crs}' cannot be used ({detail}). Write a valid EPSG code or WKT."


class CrsConflictError(TwinError):
    code = "crs_conflict"
    zh = "{path}：文件声明 {declared}，campus.toml 写的是 {given}。请改正其一，或写 crs_override = true 表示以 campus.toml 为准。"
    en = "{path}: the file declares {declared} but campus.toml says {given}. Correct one, or write crs_override = true to let campus.toml decide."


class NoTransformError(TwinError):
    code = "no_transform"
    zh = "{path}：PROJ 没有从 {source} 到 {target} 的可靠转换（缺少格网或参数）。请提供控制点（placement.control_points）；若其数值本来就是园区坐标，请为该来源写园区的 crs 和 crs_override = true。"
    en = "{path}: PROJ has no sound transformation from {source} to {target} (grid or parameters missing). Give control points (placement.control_points); if the numbers are campus coordinates already, give this source the crs of the campus and crs_override = true."


class DatumMismatchError(TwinError):
    code = "datum_mismatch"
    zh = "{path}：高程基准 {source} 与园区 {target} 不同。请写 height_offset_m（两基准之差）。"
    en = "{path}: vertical datum {source} differs from the campus {target}. Give height_offset_m, the difference of the two."


class ZoneMismatchError(TwinError):
    code = "zone_mismatch"
    zh = "{path}：东坐标前的带号是 {found}，而 {crs} 是第 {expected} 带。请改正 campus.toml 中的 crs 或数据。"
    en = "{path}: eastings begin with zone {found}, but {crs} is zone {expected}. Correct crs in campus.toml or the data."


class AxesUnclearError(TwinError):
    code = "axes_unclear"
    zh = '{path}（{where}）：分不清哪一列是北坐标（{detail}）。请写 options.axes = "north_east"（X 为北）或 "east_north"（X 为东）。'
    en = '{path} ({where}): cannot tell which column is north ({detail}). Write options.axes = "north_east" (X is north) or "east_north" (X is east).'


class AxesSwappedError(TwinError):
    code = "axes_swapped"
    zh = "{path}：{what} 与其节点相距最远 {distance_m} 米（允许 {tolerance_m} 米），坐标轴可能颠倒。{cure}"
    en = "{path}: {what} ends up to {distance_m} m from its nodes ({tolerance_m} m allowed); the axes are probably swapped. {cure}"


class BadPlacementError(TwinError):
    code = "bad_placement"
    zh = "{path}：定位参数无效：{detail}。"
    en = "{path}: placement is not valid: {detail}."


class ControlPointsMisfitError(TwinError):
    code = "control_points_misfit"
    zh = "{path}：控制点对不上，各点残差（平面/高程，m）：{residuals}，超过 {tolerance_m} m。请核对：from 与 to 均以米为单位、先东后北、点号一一对应；确需如此时写 placement.tolerance_m。"
    en = "{path}: the control points do not fit; residuals in m (plane/height) are {residuals}, over {tolerance_m} m. Check that from and to are in metres, east before north, and in the same order; if it must be so, write placement.tolerance_m."


# --- the campus folder ---------------------------------------------------------------------------------


class NotACampusError(TwinError):
    code = "not_a_campus"
    zh = "{path}：这里没有 campus.toml。请先运行 twin init {path} 文件…"
    en = "{path}: no campus.toml here. Run twin init {path} FILES… first."


class CampusTomlError(TwinError):
    """``mistakes`` holds one line each; the message is all of them."""

    code = "campus_toml"
    zh = "{path}：{mistakes}"
    en = "{path}: {mistakes}"


class NeverBuiltError(TwinError):
    code = "never_built"
    zh = "{path}：园区还没有构建过。请运行 twin build {path}。"
    en = "{path}: this campus was never built. Run twin build {path}."


class BuildLockedError(TwinError):
    code = "build_locked"
    zh = "{path}：另一个构建正在进行（进程 {pid}）。请等它结束。"
    en = "{path}: another build is running (process {pid}). Wait for it to end."


class NothingToBuildError(TwinError):
    code = "nothing_to_build"
    zh = "{path}：campus.toml 中没有任何来源。请加一段 [[sources]]，或删去 campus.toml 后再运行 twin init。"
    en = "{path}: campus.toml names no sources. Add a [[sources]] entry, or remove campus.toml and run twin init."


class BuildFailedError(TwinError):
    """Sources could not be read; each has its own line."""

    code = "build_failed"
    zh = "{fault} 当前使用的版本未受影响；加 --keep-going 可跳过此来源。"
    en = "{fault} The generation in use is untouched; --keep-going builds without this source."

    def __init__(self, *, fault: Any, others: Sequence[TwinError | str] = ()) -> None:
        self.others = tuple(others)
        super().__init__(fault=fault)

    def text(self, language: str = "zh") -> str:
        others = [one if isinstance(one, str) else one.text(language) for one in self.others]
        return "\n".join([*others, super().text(language)])


class FolderRefusedError(TwinError):
    """The operating system would not let us read or write: no room, no permission."""

    code = "folder_refused"
    zh = "{path}：系统拒绝读写（{detail}）。请腾出磁盘空间或授予权限后再试；当前使用的版本未受影响。"
    en = "{path}: the system refuses ({detail}). Make room or grant permission, then try again; the generation in use is untouched."


class GenerationDamagedError(TwinError):
    code = "generation_damaged"
    zh = "{path}：生成版本已损坏（{detail}）。请重新运行 twin build。"
    en = "{path}: this generation is damaged ({detail}). Run twin build again."


class RegistersDamagedError(TwinError):
    code = "registers_damaged"
    zh = "{path}：登记表文件已损坏（{detail}）。请从备份恢复此文件；删除它则改用上一版登记表。"
    en = "{path}: this file of the registers is damaged ({detail}). Restore it from a backup; without it the edition before is used."


class AlreadyInitialisedError(TwinError):
    code = "already_initialised"
    zh = "{path}：这里已有 campus.toml。请直接编辑它，或另选目录。"
    en = "{path}: there is a campus.toml already. Edit it, or choose another folder."


# --- questions -----------------------------------------------------------------------------------------


class QueryRefusedError(TwinError):
    code = "query_refused"
    zh = "查询被拒绝：{detail}。只允许一条只读的 SELECT。"
    en = "Query refused: {detail}. One read-only SELECT is allowed."


class QueryFailedError(TwinError):
    code = "query_failed"
    zh = "查询失败：{detail}"
    en = "Query failed: {detail}"


class QueryTimeoutError(TwinError):
    code = "query_timeout"
    zh = "查询超过 {seconds} 秒，已停止。请缩小范围或加条件。"
    en = "The query ran past {seconds} s and was stopped. Narrow it."


class QueryTooLargeError(TwinError):
    code = "query_too_large"
    zh = "查询结果超过 {limit_mb} MB，已停止。请少取几列，或加条件、LIMIT。"
    en = "The answer is larger than {limit_mb} MB and was stopped. Take fewer columns, or add a condition or LIMIT."


class UnknownLayerError(TwinError):
    code = "unknown_layer"
    zh = "没有图层 “{layer}”。现有图层：{known}。"
    en = "There is no layer '{layer}'. Layers here: {known}."


class UnknownFeatureError(TwinError):
    code = "unknown_feature"
    zh = "没有要素 “{feature_id}”。"
    en = "There is no feature '{feature_id}'."


class ExportTargetError(TwinError):
    code = "export_target"
    zh = "{path}：已存在且不为空。请给出一个新文件夹。"
    en = "{path}: exists and is not empty. Name a new folder."


class NotSimulatedError(TwinError):
    code = "not_simulated"
    zh = "{path} 不是模拟园区：只有 campus.toml 写明 simulated = true 的园区才能使用模拟时钟和模拟器。"
    en = "{path} is no simulated campus: only one whose campus.toml says simulated = true may have a simulated clock or simulator."


class BadIncidentError(TwinError):
    code = "bad_incident"
    zh = "事件“{said}”无法安排：请写成 名称@+60s 或 名称@14:30。现有：{known}。"
    en = "Incident '{said}' cannot be planned: write NAME@+60s or NAME@14:30. There are: {known}."


class BadServerAddressError(TwinError):
    code = "bad_server_address"
    zh = "地址“{url}”无法使用，请写成 {example}。"
    en = "Address '{url}' cannot be used; write it like {example}."


class SenderRefusedError(TwinError):
    code = "sender_refused"
    zh = "{url} 拒绝了模拟器（{detail}）。请检查地址和密钥：密钥需要 send 与 see 权限。"
    en = "{url} refuses the simulator ({detail}). Check address and key: it needs the scopes send and see."


class InsecureBindError(TwinError):
    code = "insecure_bind"
    zh = "拒绝在 {host} 上不加密地监听。请只用 127.0.0.1，或写 --insecure 表示明知风险。"
    en = "Refusing to listen on {host} without TLS. Use 127.0.0.1, or --insecure if you know what you do."


# --- what devices send ----------------------------------------------------------------------------------


class MessageRefusedError(TwinError):
    code = "message_refused"
    zh = "第 {index} 条（从 0 数）无法接收：{detail}。其余各条不受影响；请改正后只重发这一条。"
    en = "Message {index} (from 0) is not taken: {detail}. The others are not touched; correct it and send it alone."


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


# --- people -------------------------------------------------------------------------------------------


class BadAccountNameError(TwinError):
    code = "bad_account_name"
    zh = "账户名“{name}”无效。请用小写字母、数字和 . _ -，以字母或数字开头，至多 40 个字符；中文姓名写在显示名里。"
    en = "'{name}' is no account name. Use small letters, digits and . _ -, a letter or digit first, 40 characters at most; a full name is the display name."


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
    zh = "“{name}”是最后一个可用的管理员，不能停用或改换角色。请先指定另一位管理员。"
    en = "'{name}' is the last administrator who can log in; make somebody else one first."


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


# --- who may come in ------------------------------------------------------------------------------------


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


class ConfigError(TwinError):
    """A mistake in a file below ``config/``."""

    code = "config"
    zh = "{path}{where}：{detail}。"
    en = "{path}{where}: {detail}."


# --- rules and alarms ------------------------------------------------------------------------------------


class ConfigMistakesError(TwinError):
    code = "config_mistakes"
    zh = "{path}：{mistakes}。此前有效的设置继续使用。"
    en = "{path}: {mistakes}. What was in force before stays in force."


class UnknownConfigVersionError(TwinError):
    code = "unknown_config_version"
    zh = "“{name}”没有第 {number} 版。现有版本：{known}。"
    en = "There is no version {number} of '{name}'. Versions here: {known}."


class ConfigLockedError(TwinError):
    code = "config_locked"
    zh = "{path}：设置正由进程 {pid} 更改。请稍后再试。"
    en = "{path}: process {pid} is changing these settings. Try again in a while."


class ConfigHistoryDamagedError(TwinError):
    code = "config_history_damaged"
    zh = "{path}：这一版的记录已损坏（{detail}）。请从备份恢复此文件；其他版本不受影响。"
    en = "{path}: the record of this version is damaged ({detail}). Restore this file from a backup; other versions are whole."


class ReasonMissingError(TwinError):
    code = "reason_missing"
    zh = "请写明是谁、为什么（{missing} 为空）。"
    en = "Say who and why ({missing} is empty)."


class UnknownAlarmError(TwinError):
    code = "unknown_alarm"
    zh = "没有告警“{alarm}”。它可能已更正或已归档，请刷新列表或查历史。"
    en = (
        "There is no alarm '{alarm}'. It may have been corrected or be history; reload the list or look in the history."
    )


class AlarmActError(TwinError):
    code = "alarm_act"
    zh = "告警“{alarm}”不能{act_zh}：{why_zh}。{cure_zh}"
    en = "Alarm '{alarm}' cannot be {act_en}: {why_en}. {cure_en}"


class WindowRefusedError(TwinError):
    code = "window_refused"
    zh = "检修“{window}”：{why_zh}。请改名、改时间，或刷新列表。"
    en = "Maintenance '{window}': {why_en}. Choose another name or time, or reload the list."


class StillLookingBackError(TwinError):
    code = "still_looking_back"
    zh = "系统刚启动，正在读取此前的告警。请稍后再试。"
    en = "The system has just started and is reading what stood before. Try again in a moment."


class NotFoldedError(TwinError):
    code = "not_folded"
    zh = "操作已提交，但 10 秒内未得到确认。请刷新后查看是否已生效，再决定是否重试。"
    en = "The act was handed in but not confirmed within 10 s. Reload and look whether it holds before trying again."


# --- incidents ----------------------------------------------------------------------------------------


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


# --- requests that leave this machine ---------------------------------------------------------------------


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


# --- webhooks ---------------------------------------------------------------------------------------------


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


# --- cameras ----------------------------------------------------------------------------------------------


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


# --- the web ------------------------------------------------------------------------------------------


class UnknownColumnError(TwinError):
    code = "unknown_column"
    zh = "图层 “{layer}” 没有列 “{column}”。现有列：{known}。"
    en = "Layer '{layer}' has no column '{column}'. Columns here: {known}."


class UnknownStoreyError(TwinError):
    code = "unknown_storey"
    zh = "没有楼层 “{storey_id}”。"
    en = "There is no storey '{storey_id}'."


class UnknownPathError(TwinError):
    code = "unknown_path"
    zh = "没有这个地址。请从首页重新进入。"
    en = "There is nothing at this address. Start again from the first page."


class BadRequestError(TwinError):
    code = "bad_request"
    zh = "请求参数无效：{detail}。"
    en = "The request is not valid: {detail}."


class BodyTooLargeError(TwinError):
    code = "body_too_large"
    zh = "请求正文超过 {limit_bytes} 字节。"
    en = "The body of the request is larger than {limit_bytes} bytes."


class ForeignOriginError(TwinError):
    code = "foreign_origin"
    zh = "请求来自其他网站（{origin}），已拒绝。"
    en = "Refused: the request comes from another site ({origin})."


class InternalFaultError(TwinError):
    code = "internal_fault"
    zh = "系统内部错误，已写入日志（编号 {reference}）。请把编号告诉管理员。"
    en = "An internal fault, written to the log as {reference}. Give this number to the administrator."


# --- tiles ---------------------------------------------------------------------------------------------


class TooManyFeaturesError(TwinError):
    code = "too_many_features"
    zh = "图层 {layer} 的一个瓦片有 {features} 个要素，超过 {most} 个（要素号为 16 位）。请先用 split_batch 拆分。"
    en = "Layer {layer}: one tile has {features} features, more than {most} (feature ids are u16). Split it with split_batch first."


# --- live data -----------------------------------------------------------------------------------------


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
