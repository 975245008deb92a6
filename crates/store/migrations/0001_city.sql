-- What one city remembers. Portable subset: the dialects turn BLOB and CLUSTERED into their words.
-- Every key begins with city, the one distribution column. Moments are epoch microseconds, days ISO text.

CREATE TABLE city (
  city TEXT NOT NULL, name TEXT NOT NULL, demonstration BIGINT NOT NULL, settings TEXT NOT NULL,
  sealed BIGINT NOT NULL, PRIMARY KEY (city)
);
CREATE TABLE kv (
  city TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (city, name)
);
CREATE TABLE calendar (
  city TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, version)
);

-- Organisation, with validity: the same code can mean another area before and after a reform.
CREATE TABLE unit (
  city TEXT NOT NULL, code TEXT NOT NULL, valid_from TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (city, code, valid_from)
);
CREATE TABLE area (
  city TEXT NOT NULL, code TEXT NOT NULL, valid_from TEXT NOT NULL, body TEXT NOT NULL, boundary TEXT,
  PRIMARY KEY (city, code, valid_from)
);
CREATE TABLE area_set (
  city TEXT NOT NULL, code TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (city, code)
);

-- People, their seats and their sessions.
CREATE TABLE person (
  city TEXT NOT NULL, id BLOB NOT NULL, login TEXT, name TEXT NOT NULL, password TEXT,
  kind TEXT NOT NULL, powers TEXT NOT NULL, disabled BIGINT NOT NULL, PRIMARY KEY (city, id)
);
CREATE UNIQUE INDEX person_login ON person (city, login);
CREATE TABLE seat (
  city TEXT NOT NULL, person BLOB NOT NULL, unit TEXT NOT NULL, post TEXT NOT NULL,
  valid_from BIGINT NOT NULL, valid_to BIGINT, PRIMARY KEY (city, person, unit, post, valid_from)
) CLUSTERED;
CREATE INDEX seat_unit ON seat (city, unit);
CREATE TABLE session (
  city TEXT NOT NULL, token_hash BLOB NOT NULL, person BLOB NOT NULL, created BIGINT NOT NULL,
  last_used BIGINT NOT NULL, expires BIGINT NOT NULL, revoked BIGINT, agent TEXT NOT NULL,
  PRIMARY KEY (city, token_hash)
) CLUSTERED;
CREATE INDEX session_person ON session (city, person);
CREATE TABLE sign_in_attempt (
  city TEXT NOT NULL, login TEXT NOT NULL, at BIGINT NOT NULL, source TEXT NOT NULL, ok BIGINT NOT NULL,
  PRIMARY KEY (city, login, at, source)
) CLUSTERED;
CREATE INDEX sign_in_source ON sign_in_attempt (city, source, at);
CREATE TABLE access_log (
  city TEXT NOT NULL, person BLOB NOT NULL, at BIGINT NOT NULL, case_id BLOB NOT NULL, purpose TEXT NOT NULL,
  PRIMARY KEY (city, person, at, case_id)
) CLUSTERED;
CREATE INDEX access_case ON access_log (city, case_id, at);

-- Services: published versions are never changed.
CREATE TABLE service_version (
  city TEXT NOT NULL, service TEXT NOT NULL, version BIGINT NOT NULL, text TEXT NOT NULL,
  resolved TEXT NOT NULL, hash TEXT NOT NULL, effective BIGINT NOT NULL, published_by BLOB,
  at BIGINT NOT NULL, PRIMARY KEY (city, service, version)
);
CREATE TABLE service_draft (
  city TEXT NOT NULL, service TEXT NOT NULL, revision BIGINT NOT NULL, text TEXT NOT NULL,
  changed_by BLOB, at BIGINT NOT NULL, PRIMARY KEY (city, service)
);

-- Cases: the row is the sum of the events; its columns are what lists ask for.
CREATE TABLE cases (
  city TEXT NOT NULL, id BLOB NOT NULL, code TEXT NOT NULL, secret_hash BLOB, service TEXT NOT NULL,
  service_version BIGINT NOT NULL, version BIGINT NOT NULL, life BIGINT NOT NULL, ending TEXT,
  unit TEXT NOT NULL, area TEXT, kind TEXT NOT NULL, channel TEXT NOT NULL, applicant BLOB, about BLOB,
  public BIGINT NOT NULL, lat DOUBLE PRECISION, lon DOUBLE PRECISION, title TEXT NOT NULL,
  opened BIGINT NOT NULL, first_due BIGINT, due BIGINT, ended BIGINT, handed BIGINT,
  returned BIGINT NOT NULL, reopened BIGINT NOT NULL, evidenced BIGINT NOT NULL, rating BIGINT,
  topic TEXT NOT NULL,  state TEXT NOT NULL, head BLOB NOT NULL, touched BIGINT NOT NULL, PRIMARY KEY (city, id)
);
CREATE UNIQUE INDEX case_code ON cases (city, code);
CREATE INDEX case_unit ON cases (city, unit, opened, id);
CREATE INDEX case_service ON cases (city, service, opened, id);
CREATE INDEX case_public ON cases (city, opened, id) WHERE public = 1;
CREATE INDEX case_place ON cases (city, lat, lon) WHERE public = 1 AND lat IS NOT NULL;
CREATE INDEX case_applicant ON cases (city, applicant, opened, id) WHERE applicant IS NOT NULL;
CREATE INDEX case_about ON cases (city, about) WHERE about IS NOT NULL;
CREATE INDEX case_open_due ON cases (city, due, id) WHERE ended IS NULL;

