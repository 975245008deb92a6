-- What cases cost and what came for it. fee_account and money are sums and lines of the events; the rest stands
-- apart: numbers of receipts, tills, bank lines, and which account collects for which unit. Whole đồng.
CREATE TABLE fee_account (
  city TEXT NOT NULL, case_id BLOB NOT NULL, reference TEXT NOT NULL, unit TEXT NOT NULL, owed BIGINT NOT NULL,
  paid BIGINT NOT NULL, surplus BIGINT NOT NULL, going_back BIGINT NOT NULL, PRIMARY KEY (city, case_id)
);
CREATE UNIQUE INDEX fee_account_reference ON fee_account (city, reference);
CREATE INDEX fee_account_surplus ON fee_account (city, unit) WHERE surplus > 0 OR going_back > 0;

-- One line for each movement, booked when it happened; a cancelled receipt is a line of its own with minus.
CREATE TABLE money (
  city TEXT NOT NULL, case_id BLOB NOT NULL, version BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
  unit TEXT NOT NULL, agency TEXT NOT NULL, service TEXT NOT NULL, way TEXT NOT NULL, amount BIGINT NOT NULL,
  number BIGINT NOT NULL, receipt_year BIGINT, receipt BIGINT, person BLOB, PRIMARY KEY (city, case_id, version)
);
CREATE INDEX money_unit ON money (city, unit, at);
CREATE UNIQUE INDEX money_receipt ON money (city, unit, receipt_year, receipt) WHERE kind = 'paid';

CREATE TABLE receipt_series (
  city TEXT NOT NULL, unit TEXT NOT NULL, year BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (city, unit, year)
) CLUSTERED;
CREATE TABLE till (
  city TEXT NOT NULL, unit TEXT NOT NULL, day TEXT NOT NULL, body TEXT NOT NULL, closed BIGINT NOT NULL,
  confirmed BIGINT NOT NULL, PRIMARY KEY (city, unit, day)
);
CREATE TABLE collecting_account (
  city TEXT NOT NULL, unit TEXT NOT NULL, valid_from TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (city, unit, valid_from)
);

-- What banks told, once each: source and number are theirs. words may name people and are erased with time.
CREATE TABLE bank_line (
  city TEXT NOT NULL, source TEXT NOT NULL, number TEXT NOT NULL, at BIGINT NOT NULL, amount BIGINT NOT NULL,
  account TEXT NOT NULL, words TEXT NOT NULL, came BIGINT NOT NULL, state TEXT NOT NULL, why TEXT,
  case_id BLOB, person BLOB, note TEXT, PRIMARY KEY (city, source, number)
);
CREATE INDEX bank_open ON bank_line (city, at) WHERE state = 'open';
CREATE INDEX bank_time ON bank_line (city, at);
