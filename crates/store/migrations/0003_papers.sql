-- Papers that were handed out, one row each: planned with its number first, then made (hash), perhaps signed, perhaps
-- revoked. check_code is what the QR code on it leads to; year is that of the number. No name of a person stands here.
CREATE TABLE paper (
  city TEXT NOT NULL, case_id BLOB NOT NULL, version BIGINT NOT NULL, what TEXT NOT NULL, template TEXT NOT NULL,
  title TEXT NOT NULL, issuer TEXT NOT NULL, year BIGINT NOT NULL, number BIGINT NOT NULL, symbol TEXT NOT NULL,
  check_code TEXT NOT NULL, planned BIGINT NOT NULL, made BIGINT, hash TEXT, signed BIGINT, signed_hash TEXT,
  revoked BIGINT, revoked_why TEXT, PRIMARY KEY (city, case_id, version, what)
);
CREATE UNIQUE INDEX paper_check ON paper (city, check_code);
CREATE UNIQUE INDEX paper_number ON paper (city, issuer, template, year, number);
-- The book of a desk: what a unit held, by unit.
CREATE INDEX holding_unit ON holding (city, unit, case_id);
