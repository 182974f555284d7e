-- Consents to examinations and treatments, and choices between treatments.
-- What happened to one is appended to treatment_consent_events, never changed.
-- +goose Up
CREATE TABLE treatment_consents (
  id TEXT NOT NULL PRIMARY KEY,
  number TEXT NOT NULL,
  ask_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  form TEXT NOT NULL DEFAULT '',
  hash TEXT NOT NULL,
  patient_id TEXT NOT NULL DEFAULT '',
  contact_id TEXT NOT NULL DEFAULT '',
  appointment_id TEXT NOT NULL DEFAULT '',
  branch TEXT NOT NULL DEFAULT '',
  practitioner TEXT NOT NULL DEFAULT '',
  asked_by TEXT NOT NULL DEFAULT '',
  body BLOB,
  status TEXT NOT NULL,
  version INT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX treatment_consents_number ON treatment_consents (number);
CREATE UNIQUE INDEX treatment_consents_ask ON treatment_consents (ask_key);
CREATE INDEX treatment_consents_patient ON treatment_consents (patient_id, id);
CREATE INDEX treatment_consents_appointment ON treatment_consents (appointment_id, id);
CREATE INDEX treatment_consents_contact ON treatment_consents (contact_id, id);
CREATE INDEX treatment_consents_status ON treatment_consents (status, id);

CREATE TABLE treatment_consent_events (
  consent_id TEXT NOT NULL,
  seq INT NOT NULL,
  what TEXT NOT NULL,
  status TEXT NOT NULL,
  contact_id TEXT NOT NULL DEFAULT '',
  staff_id TEXT NOT NULL DEFAULT '',
  body BLOB,
  at BIGINT NOT NULL,
  link TEXT NOT NULL,
  PRIMARY KEY (consent_id, seq)
);

-- +goose Down
DROP TABLE treatment_consent_events;
DROP TABLE treatment_consents;
