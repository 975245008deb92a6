-- The counter. A number of a desk's queue on a day; what it was told to whom took it is a token, of which only the hash
-- is kept. waited and served are seconds gone by before `since` and `called`. No name and no number of a person.
CREATE TABLE queue_ticket (
  city TEXT NOT NULL, desk TEXT NOT NULL, day TEXT NOT NULL, n BIGINT NOT NULL, token_hash BLOB NOT NULL,
  purpose TEXT NOT NULL, priority TEXT, afar BIGINT NOT NULL, state TEXT NOT NULL, counter BIGINT, clerk BLOB,
  taken BIGINT NOT NULL, since BIGINT NOT NULL, called BIGINT, calls BIGINT NOT NULL, sent_on BIGINT NOT NULL,
  waited BIGINT NOT NULL, served BIGINT NOT NULL, ended BIGINT, touched BIGINT NOT NULL,
  PRIMARY KEY (city, desk, day, n)
) CLUSTERED;
CREATE INDEX queue_ticket_day ON queue_ticket (city, day, state);
CREATE UNIQUE INDEX queue_ticket_token ON queue_ticket (city, token_hash);

-- Where a dossier was received, who is competent, who helped: three organisations, to be counted apart.
CREATE TABLE reception (
  city TEXT NOT NULL, case_id BLOB NOT NULL, desk TEXT NOT NULL, unit TEXT NOT NULL, helper TEXT, channel TEXT NOT NULL,
  at BIGINT NOT NULL, papers BIGINT NOT NULL, sets BIGINT NOT NULL, PRIMARY KEY (city, case_id)
);
CREATE INDEX reception_desk ON reception (city, desk, at);

-- Codes that other systems gave to a case. Opaque.
CREATE TABLE foreign_code (
  city TEXT NOT NULL, code TEXT NOT NULL, system TEXT NOT NULL, case_id BLOB NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (city, code, system)
);
CREATE INDEX foreign_code_case ON foreign_code (city, case_id);

-- Results on their way by post. Name, phone and address are NULL once erased.
CREATE TABLE parcel (
  city TEXT NOT NULL, id BLOB NOT NULL, case_id BLOB NOT NULL, desk TEXT NOT NULL, carrier TEXT NOT NULL, number TEXT,
  state TEXT NOT NULL, addressee TEXT, phone TEXT, address TEXT, cost BIGINT, made BIGINT NOT NULL, moved BIGINT NOT NULL,
  asked BIGINT NOT NULL, said TEXT NOT NULL, PRIMARY KEY (city, id)
);
CREATE INDEX parcel_desk ON parcel (city, desk, made);
CREATE INDEX parcel_case ON parcel (city, case_id);
CREATE INDEX parcel_state ON parcel (city, state, asked);
