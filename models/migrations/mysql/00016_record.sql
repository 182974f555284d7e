-- Bills and referrals, in the terms of FHIR's Invoice and ServiceRequest.
-- +goose Up
CREATE TABLE invoices (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  number VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  appointment_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  branch VARCHAR(32) NOT NULL DEFAULT '',
  status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMBLOB,
  discount BIGINT NOT NULL DEFAULT 0,
  total BIGINT NOT NULL,
  paid BIGINT NOT NULL DEFAULT 0,
  issued_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  issued_on VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX invoices_number ON invoices (number);
CREATE INDEX invoices_patient ON invoices (patient_id, issued_on);
CREATE INDEX invoices_contact ON invoices (contact_id, issued_on);
CREATE INDEX invoices_appointment ON invoices (appointment_id);

CREATE TABLE referrals (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  number VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  target VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMBLOB,
  share BOOLEAN NOT NULL DEFAULT FALSE,
  status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL DEFAULT 0,
  created_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX referrals_number ON referrals (number);
CREATE INDEX referrals_patient ON referrals (patient_id, created_at);
CREATE INDEX referrals_contact ON referrals (contact_id, created_at);
CREATE INDEX referrals_status ON referrals (status, created_at);

-- +goose Down
DROP TABLE referrals;
DROP TABLE invoices;
