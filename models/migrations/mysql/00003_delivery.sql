-- How a push reaches its reader: the way it goes, what it says in few words, what it was tried by, who was told.
-- +goose Up
ALTER TABLE outbox ADD COLUMN urgent SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN notice MEDIUMBLOB;
ALTER TABLE outbox ADD COLUMN begun_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN handled_at BIGINT NOT NULL DEFAULT 0;
DROP INDEX outbox_state ON outbox;
CREATE INDEX outbox_state ON outbox (state, updated_at);
DROP INDEX outbox_subject ON outbox;
CREATE INDEX outbox_subject ON outbox (subject);

ALTER TABLE outbox_attempts ADD COLUMN contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
ALTER TABLE outbox_attempts ADD COLUMN way VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

ALTER TABLE contacts ADD COLUMN reach_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX contacts_client ON contacts (client_id);

CREATE TABLE notice_consents (
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  template VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  left_count INT NOT NULL DEFAULT 0,
  refused_at BIGINT NOT NULL DEFAULT 0,
  missed_at BIGINT NOT NULL DEFAULT 0,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (contact_id, template)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE budgets (
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  free_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE budgets;
DROP TABLE notice_consents;
DROP INDEX contacts_client ON contacts;
ALTER TABLE contacts DROP COLUMN reach_at;
ALTER TABLE outbox_attempts DROP COLUMN way;
ALTER TABLE outbox_attempts DROP COLUMN contact_id;
DROP INDEX outbox_state ON outbox;
CREATE INDEX outbox_state ON outbox (state);
DROP INDEX outbox_subject ON outbox;
CREATE INDEX outbox_subject ON outbox (subject, state);
ALTER TABLE outbox DROP COLUMN handled_at;
ALTER TABLE outbox DROP COLUMN begun_at;
ALTER TABLE outbox DROP COLUMN notice;
ALTER TABLE outbox DROP COLUMN urgent;