-- Units that hold or have held a case: who may see it, and whose search finds it.
CREATE TABLE holding (
  city TEXT NOT NULL, case_id BLOB NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (city, case_id, unit)
) CLUSTERED;

-- The inbox: steps under way, rewritten with the case. step_row -1 means no row; sort is the legal
-- due moment while that clock runs, else the step's, else the end of time.
CREATE TABLE task (
  city TEXT NOT NULL, case_id BLOB NOT NULL, step TEXT NOT NULL, step_row BIGINT NOT NULL,
  role TEXT NOT NULL, unit TEXT, post TEXT NOT NULL, holder BLOB, since BIGINT NOT NULL, due BIGINT,
  legal_due BIGINT, sort BIGINT NOT NULL, service TEXT NOT NULL, PRIMARY KEY (city, case_id, step, step_row)
) CLUSTERED;
CREATE INDEX task_unit ON task (city, unit, sort, case_id);
CREATE INDEX task_holder ON task (city, holder, sort, case_id) WHERE holder IS NOT NULL;
CREATE INDEX task_due ON task (city, due);

-- Events: inserted, never updated, never deleted. hash chains the events of one case.
CREATE TABLE event (
  city TEXT NOT NULL, case_id BLOB NOT NULL, version BIGINT NOT NULL, at BIGINT NOT NULL,
  actor TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (city, case_id, version)
) CLUSTERED;

-- Personal data stands apart from events so that it can be erased; body is NULL then.
CREATE TABLE answers (
  city TEXT NOT NULL, case_id BLOB NOT NULL, version BIGINT NOT NULL, body TEXT, at BIGINT NOT NULL,
  PRIMARY KEY (city, case_id, version)
);
CREATE TABLE note (
  city TEXT NOT NULL, case_id BLOB NOT NULL, id BLOB NOT NULL, body TEXT, public BIGINT NOT NULL,
  at BIGINT NOT NULL, PRIMARY KEY (city, case_id, id)
);
CREATE TABLE attachment (
  city TEXT NOT NULL, case_id BLOB NOT NULL, hash TEXT NOT NULL, what TEXT NOT NULL,
  public BIGINT NOT NULL, name TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (city, case_id, hash, what)
);
CREATE TABLE file (
  city TEXT NOT NULL, hash TEXT NOT NULL, size BIGINT NOT NULL, media TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, hash)
);
CREATE TABLE draft (
  city TEXT NOT NULL, token_hash BLOB NOT NULL, service TEXT NOT NULL, service_version BIGINT NOT NULL,
  person BLOB, answers TEXT NOT NULL, at BIGINT NOT NULL, expires BIGINT NOT NULL,
  PRIMARY KEY (city, token_hash)
);
CREATE INDEX draft_expires ON draft (city, expires);
CREATE INDEX draft_person ON draft (city, person) WHERE person IS NOT NULL;

-- Work that follows a commit. Topic seal is read in order by one sequencer (part 0); other topics are
-- claimed by part. The key is the queue order. For topic seal, item is how many events the command made,
-- payload their hashes in hex.
CREATE TABLE outbox (
  city TEXT NOT NULL, topic TEXT NOT NULL, part BIGINT NOT NULL, not_before BIGINT NOT NULL,
  case_id BLOB NOT NULL, version BIGINT NOT NULL, item BIGINT NOT NULL, payload TEXT NOT NULL,
  tries BIGINT NOT NULL, PRIMARY KEY (city, topic, part, not_before, case_id, version, item)
) CLUSTERED;
CREATE TABLE idempotency (
  city TEXT NOT NULL, name TEXT NOT NULL, result TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, name)
) CLUSTERED;
CREATE INDEX idempotency_at ON idempotency (city, at);
CREATE TABLE code_counter (
  city TEXT NOT NULL, unit TEXT NOT NULL, day TEXT NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (city, unit, day)
) CLUSTERED;

-- Search: folded words, one row a case or service. doc joins the full-text index of SQLite.
CREATE TABLE search (
  city TEXT NOT NULL, kind TEXT NOT NULL, ref TEXT NOT NULL, case_id BLOB, title TEXT NOT NULL,
  words TEXT NOT NULL,
  public BIGINT NOT NULL, at BIGINT NOT NULL, doc BIGINT NOT NULL, PRIMARY KEY (city, kind, ref)
);

CREATE INDEX search_doc ON search (city, doc);

-- The city's log: gap-free positions given by one sequencer, and its hash chain.
CREATE TABLE log (
  city TEXT NOT NULL, pos BIGINT NOT NULL, case_id BLOB NOT NULL, version BIGINT NOT NULL,
  event_hash BLOB NOT NULL, slot BIGINT NOT NULL, PRIMARY KEY (city, pos)
) CLUSTERED;
CREATE UNIQUE INDEX log_case ON log (city, case_id, version);
CREATE TABLE seal (
  city TEXT NOT NULL, height BIGINT NOT NULL, first_pos BIGINT NOT NULL, last_pos BIGINT NOT NULL,
  slots BIGINT NOT NULL, at BIGINT NOT NULL, root BLOB NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (city, height)
);
CREATE INDEX seal_end ON seal (city, last_pos);
