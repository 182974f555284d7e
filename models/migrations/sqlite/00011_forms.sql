-- Answers to forms, in the terms of FHIR's QuestionnaireResponse.
-- +goose Up
CREATE TABLE questionnaire_responses (
  id TEXT NOT NULL PRIMARY KEY,
  response_key TEXT NOT NULL,
  form TEXT NOT NULL,
  profile_version INT NOT NULL,
  subject TEXT NOT NULL DEFAULT '',
  patient_id TEXT NOT NULL DEFAULT '',
  contact_id TEXT NOT NULL,
  status TEXT NOT NULL,
  flag TEXT NOT NULL DEFAULT '',
  score REAL NOT NULL DEFAULT 0,
  answers BLOB,
  authored_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX questionnaire_responses_key ON questionnaire_responses (response_key);
CREATE INDEX questionnaire_responses_subject ON questionnaire_responses (subject, authored_at);
CREATE INDEX questionnaire_responses_patient ON questionnaire_responses (patient_id, form, authored_at);
CREATE INDEX questionnaire_responses_contact ON questionnaire_responses (contact_id, status);

-- +goose Down
DROP TABLE questionnaire_responses;
