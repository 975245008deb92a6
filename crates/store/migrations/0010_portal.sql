-- What the national portal was told of each dossier, in order. place is the packet's place in its dossier and, with the case, the key by
-- which the portal knows a second try. packet names what to tell; the body is made when it is sent. sent holds the body of the last try and can
-- be erased. A refused packet holds back the later ones of its dossier.
CREATE TABLE portal_packet (
  city TEXT NOT NULL, case_id BLOB NOT NULL, place BIGINT NOT NULL, packet TEXT NOT NULL, state TEXT NOT NULL, tries BIGINT NOT NULL,
  due BIGINT NOT NULL, created BIGINT NOT NULL, settled BIGINT, given TEXT, fault_code TEXT, fault TEXT, sent TEXT,
  PRIMARY KEY (city, case_id, place)
) CLUSTERED;
CREATE INDEX portal_waiting ON portal_packet (city, due, case_id, place) WHERE state <> 'accepted';
CREATE INDEX portal_refused ON portal_packet (city, created) WHERE state = 'refused';

-- A dossier that the portal is told of: its code there (opaque), what it holds.
CREATE TABLE portal_dossier (
  city TEXT NOT NULL, case_id BLOB NOT NULL, code TEXT, status BIGINT, received TEXT, at BIGINT NOT NULL, PRIMARY KEY (city, case_id)
);
-- Our count against the portal's, by month (metric 1.4 of QĐ 766/QĐ-TTg).
CREATE TABLE portal_count (
  city TEXT NOT NULL, month TEXT NOT NULL, ours BIGINT NOT NULL, theirs BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (city, month)
);
