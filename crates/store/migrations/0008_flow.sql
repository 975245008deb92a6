-- The law of the flow. What a request to complete a dossier lists (body NULL once erased), and the letters of
-- apology (form 04) for each date that came near: row of a case's sum, with the draft beside it until it is signed.
CREATE TABLE mark_list (
  city TEXT NOT NULL, case_id BLOB NOT NULL, id BLOB NOT NULL, body TEXT, at BIGINT NOT NULL,
  PRIMARY KEY (city, case_id, id)
);
CREATE TABLE apology (
  city TEXT NOT NULL, case_id BLOB NOT NULL, due BIGINT NOT NULL, unit TEXT NOT NULL, prepared BIGINT NOT NULL,
  proposed BIGINT NOT NULL, signed BIGINT, signer BLOB, promised BIGINT, ended BIGINT,
  PRIMARY KEY (city, case_id, due)
);
CREATE INDEX apology_unit ON apology (city, unit, due);
CREATE TABLE apology_draft (
  city TEXT NOT NULL, case_id BLOB NOT NULL, due BIGINT NOT NULL, body TEXT, by BLOB NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, case_id, due)
);
