-- Answers to forms, in the terms of FHIR's QuestionnaireResponse.
-- +goose Up
CREATE TABLE questionnaire_responses (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  response_key VARBINARY(191) NOT NULL,
  form VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  profile_version INT NOT NULL,
  subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  flag VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  score DOUBLE NOT NULL DEFAULT 0,
  answers MEDIUMBLOB,
  authored_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX questionnaire_responses_key ON questionnaire_responses (response_key);
CREATE INDEX questionnaire_responses_subject ON questionnaire_responses (subject, authored_at);
CREATE INDEX questionnaire_responses_patient ON questionnaire_responses (patient_id, form, authored_at);
CREATE INDEX questionnaire_responses_contact ON questionnaire_responses (contact_id, status);

-- +goose Down
DROP TABLE questionnaire_responses;
