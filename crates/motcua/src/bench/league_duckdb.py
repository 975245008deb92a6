# The same question as league.sql in DuckDB. Arguments: the rows as CSV, the moment, how many times.
# Prints milliseconds, one run a line.
import sys
import time

import duckdb

rows, now, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
db = duckdb.connect()
db.execute(
    "CREATE TABLE league AS SELECT * FROM read_csv(?, header=false, columns={'unit': 'USMALLINT', "
    "'service': 'USMALLINT', 'area': 'USMALLINT', 'opened': 'BIGINT', 'due': 'BIGINT', 'ended': 'BIGINT', "
    "'ending': 'UTINYINT'})",
    [rows],
)
question = f"""
    SELECT unit, count(*),
           count(*) FILTER (WHERE due < {now} AND ended <= due) / nullif(count(*) FILTER (WHERE due < {now}), 0),
           quantile_cont(ended - opened, [0.5, 0.9])
    FROM league WHERE ending IS DISTINCT FROM 7 GROUP BY unit
"""
for _ in range(times):
    started = time.perf_counter()
    db.execute(question).fetchall()
    print((time.perf_counter() - started) * 1000)
