"""3D Tiles: sets that are attached, tiles that are made."""

from __future__ import annotations

from twin.errors.base import TwinError


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


class TooManyFeaturesError(TwinError):
    code = "too_many_features"
    zh = "图层 {layer} 的一个瓦片有 {features} 个要素，超过 {most} 个（要素号为 16 位）。请先用 split_batch 拆分。"
    en = "Layer {layer}: one tile has {features} features, more than {most} (feature ids are u16). Split it with split_batch first."
