"""Every number of the shipped screens computed a second time, from Parquet and SQLite, without SQL of screens."""
