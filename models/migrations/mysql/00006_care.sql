-- Long-term care: recalls, courses of medicine, what people answered, whom a case is meant for.
-- +goose Up
ALTER TABLE cases ADD COLUMN practitioner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

CREATE TABLE recalls (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  recall VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  last_on VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  due_on VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX recalls_patient ON recalls (patient_id, recall);

CREATE TABLE courses (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  branch VARCHAR(32) NOT NULL DEFAULT '',
  practitioner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  patient_name MEDIUMBLOB,
  name MEDIUMBLOB,
  dose MEDIUMBLOB,
  times VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_on VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  days INT NOT NULL,
  first_dose INT NOT NULL DEFAULT 0,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  started_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX courses_patient ON courses (patient_id, state);

CREATE TABLE care_answers (
  subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  answer MEDIUMBLOB,
  at BIGINT NOT NULL,
  PRIMARY KEY (subject, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE care_answers;
DROP TABLE courses;
DROP TABLE recalls;
ALTER TABLE cases DROP COLUMN practitioner;
