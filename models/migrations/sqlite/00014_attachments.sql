-- Photos and documents that people send; the bytes lie in the media store.
-- +goose Up
CREATE TABLE attachments (
  id TEXT NOT NULL PRIMARY KEY,
  contact_id TEXT NOT NULL,
  patient_id TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  response_key TEXT NOT NULL DEFAULT '',
  file TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  name BLOB,
  at BIGINT NOT NULL,
  dropped_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX attachments_contact ON attachments (contact_id, at);
CREATE INDEX attachments_patient ON attachments (patient_id, at);
CREATE INDEX attachments_subject ON attachments (subject, at);
CREATE INDEX attachments_response ON attachments (response_key);
CREATE INDEX attachments_dropped ON attachments (dropped_at);
CREATE INDEX attachments_at ON attachments (at);

-- +goose Down
DROP TABLE attachments;
