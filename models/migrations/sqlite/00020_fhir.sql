-- What other systems search by: answers by when they were given, the wait list by patient.
-- +goose Up
CREATE INDEX questionnaire_responses_authored ON questionnaire_responses (authored_at, id);
CREATE INDEX waits_patient ON waits (patient_id);

-- +goose Down
DROP INDEX waits_patient;
DROP INDEX questionnaire_responses_authored;
