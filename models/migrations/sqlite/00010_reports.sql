-- What the clinic's systems send about a patient, and who looked at it.
-- +goose Up
CREATE TABLE clinical (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  status TEXT NOT NULL,
  category TEXT NOT NULL DEFAULT '',
  at BIGINT NOT NULL,
  issued_at BIGINT NOT NULL DEFAULT 0,
  held_until BIGINT NOT NULL DEFAULT 0,
  version INT NOT NULL,
  digest TEXT NOT NULL,
  body BLOB,
  source BLOB,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX clinical_patient ON clinical (patient_id, kind, at, id);
CREATE INDEX clinical_at ON clinical (kind, at, id);

CREATE TABLE clinical_keys (
  kind TEXT NOT NULL,
  hash TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (kind, hash)
);
CREATE INDEX clinical_keys_id ON clinical_keys (id);

CREATE TABLE clinical_codes (
  id TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (id, hash)
);
CREATE INDEX clinical_codes_hash ON clinical_codes (hash, id);

CREATE TABLE audit (
  chain TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  subject TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_subject ON audit (subject, at);

-- +goose Down
DROP TABLE audit;
DROP TABLE clinical_codes;
DROP TABLE clinical_keys;
DROP TABLE clinical;
