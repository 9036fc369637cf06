"""Building elements from BIM: walls, slabs, doors, windows, equipment, furniture, bridges, …"""

from twin.model.layer import Column, ColumnType, LayerDefinition, LayerKind
from twin.model.text import Title

ELEMENTS = LayerDefinition(
    id="elements",
    title=Title(zh="构件", en="Elements"),
    kind=LayerKind.ELEMENT,
    columns=(
        Column("ifc_class", Title("IFC 类", "IFC class"), category=True),
        Column("global_id", Title("GlobalId", "GlobalId")),
        Column("type_name", Title("类型", "Type"), category=True),
        Column("type_id", Title("类型编号", "Type id")),
        Column("predefined_type", Title("预定义类型", "Predefined type"), category=True),
        Column("object_type", Title("对象类型", "Object type")),
        Column("tag", Title("标记", "Tag")),
        Column("material", Title("材料", "Material"), category=True),
        Column("system", Title("系统", "System"), category=True),
        Column("volume_m3", Title("几何体积", "Mesh volume"), ColumnType.NUMBER, "m3"),
        Column("surface_m2", Title("几何表面积", "Mesh surface"), ColumnType.NUMBER, "m2"),
        Column("triangles", Title("三角形数", "Triangles"), ColumnType.INTEGER),
        Column("space_origin", Title("房间归属依据", "How the room is known"), category=True),
        Column("engine", Title("几何引擎", "Geometry engine"), category=True),
    ),
    colour="#c3c9d1",
)
