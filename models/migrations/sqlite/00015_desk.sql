-- What a client reads of a case: who saw it and when, and whether it was answered.
-- +goose Up
ALTER TABLE cases ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN answered_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX cases_contact ON cases (contact_id, created_at);

-- +goose Down
DROP INDEX cases_contact;
ALTER TABLE cases DROP COLUMN seen_at;
ALTER TABLE cases DROP COLUMN answered_at;
