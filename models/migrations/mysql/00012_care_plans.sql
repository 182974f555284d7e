-- Care plans that run, in the terms of FHIR's CarePlan.
-- +goose Up
CREATE TABLE care_plans (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  plan_key VARBINARY(191) NOT NULL,
  plan VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  service VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  patient_name MEDIUMBLOB,
  client_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  branch VARCHAR(32) NOT NULL DEFAULT '',
  practitioner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  appointment_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  start_at BIGINT NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  started_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX care_plans_key ON care_plans (plan_key);
CREATE INDEX care_plans_patient ON care_plans (patient_id, start_at, id);
CREATE INDEX care_plans_contact ON care_plans (contact_id, start_at, id);
CREATE INDEX care_plans_client ON care_plans (client_id, start_at, id);

-- +goose Down
DROP TABLE care_plans;
