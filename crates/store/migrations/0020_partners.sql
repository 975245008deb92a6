-- Reports handed on to other systems by Open311. state: waiting, token (their id comes later), sent, refused (somebody must correct something).
-- due: of the next try or question. theirs: their id. said: a short hash of what they said last.
CREATE TABLE partner_request (
  city TEXT NOT NULL, partner TEXT NOT NULL, case_id BLOB NOT NULL, state TEXT NOT NULL, tries BIGINT NOT NULL, due BIGINT NOT NULL,
  created BIGINT NOT NULL, settled BIGINT, theirs TEXT, token TEXT, fault TEXT, closed BIGINT NOT NULL, said TEXT, heard BIGINT,
  PRIMARY KEY (city, partner, case_id)
) CLUSTERED;
CREATE INDEX partner_due ON partner_request (city, partner, state, due, case_id);
CREATE INDEX partner_theirs ON partner_request (city, partner, theirs) WHERE theirs IS NOT NULL;
-- Updates of theirs that were taken already.
CREATE TABLE partner_update (
  city TEXT NOT NULL, partner TEXT NOT NULL, update_id TEXT NOT NULL, case_id BLOB NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, partner, update_id)
) CLUSTERED;
-- Whether it answers: when it last did, until when its news were read, since when and why it does not.
CREATE TABLE partner_state (
  city TEXT NOT NULL, partner TEXT NOT NULL, answered BIGINT, read_until BIGINT, asked BIGINT, fault TEXT, fault_since BIGINT, PRIMARY KEY (city, partner)
) CLUSTERED;
-- What belongs to whom: lines and points of a layer (roads, lamps) with their owner.
CREATE TABLE asset (
  city TEXT NOT NULL, layer TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (city, layer, id)
) CLUSTERED;
-- The cell of the map that a case lies in (a hundredth of a degree): a box of the map asks few cells, each newest first.
-- Halves are rounded up, which one engine alone would not do.
ALTER TABLE cases ADD COLUMN cell BIGINT;
UPDATE cases SET cell = CAST(round(lat * 100 + 0.000000001) AS BIGINT) * 100000 + CAST(round(lon * 100 + 0.000000001) AS BIGINT) WHERE lat IS NOT NULL;
CREATE INDEX case_cell ON cases (city, cell, opened, id) WHERE public = 1 AND cell IS NOT NULL;
