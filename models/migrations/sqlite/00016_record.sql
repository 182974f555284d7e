-- Bills and referrals, in the terms of FHIR's Invoice and ServiceRequest.
-- +goose Up
CREATE TABLE invoices (
  id TEXT NOT NULL PRIMARY KEY,
  number TEXT NOT NULL,
  patient_id TEXT NOT NULL DEFAULT '',
  contact_id TEXT NOT NULL DEFAULT '',
  appointment_id TEXT NOT NULL DEFAULT '',
  branch TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL,
  body BLOB,
  discount BIGINT NOT NULL DEFAULT 0,
  total BIGINT NOT NULL,
  paid BIGINT NOT NULL DEFAULT 0,
  issued_by TEXT NOT NULL DEFAULT '',
  issued_on TEXT NOT NULL,
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invoices_number ON invoices (number);
CREATE INDEX invoices_patient ON invoices (patient_id, issued_on);
CREATE INDEX invoices_contact ON invoices (contact_id, issued_on);
CREATE INDEX invoices_appointment ON invoices (appointment_id);

CREATE TABLE referrals (
  id TEXT NOT NULL PRIMARY KEY,
  number TEXT NOT NULL,
  patient_id TEXT NOT NULL DEFAULT '',
  contact_id TEXT NOT NULL DEFAULT '',
  target TEXT NOT NULL,
  body BLOB,
  share BOOLEAN NOT NULL DEFAULT FALSE,
  status TEXT NOT NULL,
  at BIGINT NOT NULL DEFAULT 0,
  created_by TEXT NOT NULL DEFAULT '',
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX referrals_number ON referrals (number);
CREATE INDEX referrals_patient ON referrals (patient_id, created_at);
CREATE INDEX referrals_contact ON referrals (contact_id, created_at);
CREATE INDEX referrals_status ON referrals (status, created_at);

-- +goose Down
DROP TABLE referrals;
DROP TABLE invoices;
