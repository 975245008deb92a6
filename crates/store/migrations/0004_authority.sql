-- The register of mandates: each line one entry (proposed, confirmed, ended), inserted only. Who does an absent
-- person's work, on which days.
CREATE TABLE mandate (
  city TEXT NOT NULL, id BLOB NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL, person BLOB NOT NULL,
  entry TEXT NOT NULL, PRIMARY KEY (city, id, n)
);
CREATE TABLE stand_in (
  city TEXT NOT NULL, id BLOB NOT NULL, absent BLOB NOT NULL, person BLOB NOT NULL, first_day TEXT NOT NULL,
  last_day TEXT NOT NULL, why TEXT NOT NULL, entered_by BLOB NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, id)
);
CREATE INDEX stand_in_last ON stand_in (city, last_day);
