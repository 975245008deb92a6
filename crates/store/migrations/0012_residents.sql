-- Residents known by an electronic identity, their trips of signing in (one use, minutes long), their store of
-- papers and who may look at one, in whose name a case was handed in, how its files came, consents; where
-- registers come from and who looked. body and terms are JSON.
CREATE TABLE resident (
  city TEXT NOT NULL, person BLOB NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL,
  level TEXT NOT NULL, personal_id TEXT, organisation_id TEXT, body TEXT NOT NULL,
  since BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (city, person)
);
CREATE UNIQUE INDEX resident_subject ON resident (city, issuer, subject);
CREATE INDEX resident_personal_id ON resident (city, personal_id) WHERE personal_id IS NOT NULL;
CREATE INDEX resident_organisation_id ON resident (city, organisation_id) WHERE organisation_id IS NOT NULL;
CREATE TABLE sign_in_trip (
  city TEXT NOT NULL, state_hash BLOB NOT NULL, nonce TEXT NOT NULL, verifier TEXT NOT NULL,
  back TEXT NOT NULL, expires BIGINT NOT NULL, PRIMARY KEY (city, state_hash)
) CLUSTERED;
CREATE INDEX sign_in_trip_expires ON sign_in_trip (city, expires);

-- own_key: the form's key of a draft whose owner is signed in; without the owner it opens nothing.
ALTER TABLE draft ADD COLUMN own_key TEXT;

CREATE TABLE kept_paper (
  city TEXT NOT NULL, owner BLOB NOT NULL, id BLOB NOT NULL, title TEXT NOT NULL, code TEXT,
  number TEXT NOT NULL, issuer TEXT NOT NULL, issued TEXT, expires TEXT, trust TEXT NOT NULL,
  source TEXT NOT NULL, case_id BLOB, hash TEXT NOT NULL, size BIGINT NOT NULL, media TEXT NOT NULL,
  body TEXT NOT NULL, at BIGINT NOT NULL, removed BIGINT, PRIMARY KEY (city, owner, id)
);
CREATE TABLE paper_share (
  city TEXT NOT NULL, code_hash BLOB NOT NULL, owner BLOB NOT NULL, paper BLOB NOT NULL, hint TEXT NOT NULL,
  made BIGINT NOT NULL, expires BIGINT NOT NULL, ended BIGINT, opened BIGINT NOT NULL,
  PRIMARY KEY (city, code_hash)
);
CREATE INDEX paper_share_owner ON paper_share (city, owner, made);

CREATE TABLE standing (
  city TEXT NOT NULL, case_id BLOB NOT NULL, body TEXT, at BIGINT NOT NULL, PRIMARY KEY (city, case_id)
);
CREATE TABLE attachment_origin (
  city TEXT NOT NULL, case_id BLOB NOT NULL, hash TEXT NOT NULL, what TEXT NOT NULL,
  digitised BIGINT NOT NULL, reused BIGINT NOT NULL, from_store BIGINT NOT NULL, paper BLOB,
  at BIGINT NOT NULL, PRIMARY KEY (city, case_id, hash, what)
);
CREATE TABLE answer_origin (
  city TEXT NOT NULL, case_id BLOB NOT NULL, body TEXT, at BIGINT NOT NULL, PRIMARY KEY (city, case_id)
);

CREATE TABLE consent (
  city TEXT NOT NULL, person BLOB NOT NULL, purpose TEXT NOT NULL, given BIGINT NOT NULL,
  version BIGINT NOT NULL, words TEXT NOT NULL, words_hash TEXT NOT NULL, withdrawn BIGINT,
  PRIMARY KEY (city, person, purpose, given)
) CLUSTERED;

-- Registers: each import is a version with the day its data is of and the rows that were not taken.
ALTER TABLE register_entry ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE register_entry ADD COLUMN as_of TEXT;
CREATE TABLE register_version (
  city TEXT NOT NULL, register TEXT NOT NULL, version BIGINT NOT NULL, as_of TEXT NOT NULL,
  source TEXT NOT NULL, entries BIGINT NOT NULL, refused BIGINT NOT NULL, whole BIGINT NOT NULL, by_person BLOB,
  at BIGINT NOT NULL, PRIMARY KEY (city, register, version)
);
CREATE TABLE register_flaw (
  city TEXT NOT NULL, register TEXT NOT NULL, version BIGINT NOT NULL, line BIGINT NOT NULL,
  field TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (city, register, version, line, field)
) CLUSTERED;
-- about: the personal or organisation number of the one whom the record concerns; answer: found, not-found,
-- unreachable; reference: a case's code or the short name of a draft.
ALTER TABLE register_look ADD COLUMN about TEXT;
ALTER TABLE register_look ADD COLUMN purpose TEXT;
ALTER TABLE register_look ADD COLUMN reference TEXT;
ALTER TABLE register_look ADD COLUMN answer TEXT;
ALTER TABLE register_look ADD COLUMN place TEXT;
CREATE INDEX register_look_about ON register_look (city, about, at) WHERE about IS NOT NULL;
CREATE INDEX register_look_person ON register_look (city, person, at) WHERE person IS NOT NULL;
CREATE INDEX register_look_place ON register_look (city, place, at) WHERE place IS NOT NULL;
