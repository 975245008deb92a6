# The same question as league.sql in DuckDB. Arguments: the rows as CSV, the moment, the bounds of the openings, how many
# times.
# Prints milliseconds, one run a line.
import sys
import time

import duckdb

rows = sys.argv[1]
now, first, end, times = (int(number) for number in sys.argv[2:6])
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
    FROM league WHERE ending IS DISTINCT FROM 7 AND opened >= {first} AND opened < {end} GROUP BY unit
"""
for _ in range(times):
    started = time.perf_counter()
    db.execute(question).fetchall()
    print((time.perf_counter() - started) * 1000)
