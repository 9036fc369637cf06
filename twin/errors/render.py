"""Pictures of the campus: what is missing to make one, and what cannot be shown."""

from __future__ import annotations

from twin.errors.base import TwinError


class RenderExtraMissingError(TwinError):
    code = "render_extra_missing"
    zh = "生成图片需要 {module}，本机没有安装。请运行：pip install 'campus-twin[render]'"
    en = "Pictures need {module}, which is not installed. Run: pip install 'campus-twin[render]'"


class NoGraphicsError(TwinError):
    code = "no_graphics"
    zh = "本机无法离屏绘图（{detail}）。Linux 请安装 Mesa 的 EGL：apt install libegl1 libgl1-mesa-dri。"
    en = "This machine cannot draw off screen ({detail}). On Linux install Mesa's EGL: apt install libegl1 libgl1-mesa-dri."


class NoChineseFontError(TwinError):
    code = "no_chinese_font"
    zh = "没有找到中文字体，图上的汉字会成为方框。请安装 Noto Sans CJK（apt install fonts-noto-cjk），或用环境变量 {variable} 指定字体文件。"
    en = "No Chinese font was found, so characters would become boxes. Install Noto Sans CJK (apt install fonts-noto-cjk) or name a font file in {variable}."


class PictureSizeError(TwinError):
    code = "picture_size"
    zh = "图片尺寸“{size}”不可用。请写 宽x高，每边 {least} 至 {most} 像素，如 3840x2160。"
    en = "'{size}' is no size for a picture. Write WIDTHxHEIGHT, each side {least} to {most} pixels, such as 3840x2160."


class UnknownViewError(TwinError):
    code = "unknown_view"
    zh = "视图“{view}”不可用。请写 overview、top，或场景坐标（米）“x,y,z,tx,ty,tz”：视点与目标，二者不能重合。"
    en = "'{view}' is no view. Write overview, top, or 'x,y,z,tx,ty,tz' in scene metres: where the eye is and what it looks at, which must differ."


class NothingToShowError(TwinError):
    code = "nothing_to_show"
    zh = "所选图层 {layers} 中没有可绘制的内容。请改选图层；地下图层需给出理由才能显示。"
    en = "There is nothing to draw in {layers}. Choose other layers; layers underground need a reason."


class UnknownPaperError(TwinError):
    code = "unknown_paper"
    zh = "没有纸张“{paper}”。可用的有：{known}。"
    en = "There is no paper '{paper}'. There are: {known}."


class PictureElsewhereError(TwinError):
    code = "picture_elsewhere"
    zh = "{what} 需要园区文件夹，而这里连接的是服务器。请用 twin.open(文件夹)，或让服务器出图。"
    en = (
        "{what} takes the campus folder, and this is a server. Use twin.open(folder), or have the server make pictures."
    )


class PictureKindError(TwinError):
    code = "picture_kind"
    zh = "“{path}” 的格式不支持。请用 .png（图片）、.pdf（图纸）或 .glb（三维模型）。"
    en = "'{path}' is no kind of picture. Use .png (picture), .pdf (drawing sheet) or .glb (model)."
