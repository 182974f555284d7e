-- Photos and documents that people send; the bytes lie in the media store.
-- +goose Up
CREATE TABLE attachments (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  response_key VARBINARY(191) NOT NULL DEFAULT '',
  file VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content_type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  size BIGINT NOT NULL,
  name BLOB,
  at BIGINT NOT NULL,
  dropped_at BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX attachments_contact ON attachments (contact_id, at);
CREATE INDEX attachments_patient ON attachments (patient_id, at);
CREATE INDEX attachments_subject ON attachments (subject, at);
CREATE INDEX attachments_response ON attachments (response_key);
CREATE INDEX attachments_dropped ON attachments (dropped_at);
CREATE INDEX attachments_at ON attachments (at);

-- +goose Down
DROP TABLE attachments;
