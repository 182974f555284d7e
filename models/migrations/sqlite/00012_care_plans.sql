-- Care plans that run, in the terms of FHIR's CarePlan.
-- +goose Up
CREATE TABLE care_plans (
  id TEXT NOT NULL PRIMARY KEY,
  plan_key TEXT NOT NULL,
  plan TEXT NOT NULL,
  service TEXT NOT NULL DEFAULT '',
  patient_id TEXT NOT NULL DEFAULT '',
  patient_name BLOB,
  client_id TEXT NOT NULL DEFAULT '',
  contact_id TEXT NOT NULL DEFAULT '',
  branch TEXT NOT NULL DEFAULT '',
  practitioner TEXT NOT NULL DEFAULT '',
  appointment_id TEXT NOT NULL DEFAULT '',
  start_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  started_by TEXT NOT NULL DEFAULT '',
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX care_plans_key ON care_plans (plan_key);
CREATE INDEX care_plans_patient ON care_plans (patient_id, start_at, id);
CREATE INDEX care_plans_contact ON care_plans (contact_id, start_at, id);
CREATE INDEX care_plans_client ON care_plans (client_id, start_at, id);

-- +goose Down
DROP TABLE care_plans;
