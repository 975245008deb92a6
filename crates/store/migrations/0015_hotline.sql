-- The hotline. A call as its exchange told it and as its operator wrote it down; number and note are personal and can
-- be erased (NULL) while the call is still counted. What an exchange said is kept by its name for it, so that the same
-- saying counts once. Which extension an operator sits at.
CREATE TABLE hotline_call (
  city TEXT NOT NULL, id BLOB NOT NULL, system TEXT NOT NULL, foreign_id TEXT NOT NULL, direction TEXT NOT NULL,
  number TEXT, line TEXT, line_since BIGINT, operator BLOB, rang BIGINT, answered BIGINT, ended BIGINT,
  transfers BIGINT NOT NULL, back_to BLOB, outcome TEXT, service TEXT, area TEXT, note TEXT, case_id BLOB,
  follow_up BIGINT, wrapped BIGINT, followed BIGINT, began BIGINT NOT NULL, touched BIGINT NOT NULL,
  PRIMARY KEY (city, id)
);
CREATE UNIQUE INDEX hotline_call_foreign ON hotline_call (city, system, foreign_id);
CREATE INDEX hotline_call_began ON hotline_call (city, began, id);
CREATE INDEX hotline_call_number ON hotline_call (city, number, began) WHERE number IS NOT NULL;
CREATE INDEX hotline_call_case ON hotline_call (city, case_id) WHERE case_id IS NOT NULL;
CREATE INDEX hotline_call_follow ON hotline_call (city, follow_up) WHERE follow_up IS NOT NULL AND followed IS NULL;
CREATE INDEX hotline_call_touched ON hotline_call (city, touched);
CREATE TABLE hotline_said (
  city TEXT NOT NULL, system TEXT NOT NULL, event TEXT NOT NULL, call_id BLOB NOT NULL, said TEXT NOT NULL,
  at BIGINT NOT NULL, came BIGINT NOT NULL, PRIMARY KEY (city, system, event)
) CLUSTERED;
CREATE TABLE hotline_line (
  city TEXT NOT NULL, person BLOB NOT NULL, line TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (city, person)
);

-- Words from outside that are no case yet: letters, texts. foreign_id is a hash of what the other side calls it; sender,
-- subject and body are personal and NULL once erased. files: as a draft keeps them.
CREATE TABLE arrival (
  city TEXT NOT NULL, id BLOB NOT NULL, way TEXT NOT NULL, foreign_id TEXT NOT NULL, sender TEXT, subject TEXT,
  body TEXT, files TEXT NOT NULL, service TEXT, area TEXT, state TEXT NOT NULL, why TEXT, case_id BLOB, person BLOB,
  came BIGINT NOT NULL, settled BIGINT, PRIMARY KEY (city, id)
);
CREATE UNIQUE INDEX arrival_foreign ON arrival (city, way, foreign_id);
CREATE INDEX arrival_case ON arrival (city, case_id) WHERE case_id IS NOT NULL;
CREATE INDEX arrival_waiting ON arrival (city, came, id) WHERE settled IS NULL;
CREATE INDEX arrival_sender ON arrival (city, sender, came) WHERE sender IS NOT NULL;
