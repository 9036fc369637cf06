"""What lies and stands on the ground: roads, paths, trees, lamps, covers, water, green.

Points, lines and areas in one layer; ``surface_class`` tells them apart and decides the symbol.
"""

from twin.model.layer import Column, ColumnType, LayerDefinition, LayerKind
from twin.model.text import Title

SURFACE = LayerDefinition(
    id="surface",
    title=Title(zh="地面", en="Surface"),
    kind=LayerKind.SURFACE,
    columns=(
        Column("surface_class", Title("类别", "Class"), category=True),
        Column("width_m", Title("宽度", "Width"), ColumnType.NUMBER, "m"),
        Column("height_m", Title("高度", "Height"), ColumnType.NUMBER, "m"),
        Column("crown_m", Title("冠幅", "Crown width"), ColumnType.NUMBER, "m"),
        Column("species", Title("树种", "Species"), category=True),
        Column("material", Title("材质", "Material"), category=True),
    ),
    colour="#7d8a6a",
    colour_column="surface_class",
    colours={
        "road": "#4a4f57",
        "path": "#77716a",
        "parking": "#565b66",
        "plaza": "#8c8577",
        "green": "#5c7a4b",
        "water": "#3f7fa6",
        "sport": "#a2624a",
        "tree": "#4f8a4a",
        "hedge": "#4a7a44",
        "lamp": "#d9c27a",
        "cover": "#9098a3",
        "bench": "#8a6d52",
        "fence": "#8d949c",
        "wall": "#9a938a",
        "entrance": "#e0a458",
        "poi": "#c9b458",
        "other": "#7d8a6a",
    },
    class_titles={
        "road": Title("道路", "Road"),
        "path": Title("步道", "Path"),
        "parking": Title("停车场", "Parking"),
        "plaza": Title("广场", "Plaza"),
        "green": Title("绿地", "Green"),
        "water": Title("水体", "Water"),
        "sport": Title("运动场", "Sports ground"),
        "tree": Title("树木", "Tree"),
        "hedge": Title("绿篱", "Hedge"),
        "lamp": Title("路灯", "Lamp"),
        "cover": Title("井盖", "Cover"),
        "bench": Title("座椅", "Bench"),
        "fence": Title("围栏", "Fence"),
        "wall": Title("围墙", "Wall"),
        "entrance": Title("出入口", "Entrance"),
        "poi": Title("兴趣点", "Point of interest"),
        "other": Title("其他", "Other"),
    },
)
