-- Programs that may hand in reports, each with a key of which only the hash is kept.
CREATE TABLE api_key (
  city TEXT NOT NULL, key_hash BLOB NOT NULL, name TEXT NOT NULL, contact TEXT NOT NULL,
  per_minute BIGINT NOT NULL, made BIGINT NOT NULL, made_by BLOB, ended BIGINT,
  PRIMARY KEY (city, key_hash)
) CLUSTERED;
-- "What changed since?" of followers outside.
CREATE INDEX case_changed ON cases (city, touched, id) WHERE public = 1;
-- Which program handed in which report: it alone may add to it through the interface.
CREATE TABLE api_request (
  city TEXT NOT NULL, case_id BLOB NOT NULL, key_hash BLOB NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, case_id)
) CLUSTERED;
