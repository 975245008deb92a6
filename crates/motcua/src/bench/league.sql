-- The league as one would write it at first: counts, on time over deadlines passed, naive median and p90
-- of the ended (open cases left out, which flatters slow units). `:now` is the moment asked about,
-- `:from` and `:to` bound the openings.
SELECT unit,
       count(*),
       count(*) FILTER (WHERE due < :now AND ended <= due)::float8 / nullif(count(*) FILTER (WHERE due < :now), 0),
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY ended - opened)
FROM league
WHERE ending IS DISTINCT FROM 7 AND opened >= :from AND opened < :to
GROUP BY unit;
