-- Figures that this system cannot know, entered with their source (nothing is overwritten: the newest counts);
-- the city's own versions of what the numbers are measured by; disputes of officers about their record.
CREATE TABLE entered_figure (
  city TEXT NOT NULL, measure TEXT NOT NULL, period TEXT NOT NULL, subject TEXT NOT NULL, metric TEXT NOT NULL,
  at BIGINT NOT NULL, id BLOB NOT NULL, body TEXT NOT NULL, entered_by BLOB,
  PRIMARY KEY (city, measure, period, subject, metric, at, id)
);
CREATE TABLE yardstick (
  city TEXT NOT NULL, name TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, name, version)
);
CREATE TABLE dispute (
  city TEXT NOT NULL, id BLOB NOT NULL, person BLOB NOT NULL, unit TEXT NOT NULL, case_id BLOB NOT NULL,
  words TEXT NOT NULL, at BIGINT NOT NULL, answered_by BLOB, answer TEXT, accepted BIGINT, answered_at BIGINT,
  PRIMARY KEY (city, id)
);
CREATE INDEX dispute_person ON dispute (city, person, at);
CREATE INDEX dispute_unit ON dispute (city, unit, at);
CREATE INDEX dispute_case ON dispute (city, case_id);
