"""Files of readings: CSV (or tab, semicolon) and Parquet, one point a row or one a column."""
