"""Vector files, coordinate tables and OSM extracts: rows of any geographic table into features of one layer."""
