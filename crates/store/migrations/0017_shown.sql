-- What a moderator has to look at: a row stands here while a report waits to be published, or was reported as unfit and nobody
-- has looked since. flags: by how many.
CREATE TABLE review (
  city TEXT NOT NULL, case_id BLOB NOT NULL, since BIGINT NOT NULL, flags BIGINT NOT NULL, PRIMARY KEY (city, case_id)
) CLUSTERED;
CREATE INDEX review_since ON review (city, since, case_id);
-- "This is not fit to be shown", once for each case and address: source is a hash, words can be erased (NULL).
CREATE TABLE flag (
  city TEXT NOT NULL, case_id BLOB NOT NULL, source BLOB NOT NULL, at BIGINT NOT NULL, reason TEXT NOT NULL, words TEXT,
  settled BIGINT, PRIMARY KEY (city, case_id, source)
) CLUSTERED;
-- Photos as they were sent, sealed: no list of files names them. photo is the hash of the picture that was drawn from it.
CREATE TABLE original (
  city TEXT NOT NULL, case_id BLOB NOT NULL, photo TEXT NOT NULL, hash TEXT NOT NULL, size BIGINT NOT NULL, media TEXT NOT NULL,
  at BIGINT NOT NULL, PRIMARY KEY (city, case_id, photo)
) CLUSTERED;
CREATE INDEX original_at ON original (city, at, case_id, photo);
CREATE INDEX original_hash ON original (city, hash);
-- How much came from one address or contact (a hash) in which hour. Forgotten after a day.
CREATE TABLE posted (
  city TEXT NOT NULL, hour BIGINT NOT NULL, what TEXT NOT NULL, source BLOB NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (city, hour, what, source)
) CLUSTERED;
