-- Messages: one row for each person and way. id is made from what the message is about, so that the same notice read twice makes
-- no second message; it is also the key by which a provider tells a second try. body, subject and address can be erased (NULL) while
-- the fact that something was sent stays. due: when it may be tried next; while it is on its way, when it counts as lost.
CREATE TABLE message (
  city TEXT NOT NULL, id BLOB NOT NULL, case_id BLOB, recipient TEXT NOT NULL, side TEXT NOT NULL, kind TEXT NOT NULL,
  channel TEXT NOT NULL, language TEXT NOT NULL, address TEXT, subject TEXT, body TEXT, provider TEXT, fallback TEXT NOT NULL,
  state TEXT NOT NULL, tries BIGINT NOT NULL, due BIGINT NOT NULL, created BIGINT NOT NULL, settled BIGINT, reference TEXT, fault TEXT,
  PRIMARY KEY (city, id)
);
CREATE INDEX message_waiting ON message (city, due, id) WHERE settled IS NULL;
CREATE INDEX message_case ON message (city, case_id, created) WHERE case_id IS NOT NULL;
CREATE INDEX message_recipient ON message (city, recipient, created);
CREATE INDEX message_failed ON message (city, created) WHERE state = 'failed';
CREATE INDEX message_reference ON message (city, reference) WHERE reference IS NOT NULL;

-- Up to when a person has seen their list; what a person wishes (ways, address, digest) as JSON.
CREATE TABLE message_seen (
  city TEXT NOT NULL, person BLOB NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (city, person)
);
CREATE TABLE preference (
  city TEXT NOT NULL, person BLOB NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (city, person)
);

-- The city's own texts, each version kept: written by one, approved by another.
CREATE TABLE message_text (
  city TEXT NOT NULL, key TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL, written_by BLOB, at BIGINT NOT NULL,
  approved_by BLOB, approved_at BIGINT, PRIMARY KEY (city, key, version)
);
-- Documents of rules that the city corrects as a whole (policy of messages, tiers of escalation), by version.
CREATE TABLE rulebook (
  city TEXT NOT NULL, name TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL, written_by BLOB, at BIGINT NOT NULL,
  PRIMARY KEY (city, name, version)
);
