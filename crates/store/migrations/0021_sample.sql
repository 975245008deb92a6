-- Looking again at what was called solved. The list of a month is closed before the number that draws from it is known. law: what held for that
-- month, as JSON. seed and by whom: as a first person wrote it down; confirmed_by: who wrote down the same, and by that drew.
CREATE TABLE sample_month (
  city TEXT NOT NULL, month TEXT NOT NULL, law TEXT NOT NULL, closed BIGINT NOT NULL, seed_day TEXT NOT NULL, size BIGINT NOT NULL, hash TEXT NOT NULL,
  seed TEXT, source TEXT, seed_by BLOB, seed_at BIGINT, confirmed_by BLOB, drawn BIGINT, due BIGINT,
  PRIMARY KEY (city, month)
) CLUSTERED;
-- Every line of a list. found and looked: what was said last by an event of the case, and when.
CREATE TABLE sample_case (
  city TEXT NOT NULL, month TEXT NOT NULL, tag TEXT NOT NULL, case_id BLOB NOT NULL, unit TEXT NOT NULL, drawn BIGINT NOT NULL, found TEXT, looked BIGINT,
  PRIMARY KEY (city, month, tag)
) CLUSTERED;
CREATE INDEX sample_drawn ON sample_case (city, month, case_id) WHERE drawn = 1;
CREATE INDEX sample_of_case ON sample_case (city, case_id, month) WHERE drawn = 1;
