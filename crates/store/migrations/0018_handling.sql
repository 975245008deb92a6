-- Reports that are the same thing as another: all of an original are found by it.
ALTER TABLE cases ADD COLUMN original BLOB;
CREATE INDEX case_original ON cases (city, original) WHERE original IS NOT NULL;

-- Links by which somebody outside answers. Of the secret only the hash is kept; n: which forwarding of the case. opened: how often.
CREATE TABLE outside_link (
  city TEXT NOT NULL, hash BLOB NOT NULL, case_id BLOB NOT NULL, n BIGINT NOT NULL, made BIGINT NOT NULL, until BIGINT NOT NULL,
  opened BIGINT NOT NULL, last BIGINT,
  PRIMARY KEY (city, hash)
) CLUSTERED;
CREATE INDEX outside_link_case ON outside_link (city, case_id, n);

-- Replies that are written once and used often, each version kept; the newest holds unless it is taken out of use. service and ending:
-- empty where it is for all.
CREATE TABLE reply (
  city TEXT NOT NULL, key TEXT NOT NULL, version BIGINT NOT NULL, service TEXT NOT NULL, ending TEXT NOT NULL, title TEXT NOT NULL,
  body TEXT NOT NULL, used BIGINT NOT NULL, written_by BLOB NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, key, version)
) CLUSTERED;
