-- Long-term care: recalls, courses of medicine, what people answered, whom a case is meant for.
-- +goose Up
ALTER TABLE cases ADD COLUMN practitioner TEXT NOT NULL DEFAULT '';

CREATE TABLE recalls (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL,
  recall TEXT NOT NULL,
  contact_id TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  last_on TEXT NOT NULL DEFAULT '',
  due_on TEXT NOT NULL DEFAULT '',
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX recalls_patient ON recalls (patient_id, recall);

CREATE TABLE courses (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  branch TEXT NOT NULL DEFAULT '',
  practitioner TEXT NOT NULL DEFAULT '',
  patient_name BLOB,
  name BLOB,
  dose BLOB,
  times TEXT NOT NULL,
  from_on TEXT NOT NULL,
  days INT NOT NULL,
  first_dose INT NOT NULL DEFAULT 0,
  state TEXT NOT NULL,
  started_by TEXT NOT NULL DEFAULT '',
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX courses_patient ON courses (patient_id, state);

CREATE TABLE care_answers (
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  contact_id TEXT NOT NULL DEFAULT '',
  answer BLOB,
  at BIGINT NOT NULL,
  PRIMARY KEY (subject, name)
);

-- +goose Down
DROP TABLE care_answers;
DROP TABLE courses;
DROP TABLE recalls;
ALTER TABLE cases DROP COLUMN practitioner;
