-- Who is a duplicate of a report is asked with every command on it: in the order asked, or the whole city is read for it.
DROP INDEX case_original;
CREATE INDEX case_original ON cases (city, original, id) WHERE original IS NOT NULL;
