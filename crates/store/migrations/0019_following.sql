-- Followers of public reports, by an address that confirmed itself or by a device; what each follows; what they are still to
-- be told; wishes that wait for their address. Whoever stops leaves no row. secret opens the follower's own page and stands
-- in every letter. too: "I have seen it too", counted beside the report.
CREATE TABLE follower (
  city TEXT NOT NULL, id BLOB NOT NULL, secret TEXT NOT NULL, secret_hash BLOB NOT NULL, email TEXT,
  endpoint TEXT, browser_key TEXT, browser_secret TEXT, language TEXT NOT NULL, pace TEXT NOT NULL,
  since BIGINT NOT NULL, due BIGINT NOT NULL, tries BIGINT NOT NULL, PRIMARY KEY (city, id)
);
CREATE UNIQUE INDEX follower_secret ON follower (city, secret_hash);
CREATE UNIQUE INDEX follower_email ON follower (city, email) WHERE email IS NOT NULL;
CREATE TABLE follow (
  city TEXT NOT NULL, follower BLOB NOT NULL, id BLOB NOT NULL, case_id BLOB, code TEXT, service TEXT, area TEXT,
  lat DOUBLE PRECISION, lon DOUBLE PRECISION, metres BIGINT, too BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, follower, id)
);
CREATE INDEX follow_case ON follow (city, case_id) WHERE case_id IS NOT NULL;
CREATE INDEX follow_area ON follow (city, area) WHERE area IS NOT NULL;
CREATE INDEX follow_spot ON follow (city, lat) WHERE lat IS NOT NULL;
CREATE INDEX follow_rest ON follow (city, service) WHERE case_id IS NULL AND area IS NULL AND lat IS NULL;
CREATE TABLE follow_news (
  city TEXT NOT NULL, follower BLOB NOT NULL, case_id BLOB NOT NULL, version BIGINT NOT NULL, fresh BIGINT NOT NULL,
  at BIGINT NOT NULL, PRIMARY KEY (city, follower, case_id, version)
) CLUSTERED;
CREATE TABLE follow_wish (
  city TEXT NOT NULL, token_hash BLOB NOT NULL, token TEXT NOT NULL, email TEXT NOT NULL, body TEXT NOT NULL,
  at BIGINT NOT NULL, due BIGINT NOT NULL, sent BIGINT, tries BIGINT NOT NULL, expires BIGINT NOT NULL, used BIGINT,
  PRIMARY KEY (city, token_hash)
);
CREATE INDEX follow_wish_due ON follow_wish (city, due) WHERE sent IS NULL;
CREATE INDEX follow_wish_email ON follow_wish (city, email, at);
CREATE INDEX follow_wish_expires ON follow_wish (city, expires);
