"""What runs a query over the electorate: DuckDB on one machine, Spark on many."""
