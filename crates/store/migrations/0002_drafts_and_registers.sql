-- Files that were sent with a form that is not a case yet, as JSON; what the city's registers hold, by the
-- key they are asked with, and who asked (a draft's token hash or a person).
ALTER TABLE draft ADD COLUMN files TEXT NOT NULL DEFAULT '[]';
CREATE TABLE register_entry (
  city TEXT NOT NULL, register TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, register, key)
);
CREATE TABLE register_look (
  city TEXT NOT NULL, at BIGINT NOT NULL, id BLOB NOT NULL, register TEXT NOT NULL, key TEXT NOT NULL,
  person BLOB, service TEXT NOT NULL, found BIGINT NOT NULL, PRIMARY KEY (city, at, id)
);
