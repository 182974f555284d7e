-- How a push reaches its reader: the way it goes, what it says in few words, what it was tried by, who was told.
-- +goose Up
ALTER TABLE outbox ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN notice BLOB;
ALTER TABLE outbox ADD COLUMN begun_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN handled_at INTEGER NOT NULL DEFAULT 0;
DROP INDEX outbox_state;
CREATE INDEX outbox_state ON outbox (state, updated_at);
DROP INDEX outbox_subject;
CREATE INDEX outbox_subject ON outbox (subject);

ALTER TABLE outbox_attempts ADD COLUMN contact_id TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox_attempts ADD COLUMN way TEXT NOT NULL DEFAULT '';

ALTER TABLE contacts ADD COLUMN reach_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX contacts_client ON contacts (client_id);

CREATE TABLE notice_consents (
  contact_id TEXT NOT NULL,
  template TEXT NOT NULL,
  left_count INTEGER NOT NULL DEFAULT 0,
  refused_at INTEGER NOT NULL DEFAULT 0,
  missed_at INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (contact_id, template)
);

CREATE TABLE budgets (
  name TEXT NOT NULL PRIMARY KEY,
  free_at INTEGER NOT NULL
);

-- +goose Down
DROP TABLE budgets;
DROP TABLE notice_consents;
DROP INDEX contacts_client;
ALTER TABLE contacts DROP COLUMN reach_at;
ALTER TABLE outbox_attempts DROP COLUMN way;
ALTER TABLE outbox_attempts DROP COLUMN contact_id;
DROP INDEX outbox_state;
CREATE INDEX outbox_state ON outbox (state);
DROP INDEX outbox_subject;
CREATE INDEX outbox_subject ON outbox (subject, state);
ALTER TABLE outbox DROP COLUMN handled_at;
ALTER TABLE outbox DROP COLUMN begun_at;
ALTER TABLE outbox DROP COLUMN notice;
ALTER TABLE outbox DROP COLUMN urgent;
