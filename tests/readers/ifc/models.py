"""Small models as STEP text, written by hand so that every number in them can be checked by hand."""

from __future__ import annotations

_HEADER = """ISO-10303-21;
HEADER;
FILE_DESCRIPTION(('ViewDefinition [CoordinationView]'),'2;1');
FILE_NAME('','2026-01-01T00:00:00',(''),(''),'','','');
FILE_SCHEMA(('{schema}'));
ENDSEC;
DATA;
"""
METRE = "#1=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);"
MILLIMETRE = "#1=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);"
SURVEY_FOOT = """#90=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);
#91=IFCDIMENSIONALEXPONENTS(1,0,0,0,0,0,0);
#92=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.3048006096012192),#90);
#1=IFCCONVERSIONBASEDUNIT(#91,.LENGTHUNIT.,'US SURVEY FOOT',#92);"""
# project #10, model context #5, body sub-context #6, site #20 > building #21 > storey #22 > wall #30 at (10, 20, 3),
# a box of 2 x 3 x 4 length units whose profile is centred on its placement
_BODY = """
#2=IFCUNITASSIGNMENT((#1));
#3=IFCCARTESIANPOINT((0.,0.,0.));
#4=IFCAXIS2PLACEMENT3D(#3,$,$);
#5=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#4,$);
#6=IFCGEOMETRICREPRESENTATIONSUBCONTEXT('Body','Model',*,*,*,*,#5,$,.MODEL_VIEW.,$);
#10=IFCPROJECT('0000000000000000000010',$,'Project',$,$,$,$,(#5),#2);
#11=IFCLOCALPLACEMENT($,#4);
#20=IFCSITE('0000000000000000000020',$,'Site',$,$,#11,$,$,.ELEMENT.,$,$,$,$,$);
#21=IFCBUILDING('0000000000000000000021',$,'{building}',$,$,#11,$,$,.ELEMENT.,$,$,$);
#23=IFCCARTESIANPOINT((0.,0.,3.));
#24=IFCAXIS2PLACEMENT3D(#23,$,$);
#25=IFCLOCALPLACEMENT(#11,#24);
#22=IFCBUILDINGSTOREY('0000000000000000000022',$,'Level 1',$,$,#25,$,$,.ELEMENT.,3.);
#26=IFCRELAGGREGATES('0000000000000000000026',$,$,$,#10,(#20));
#27=IFCRELAGGREGATES('0000000000000000000027',$,$,$,#20,(#21));
#28=IFCRELAGGREGATES('0000000000000000000028',$,$,$,#21,(#22));
#29=IFCRELCONTAINEDINSPATIALSTRUCTURE('0000000000000000000029',$,$,$,(#30),#22);
#31=IFCCARTESIANPOINT((10.,20.,0.));
#32=IFCAXIS2PLACEMENT3D(#31,$,$);
#33=IFCLOCALPLACEMENT(#25,#32);
#34=IFCCARTESIANPOINT((0.,0.));
#35=IFCAXIS2PLACEMENT2D(#34,$);
#36=IFCRECTANGLEPROFILEDEF(.AREA.,$,#35,2.,3.);
#37=IFCDIRECTION((0.,0.,1.));
#38=IFCEXTRUDEDAREASOLID(#36,#4,#37,4.);
#39=IFCSHAPEREPRESENTATION(#6,'Body','SweptSolid',(#38));
#40=IFCPRODUCTDEFINITIONSHAPE($,$,(#39));
#30=IFCWALL('0000000000000000000030',$,'Wall',$,$,#33,#40,'tag'{last});
"""
WALL = "0000000000000000000030"
BUILDING = "0000000000000000000021"
STOREY = "0000000000000000000022"


def box_model(*more: str, unit: str = METRE, schema: str = "IFC4", building: str = "House", without: str = "") -> str:
    """A project with one box. ``more``: lines to add; ``without``: the start of lines to leave out."""
    last = "" if schema == "IFC2X3" else ",$"
    lines = (unit + _BODY.format(building=building, last=last)).splitlines()
    kept = [line for line in lines if not without or not line.startswith(without)]
    return _HEADER.format(schema=schema) + "\n".join([*kept, *more]) + "\nENDSEC;\nEND-ISO-10303-21;\n"


def map_conversion(
    crs: str = "EPSG:4549",
    *,
    east: float = 429563.0,
    north: float = 2885887.0,
    height: float = 12.0,
    axis: tuple[float, float] = (1.0, 0.0),
    scale: str = "$",
    map_unit: str = "$",
    vertical: str = "'EPSG:5737'",
) -> tuple[str, str]:
    """The two lines of a map conversion of context #5."""
    return (
        f"#80=IFCPROJECTEDCRS('{crs}',$,$,{vertical},$,$,{map_unit});",
        f"#81=IFCMAPCONVERSION(#5,#80,{east!r},{north!r},{height!r},{axis[0]!r},{axis[1]!r},{scale});",
    )
