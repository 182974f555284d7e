-- Consents to examinations and treatments, and choices between treatments.
-- What happened to one is appended to treatment_consent_events, never changed.
-- +goose Up
CREATE TABLE treatment_consents (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  number VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ask_key VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  form VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  appointment_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  branch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  practitioner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  asked_by VARCHAR(64) NOT NULL DEFAULT '',
  body MEDIUMBLOB,
  status VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX treatment_consents_number ON treatment_consents (number);
CREATE UNIQUE INDEX treatment_consents_ask ON treatment_consents (ask_key);
CREATE INDEX treatment_consents_patient ON treatment_consents (patient_id, id);
CREATE INDEX treatment_consents_appointment ON treatment_consents (appointment_id, id);
CREATE INDEX treatment_consents_contact ON treatment_consents (contact_id, id);
CREATE INDEX treatment_consents_status ON treatment_consents (status, id);

CREATE TABLE treatment_consent_events (
  consent_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq INT NOT NULL,
  what VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  staff_id VARCHAR(64) NOT NULL DEFAULT '',
  body MEDIUMBLOB,
  at BIGINT NOT NULL,
  link VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (consent_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE treatment_consent_events;
DROP TABLE treatment_consents;
